"""A lab that shows nothing but ASCII, in either language."""

from dataclasses import asdict

import pytest
from babel.messages.mofile import read_mo
from hypothesis import given
from hypothesis import strategies as st
from vglab.scenarios.i18n import CATALOGS, Language, catalog
from vglab.scenarios.loading.changes import presets
from vglab.scenarios.runs.executors import InProcess
from vglab.tui.charts.base.common import SYMBOLS
from vglab.tui.lab.keymap import APP_KEYS, BENCH_KEYS, Key
from vglab.tui.lab.room_keys import ROOM_KEYS
from vglab.tui.protocol import Frame, Open, View, Want
from vglab.tui.render.glyphs import ASCII, UNICODE, needs_ascii, to_ascii, write_powers
from vglab.tui.worker.foresight import Foresight
from vglab.tui.worker.session import Session


def everything_said() -> list[str]:
    """Every sentence of the catalog, both sides."""
    assert CATALOGS.exists()
    with (CATALOGS / "es" / "LC_MESSAGES" / "vglab.mo").open("rb") as file:
        said = read_mo(file)
    sides = (side for message in said for side in (message.id, message.string))
    return [text for side in sides for text in ([side] if isinstance(side, str) else side or ())]


@given(st.text())
def test_nothing_but_ascii_comes_out_as_long_as_it_went_in(text: str) -> None:
    assert to_ascii(text).isascii()
    assert len(to_ascii(text)) == len(text)


def test_there_is_a_letter_for_all_that_the_lab_says() -> None:
    said = [*everything_said(), *(preset.title.es for preset in presets())]
    lost = {mark for text in said for mark in text if to_ascii(mark) == "?" and mark not in "?¿"}
    assert lost == set()


def test_measures_have_plain_names() -> None:
    found = {name: to_ascii(symbol) for name, symbol in SYMBOLS.items()}
    assert found["grad_norm"] == "|dJ/dW|"
    assert found["delta_rms"] == "D rms"
    assert write_powers("0.24⁹ ≈ 2·10⁻⁶") == "0.24^9 ≈ 2×10^-6"


def test_pairs_of_arrow_keys_are_letters_and_other_arrows_are_marks() -> None:
    assert to_ascii("← → ↑ ↓") == "h l k j"
    assert to_ascii("0.5 → 0.9") == "0.5 > 0.9"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_arrow_is_taken_for_a_key(lang: Language) -> None:
    """Alone, ↓ and ↑ would be v and ^, and ← and ⌫ <: two of these are keys of the lab."""
    texts = [text for key in (*BENCH_KEYS, *APP_KEYS, *ROOM_KEYS) for text in told(key, lang)]
    texts += [text for text in everything_said() if " → " not in text]
    for text in texts:
        alone = text.replace("← →", "").replace("↑ ↓", "")
        assert not set("↑↓←→⌫") & set(alone), text


def told(key: Key, lang: Language) -> list[str]:
    """What a row says of its keys."""
    return [catalog(lang).gettext(text) for text in (key.label, key.word, key.help) if text]


def test_both_tables_have_a_mark_for_the_same_things() -> None:
    rows = asdict(ASCII)
    assert all(str(mark).isascii() for name, mark in rows.items() if name != "badges")
    assert rows["badges"].keys() == UNICODE.badges.keys()
    assert len(set(ASCII.eighths)) == len(UNICODE.eighths) == len(ASCII.eighths)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", False), ("UTF8", False), ("ascii", True), ("latin-1", True), ("nonsense", True)],
)
def test_only_utf_8_can_show_more(encoding: str, expected: bool) -> None:
    assert needs_ascii(encoding) is expected


@pytest.mark.parametrize("panel", ["layers", "history", "learning", "inside", "walk", "signals"])
def test_the_worker_draws_with_the_plain_marks(panel: str) -> None:
    session, wants = Session(foresight=Foresight(InProcess().submit)), [Want(panel, 60, 16)]
    session.obey(Open(1, "deep-sigmoid", ["training.steps=20", "network.width=8"], "en"))
    session.obey(View(wants, ["grad_norm", "delta_rms"], "update_ratio", ascii=True))
    session.work(0.0)
    frame = session.answer(0.0, lambda: 0.0)
    assert isinstance(frame, Frame)
    marks = {mark for line in frame.pictures[panel].lines for text, _ in line for mark in text}
    assert not marks & {*UNICODE.eighths, *UNICODE.halves, *UNICODE.shades, UNICODE.dot}
    assert not any("⠀" <= mark <= "⣿" for mark in marks)
