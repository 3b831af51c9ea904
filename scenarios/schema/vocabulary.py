"""The words a key may be, where scripts and plug-ins can add words of their own.

A part that is not vglab's own (an activation, an initializer, a loss, a data set, a measure) is
registered under a name, by a call or by a package's entry point. The functions then stand in the
engine's tables; here stand the names, without NumPy. Plug-ins are looked for when a name is not
known or when names are listed, and not before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Meta, Struct

from ..errors import VglabError, one_line, printable
from ..i18n import _

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "vglab.parts"
"""The group of entry points that plug-ins state."""
NAME = r"^[a-z][a-z0-9_]*$"
"""What a part may be called: a word that TOML needs no quotes for elsewhere."""

PartKind = Literal["activation", "initializer", "loss", "data", "measure"]


class Vocabulary(NamedTuple):
    """The words of one kind: an annotation of a key's type."""

    kind: PartKind
    own: tuple[str, ...]
    """vglab's own words, in their order."""

    def words(self) -> tuple[str, ...]:
        """Every word there is: vglab's own, then those that are registered."""
        return (*self.own, *registered(self.kind))

    def has(self, word: str) -> bool:
        """Whether it is a word; plug-ins are loaded only where it is not known without."""
        return word in self.own or is_registered(self.kind, word)


class OwnPart(Struct, frozen=True, forbid_unknown_fields=True):
    """A part that is not vglab's own."""

    kind: PartKind
    name: str
    source: str
    """The package and version of a plug-in; `script` where it was registered by a call."""


class DataForm(NamedTuple):
    """What is known of a registered data set without drawing from it."""

    features: int
    takes_noise: bool


PARTS: dict[PartKind, dict[str, OwnPart]] = {
    "activation": {},
    "initializer": {},
    "loss": {},
    "data": {},
    "measure": {},
}
"""All that is registered, by kind and name."""
DATA_FORMS: dict[str, DataForm] = {}
SCRIPT = "script"
LOADING: list[str] = []
"""The plug-in that is being loaded."""


def open_words(own: tuple[str, ...]) -> Meta:
    """What a JSON Schema says of words to which others may be added."""
    form = {"pattern": NAME, "description": "a part that a script or a plug-in has registered"}
    return Meta(extra_json_schema={"anyOf": [{"enum": [*own]}, form] if own else [form]})


def source_now() -> str:
    """Where a part that is registered now comes from."""
    return LOADING[-1] if LOADING else SCRIPT


def registered(kind: PartKind) -> Mapping[str, OwnPart]:
    """The parts of a kind, those of plug-ins among them."""
    load_plugins()
    return PARTS[kind]


def is_registered(kind: PartKind, name: str) -> bool:
    """Whether there is such a part."""
    return name in PARTS[kind] or name in registered(kind)


def load_plugins() -> None:
    """Load every plug-in that is installed, once. One that cannot be loaded is left out, with a
    line on stderr."""
    if not LOADING:
        _load_once()


@cache
def _load_once() -> None:
    from importlib.metadata import entry_points  # here, as it is slow to load

    for entry in entry_points(group=GROUP):
        LOADING.append(package_of(entry))
        try:
            load_plugin(entry)
        except VglabError as error:
            warn(entry, str(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is a stranger's code
            warn(entry, f"{type(error).__name__}: {one_line(error)}")
        finally:
            LOADING.pop()


def load_plugin(entry: EntryPoint) -> None:
    """Import what an entry point names, and call it where it is a function: either registers."""
    found = entry.load()
    if callable(found):
        found()


def package_of(entry: EntryPoint) -> str:
    """The package that states an entry point, and its version."""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.name


def warn(entry: EntryPoint, why: str) -> None:
    """Say on stderr that a plug-in is left out."""
    form = _("the plug-in {name} ({package}) is left out: {why}")
    said = form.format(name=entry.name, package=package_of(entry), why=" ".join(why.split()))
    if sys.stderr is not None:
        print(f"vglab: {printable(said)}", file=sys.stderr)


def known_parts(names: Iterator[tuple[Vocabulary, str]]) -> list[OwnPart]:
    """Those of the named parts that are not vglab's own, each once.

    Raises PartMissing where one is not known here.
    """
    found: dict[tuple[PartKind, str], OwnPart] = {}
    for vocabulary, name in names:
        if name in vocabulary.own:
            continue
        if not is_registered(vocabulary.kind, name):
            form = _("the {kind} {name} is not registered in this process")
            raise PartMissing(form.format(kind=kind_word(vocabulary.kind), name=printable(name)))
        found[vocabulary.kind, name] = PARTS[vocabulary.kind][name]
    return [*found.values()]


class PartMissing(VglabError, LookupError):
    """A scenario names a part that nobody has registered in this process."""


def kind_word(kind: PartKind) -> str:
    """A kind of part, in words."""
    return {
        "activation": _("activation"),
        "initializer": _("initializer"),
        "loss": _("loss"),
        "data": _("data set"),
        "measure": _("measure"),
    }[kind]
