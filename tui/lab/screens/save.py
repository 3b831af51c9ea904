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
from ....scenarios.loading.inheritance import find_origin
from ....scenarios.loading.toml_reader import parse_value, split_setting
from ....scenarios.loading.toml_writer import value_toml
from ....scenarios.schema.validation import Place
from ...render.palette import Role
from ...render.styled_text import BOLD, Line, Lines, fit_box, style
from ..drawing import Drawing, Paint
from .page import WIDEST, center


class Save(Screen[None]):
    """Asks for a name until it has been saved, or is not wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("enter", "save", show=False),
        Binding("backspace", "erase", show=False),
    ]

    def __init__(self, paint: Paint, name: str, settings: Sequence[str]) -> None:
        super().__init__()
        self._drawing = Drawing(paint, "page")
        self._scenario, self._file_name, self._outcome = (name, settings), "", (True, "")

    def compose(self) -> ComposeResult:
        self._drawing.styles.width = self._drawing.styles.height = "100%"
        yield self._drawing

    def on_resize(self, event: Resize) -> None:
        self._show()

    def on_key(self, event: Key) -> None:
        """What can be read is typed, q and ? too."""
        if event.character and event.character.isprintable():
            self._file_name += event.character
            event.stop()
            event.prevent_default()
            self._show()

    def action_erase(self) -> None:
        self._file_name = self._file_name[:-1]
        self._show()

    def action_save(self) -> None:
        self._outcome = save_as(self._file_name, scenario_text(*self._scenario))
        self._show()

    def _show(self) -> None:
        columns, rows = self.size
        lines = save_lines(
            self._scenario, self._file_name, self._outcome, (min(columns, WIDEST), rows)
        )
        self._drawing.draw(center(lines, columns, rows))


ENDING = ".toml"


def command_line(name: str, settings: Sequence[str]) -> str:
    """The command line that opens a scenario with these settings."""
    sets = [f"--set {quote(setting)}" for setting in settings]
    return " ".join(["vglab", "--scenario", quote(name), *sets])


def scenario_text(name: str, settings: Sequence[str]) -> str:
    """The file that extends a scenario and states these settings; the last of a key counts."""
    found = dict(split_setting(setting) for setting in settings)
    tables: dict[str, list[str]] = {"": [f"extends = {value_toml(reference(name))}"]}
    for key, value in found.items():
        table, _dot, last = key.rpartition(".")
        tables.setdefault(table, []).append(f"{last} = {toml_value(value)}")
    parts = [
        "\n".join([*([f"[{table}]"] if table else []), *rows]) for table, rows in tables.items()
    ]
    return "\n\n".join(parts) + "\n"


def toml_value(value: str) -> str:
    """A value as `--set` takes it, as a file takes it: words in quotes."""
    found = parse_value(value)
    return value_toml(found) if isinstance(found, str) else value


def reference(name: str) -> str:
    """What finds the scenario again from any folder."""
    return find_origin(name, Path(), Place("")).reference


def save(name: str, text: str) -> Path:
    """Write a new file of that name. Raises OSError: FileExistsError where there is one already."""
    path = Path(name if name.endswith(ENDING) else name + ENDING)
    write_whole(path, [text.encode()])
    return path


def save_as(name: str, text: str) -> tuple[bool, str]:
    """Write a new file; whether that was possible, and what to say of it."""
    if not name.removesuffix(ENDING):
        return False, _("type a name first")
    try:
        path = save(name, text)
    except FileExistsError:
        return False, _("{file} exists already and is left as it is: type another name").format(
            file=name
        )
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        return False, _("cannot write it: {reason}").format(reason=why)
    return True, _("saved; {command} opens it").format(command=command_line(str(path), []))


def save_lines(
    scenario: tuple[str, Sequence[str]],
    file_name: str,
    outcome: tuple[bool, str],
    size: Sequence[int],
) -> Lines:
    """The page: the command line, the file, and the name it shall have."""
    columns, rows = size
    name, settings = scenario
    loud, quiet = style(Role.STRONG) | BOLD, style(Role.MUTED)
    room = max(columns - 6, 20)
    order = textwrap.wrap(
        command_line(name, settings), room - 2, break_long_words=True, break_on_hyphens=False
    )
    shell = [line + (" \\" if line is not order[-1] else "") for line in order]
    file = scenario_text(name, settings).rstrip().split("\n")
    answer = style(Role.HEALTHY if outcome[0] else Role.FAULT, bold=True)
    head: Lines = [[], [("  " + _("The same on the command line"), loud)]]
    body: Lines = [[("    " + line, 0)] for line in shell]
    text: Lines = [[("    " + line, style(Role.KEY))] for line in file]
    prompt: Line = [("  " + _("save as") + " ", loud), (f"{file_name}▏{ENDING}", 0)]
    hint: Line = [("  " + _("enter saves, esc goes back"), quiet)]
    below: Line = [("  " + outcome[1], answer)]
    title: Line = [("  " + _("and as a file that states only the changes"), loud)]
    whole = [*head, *body, [], title, *text, [], prompt, below, hint]
    return fit_box(whole if len(whole) <= rows else whole[-rows:], columns, rows)
