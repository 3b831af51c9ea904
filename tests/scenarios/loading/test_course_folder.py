"""A teacher's folder is a course: its lessons in their order, and a line for each fault."""

import os
from pathlib import Path

import pytest
from vglab.scenarios.errors import ScenarioError
from vglab.scenarios.loading.course import is_folder
from vglab.scenarios.loading.course_folder import load_course, plain_markdown
from vglab.scenarios.loading.toml_reader import LARGEST

LESSON = """
extends = "tanh"
title.en = "Mine"
[task]
say.en = "Do it"
goal = ["networks.model.diagnosis.rate > 2"]
attempt = ["network.gain=3"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound course of two lessons."""
    course = tmp_path / "week3"
    course.mkdir()
    (course / "course.toml").write_text(
        'title.en = "Week 3"\n[[chapter]]\ntitle.es = "Uno"\nlessons = ["relu", "mine"]\n'
    )
    (course / "mine.toml").write_text(LESSON)
    (course / "mine.es.md").write_text("# Título\n\nUna *ley*.\n")
    return course


def faults(folder: Path) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        load_course(str(folder))
    return [str(fault) for fault in error.value.faults]


def test_lessons_are_presets_and_files_in_the_order_of_the_course(folder: Path) -> None:
    assert is_folder(str(folder))
    course = load_course(str(folder))
    assert [lesson.scenario for lesson in course.lessons] == ["relu", str(folder / "mine.toml")]
    assert course.lessons[1].chapter.in_language("en") == "Uno"
    assert course.lessons[1].text.in_language("en") == "Título\n\nUna ley."
    assert course.lessons[0].text.in_language() == ""


BROKEN = {
    'chapter.0.lessons.0: found "relo": no file relo.toml in the folder, and no preset; allowed:'
    " mine; did you mean relu?": '[[chapter]]\nlessons = ["relo", "mine"]',
    'chapter.0.lessons.1: found "mine"; this lesson is there already': (
        '[[chapter]]\nlessons = ["mine", "mine"]'
    ),
    'chapter.0.lessons.0: found "../mine"; allowed: small letters, digits': (
        '[[chapter]]\nlessons = ["../mine"]'
    ),
    "chapter.0.lesson: no such key; allowed: title, lessons; did you mean chapter.0.lessons?": (
        '[[chapter]]\nlesson = ["mine"]'
    ),
    "chapters: no such key; allowed: title, chapter; did you mean chapter?": (
        '[[chapters]]\nlessons = ["mine"]'
    ),
    "chapter: a course needs a chapter with a lesson": 'title.en = "Nothing"',
    "line 1, column 9: ": "title = = 3",
}


@pytest.mark.parametrize("said", BROKEN)
def test_a_fault_of_the_course_is_a_line(folder: Path, said: str) -> None:
    (folder / "course.toml").write_text(BROKEN[said])
    assert any(said in fault for fault in faults(folder)), faults(folder)
    assert faults(folder)[0].startswith(str(folder / "course.toml"))


def test_faults_of_lessons_name_their_file(folder: Path) -> None:
    (folder / "mine.toml").write_text(LESSON.replace("gain=3", "gian=3"))
    (folder / "mino.es.md").write_text("a text that nobody shows")
    (folder / "mine.fr.md").write_text("en français")
    said = "\n".join(faults(folder))
    assert "did you mean network.gain?" in said
    assert "mino.es.md: no lesson of the course shows this text" in said
    assert "did you mean mine.es.md?" in said
    assert "mine.fr.md" in said


def test_a_folder_without_a_course_is_told_what_is_missing(tmp_path: Path) -> None:
    assert "course.toml: no such file" in faults(tmp_path)[0]


def test_nothing_outside_the_folder_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "other.toml").write_text('extends = "tanh"')
    (tmp_path / "own.csv").write_text("a,y\n" + "1,u\n2,v\n" * 50)
    (folder / "mine.es.md").unlink()
    (folder / "mine.es.md").symlink_to(tmp_path / "secret.md")
    assert faults(folder) == [f"{folder / 'mine.es.md'}: it leads out of the course's folder"]
    (folder / "mine.es.md").unlink()
    (folder / "mine.toml").write_text('extends = "../other.toml"')
    assert "mine.toml: extends: it leads out" in faults(folder)[0]
    (folder / "mine.toml").write_text('extends = "tanh"\n[data]\npath = "../own.csv"')
    assert "mine.toml: data.path: it leads out" in faults(folder)[0]
    (folder / "mine.toml").unlink()
    (folder / "mine.toml").symlink_to(tmp_path / "other.toml")
    assert "mine.toml: it leads out" in faults(folder)[0]


def test_texts_are_bounded_utf_8_files(folder: Path) -> None:
    text = folder / "mine.es.md"
    text.write_text("a" * (LARGEST + 1))
    assert "larger than" in faults(folder)[0]
    text.write_bytes(b"\xff\xfe")
    assert "not UTF-8" in faults(folder)[0]
    text.unlink()
    os.mkfifo(text)
    assert "not a regular file" in faults(folder)[0]


def test_a_course_has_an_end(folder: Path) -> None:
    many = [f"l{number}" for number in range(202)]
    for name in many:
        (folder / f"{name}.toml").symlink_to(folder / "mine.toml")
    (folder / "course.toml").write_text(f"[[chapter]]\nlessons = {many}")
    (folder / "mine.es.md").unlink()
    assert len(faults(folder)) == 2
    assert "200 lessons at most" in faults(folder)[0]


def test_markdown_is_read_as_plain_paragraphs() -> None:
    text = "# The *law* #\nEvery layer\nmultiplies by `0.23`.\n\n1. **one**\n2. leaky_relu, a * b\n"
    text += "- see [the paper](https://example.org)\n```\ncode\n```\n_end_"
    assert plain_markdown(text).split("\n\n") == [
        "The law",
        "Every layer multiplies by 0.23.",
        "1. one",
        "2. leaky_relu, a * b",
        "- see the paper",
        "code",
        "end",
    ]
    assert plain_markdown("[" * 100_000 + "*" * 20_000)
