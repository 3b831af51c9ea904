"""A changed scenario kept: as a file that extends it and states only the changes, and as the
command line that does the same again.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from ..scenarios.checking import Place
from ..scenarios.inheritance import find
from ..scenarios.reasons import reason
from ..scenarios.settings import halves, value_of
from ..scenarios.words import _
from .files import begin
from .roles import Role
from .runs import BOLD, Line, Lines, boxed, style
from .toml import written

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
    begin(path, text.encode())
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
