"""The page on which a changed scenario is saved: it shows the file, and takes a name."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key, Resize
from textual.screen import Screen

from ....scenarios.errors import reason
from ....scenarios.files import write_whole
from ....scenarios.i18n import _
from ....scenarios.loading.inheritance import find
from ....scenarios.loading.toml_reader import halves, value_of
from ....scenarios.loading.toml_writer import written
from ....scenarios.schema.validation import Place
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, boxed, style
from ..drawing import Drawing, Paint
from .page import WIDEST, centred


class Saving(Screen[None]):
    """Asks for a name until it has been saved, or is not wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("enter", "save", show=False),
        Binding("backspace", "erase", show=False),
    ]

    def __init__(self, paint: Paint, name: str, stated: Sequence[str]) -> None:
        super().__init__()
        self._drawing = Drawing(paint, "page")
        self._asked, self._typed, self._said = (name, stated), "", (True, "")

    def compose(self) -> ComposeResult:
        self._drawing.styles.width = self._drawing.styles.height = "100%"
        yield self._drawing

    def on_resize(self, event: Resize) -> None:
        self._show()

    def on_key(self, event: Key) -> None:
        """What can be read is typed, q and ? too."""
        if event.character and event.character.isprintable():
            self._typed += event.character
            event.stop()
            event.prevent_default()
            self._show()

    def action_erase(self) -> None:
        self._typed = self._typed[:-1]
        self._show()

    def action_save(self) -> None:
        self._said = saved(self._typed, as_file(*self._asked))
        self._show()

    def _show(self) -> None:
        columns, rows = self.size
        lines = page(self._asked, self._typed, self._said, (min(columns, WIDEST), rows))
        self._drawing.draw(centred(lines, columns, rows))


ENDING = ".toml"


def command(name: str, stated: Sequence[str]) -> str:
    """The command line that opens it like this."""
    sets = [f"--set {quote(setting)}" for setting in stated]
    return " ".join(["vglab", "--scenario", quote(name), *sets])


def as_file(name: str, stated: Sequence[str]) -> str:
    """The file that extends a scenario and states these settings; the last of a key counts."""
    found = dict(halves(setting) for setting in stated)
    tables: dict[str, list[str]] = {"": [f"extends = {written(reference(name))}"]}
    for key, said in found.items():
        table, _dot, last = key.rpartition(".")
        tables.setdefault(table, []).append(f"{last} = {as_toml(said)}")
    parts = [
        "\n".join([*([f"[{table}]"] if table else []), *rows]) for table, rows in tables.items()
    ]
    return "\n\n".join(parts) + "\n"


def as_toml(said: str) -> str:
    """A value as `--set` takes it, as a file takes it: words in quotes."""
    found = value_of(said)
    return written(found) if isinstance(found, str) else said


def reference(name: str) -> str:
    """What finds the scenario again from any folder."""
    return find(name, Path(), Place("")).reference


def save(name: str, text: str) -> Path:
    """Write a new file of that name. Raises OSError: FileExistsError where there is one already."""
    path = Path(name if name.endswith(ENDING) else name + ENDING)
    write_whole(path, [text.encode()])
    return path


def saved(name: str, text: str) -> tuple[bool, str]:
    """Whether it could be written, and what to say of it."""
    if not name.removesuffix(ENDING):
        return False, _("type a name first")
    try:
        path = save(name, text)
    except FileExistsError:
        return False, _("{file} exists already and is left as it is: type another name").format(
            file=name
        )
    except (OSError, ValueError) as error:
        said = reason(error) if isinstance(error, OSError) else str(error)
        return False, _("it cannot be written: {reason}").format(reason=said)
    return True, _("saved; {command} opens it").format(command=command(str(path), []))


def page(
    asked: tuple[str, Sequence[str]], typed: str, said: tuple[bool, str], size: Sequence[int]
) -> Lines:
    """The page: the command line, the file, and the name it shall have."""
    columns, rows = size
    name, stated = asked
    loud, quiet = style(Role.STRONG) | BOLD, style(Role.MUTED)
    room = max(columns - 6, 20)
    order = textwrap.wrap(
        command(name, stated), room - 2, break_long_words=True, break_on_hyphens=False
    )
    shell = [line + (" \\" if line is not order[-1] else "") for line in order]
    file = as_file(name, stated).rstrip().split("\n")
    answer = style(Role.HEALTHY if said[0] else Role.FAULT, bold=True)
    head: Lines = [[], [("  " + _("The same again on the command line"), loud)]]
    body: Lines = [[("    " + line, 0)] for line in shell]
    text: Lines = [[("    " + line, style(Role.KEY))] for line in file]
    prompt: Line = [("  " + _("save as") + " ", loud), (f"{typed}▏{ENDING}", 0)]
    hint: Line = [("  " + _("enter saves, esc goes back"), quiet)]
    told: Line = [("  " + said[1], answer)]
    title: Line = [("  " + _("and as a file that states the changes alone"), loud)]
    whole = [*head, *body, [], title, *text, [], prompt, told, hint]
    return boxed(whole if len(whole) <= rows else whole[-rows:], columns, rows)
