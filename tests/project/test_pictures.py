"""The documentation's pictures show the lab as it is: its keys, its list, its lesson.

Where one fails, `python docs/make_picture.py` takes them anew.
"""

import re
from collections import defaultdict
from html import unescape
from pathlib import Path

import pytest
from vglab.scenarios.i18n import set_language
from vglab.scenarios.loading.course import chapters, preset_title
from vglab.scenarios.loading.inheritance import load
from vglab.tui.lab.course.steps import STEP_NAMES
from vglab.tui.lab.keymap import APP_KEYS, BENCH_KEYS
from vglab.tui.lab.room_keys import LESSON_KEYS, ROOM_KEYS

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
TEXT = re.compile(r'<text x="([\d ]+)" y="(\d+)"[^>]*>([^<]*)</text>')
WORDS = ("pause", "start", "again")
"""What the space bar is called while the run goes, and while it stands."""


def rows(name: str) -> list[str]:
    """The letters of each row of a picture, from above, without blanks."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for places, y, letters in TEXT.findall((PICTURES / f"{name}.svg").read_text()):
        pairs = zip(map(int, places.split()), unescape(letters), strict=True)
        found[int(y)] += pairs
    return ["".join(mark for _x, mark in sorted(found[y])) for y in sorted(found)]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", ["lab", "chain-rule", "lesson", "phase-diagram"])
def test_a_picture_names_the_keys_of_now(name: str) -> None:
    keys = [*BENCH_KEYS, *APP_KEYS, *ROOM_KEYS, *LESSON_KEYS]
    known = {f"{key.label}{key.word}" for key in keys if key.word} | {f"space{w}" for w in WORDS}
    entries = sorted((re.escape(squeezed(one)) for one in known), key=len, reverse=True)
    bar = rows(name)[-1]
    assert re.fullmatch(f"(?:{'|'.join(entries)})+", bar), bar
    assert bar.endswith("?helpqquit")


def test_the_picture_of_the_lab_has_the_titles_of_now() -> None:
    set_language("en")
    seen = "".join(rows("lab"))
    titles = [preset_title(preset) for chapter in chapters()[:3] for preset in chapter.presets]
    assert all(squeezed(title.in_language()) in seen for title in titles)


def test_the_picture_of_a_lesson_is_of_the_lesson_of_now() -> None:
    set_language("en")
    lesson = load("residual-scaled")
    words = {squeezed(word) for word in lesson.predict.question.in_language().split()}
    seen = "\n".join(rows("lesson"))
    assert all(word in seen for word in words)
    first = lesson.lesson.in_language().split()[:8]
    assert all(word in seen for word in first)
    assert STEP_NAMES["reveal"] in seen
