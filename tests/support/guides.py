"""The guides of CONTRIBUTING, "How to add …", as steps that can be followed.

A block below the name of a file is put into it: a diff in place of the lines it shows, anything
else at the end, or as a new file. A block of shell commands is run.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from shell import ROOT

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
GUIDE = re.compile(r"^### (?P<title>An? .+)\n(?P<body>(?:(?!^##).*\n)*)", re.M)
BLOCK = re.compile(r"(?P<text>(?:(?!^```).*\n)*)^```(?P<kind>\w+)\n(?P<body>(?:.*\n)*?)```$", re.M)
FILE = re.compile(r"`([\w/.-]+/[\w.-]+\.\w+)`")


class Step(NamedTuple):
    """A block of a guide: its kind, its text, and the file it belongs into, if any."""

    kind: str
    body: str
    file: str


def guides() -> dict[str, list[Step]]:
    """The steps of each guide, by its title."""
    text = CONTRIBUTING.read_text()
    return {found["title"]: [*steps(found["body"])] for found in GUIDE.finditer(text)}


def steps(guide: str) -> Iterator[Step]:
    """The blocks of a guide, in order; one without a file of its own is for the file before it."""
    file = ""
    for block in BLOCK.finditer(guide):
        file = [file, *FILE.findall(block["text"])][-1]
        yield Step(block["kind"], block["body"], "" if block["kind"] == "sh" else file)


def edit(folder: Path, step: Step) -> None:
    """Put a block into its file in that folder."""
    path = folder / step.file
    if step.kind != "diff":
        with path.open("a", encoding="utf-8") as file:
            file.write(step.body)
        return
    lines = step.body.splitlines(keepends=True)
    before = "".join(line[1:] or line for line in lines if line[0] in "\n -")
    after = "".join(line[1:] or line for line in lines if line[0] in "\n +")
    text = path.read_text("utf-8")
    assert text.count(before) == 1, f"{step.file} must have once:\n{before}"
    path.write_text(text.replace(before, after), "utf-8")
