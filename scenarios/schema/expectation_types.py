"""Whether a document can have a place for an expectation, by the document's type: a mistyped
`--expect` is found before anything is trained.

What only the run can tell (how long a list is, what an open table has in it) is let pass here; it
is looked up in the document afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.inspect import (
    DataclassType,
    DictType,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    Metadata,
    NoneType,
    StructType,
    TupleType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from ..i18n import _
from .expectations import (
    INDEX,
    ORDERINGS,
    Expectation,
    ExpectationError,
    dead_end,
    list_names,
    no_single_value,
)

Names = Mapping[str, Sequence[str]]
"""By the name of a table in a document: the names in it."""
Types = Sequence[Type]
"""What may stand at a place."""

SETS, PLAYERS = ("train", "test"), ("generator", "discriminator")
NAMES: Mapping[str, Names] = {
    "classifier": {"networks": ("model",), "loss": SETS, "accuracy": SETS, "r2": SETS, "gan": ()},
    "gan": {"networks": PLAYERS, "loss": PLAYERS, "accuracy": ()},
}
"""By the kind of a scenario."""
LISTS = (ListType, VarTupleType, TupleType)
OBJECTS = (StructType, DataclassType)
COUNTS = (FloatType, IntType, NoneType)
"""What has an order; of null, a number may stand there too."""


def check_path(expectation: Expectation, document: type, kind: str) -> None:
    """Raises ExpectationError where no document of that type, and of scenarios of that kind (none:
    of any), has one value at the path that can be compared."""
    here, table = [*alternatives(type_info(document))], None
    for i, step in enumerate(expectation.path):
        after = [one for found in step_into(here, table, step) for one in alternatives(found)]
        if not after:
            raise dead_end(
                expectation.path[:i],
                step,
                key_names(here, table),
                describe_type_contents(here, table),
            )
        here, table = after, NAMES.get(kind, {}).get(step)
    path = ".".join(expectation.path)
    if all(isinstance(one, (*OBJECTS, *LISTS)) or has_known_names(one, table) for one in here):
        raise no_single_value(path, describe_type_contents(here, table))
    if expectation.comparison in ORDERINGS and not any(map(may_be_number, here)):
        raise ExpectationError(
            _("{path} is not a number; for words use == or !=").format(path=path),
        )


def complete_path(begun: str, document: type) -> Iterator[str]:
    """What a path that was begun can become with one more name, in a document of that type; of an
    open table, the names that any kind of scenario has."""
    *steps, last = begun.split(".")
    here, table = [*alternatives(type_info(document))], None
    for step in steps:
        here = [one for found in step_into(here, table, step) for one in alternatives(found)]
        table = [*dict.fromkeys(name for names in NAMES.values() for name in names.get(step, ()))]
    lists = ["0", "-1"] if any(isinstance(kind, LISTS) for kind in here) else []
    for name in (*key_names(here, table or None), *lists):
        if name.startswith(last):
            yield ".".join([*steps, name])


def alternatives(kind: Type) -> Iterator[Type]:
    """The alternatives of a type, without annotations."""
    match kind:
        case Metadata():
            yield from alternatives(kind.type)
        case UnionType():
            for one in kind.types:
                yield from alternatives(one)
        case _:
            yield kind


def step_into(here: Types, table: Sequence[str] | None, step: str) -> Iterator[Type]:
    """What may lie one step further in; `table` has the names in a table, where they are known."""
    for kind in here:
        match kind:
            case StructType() | DataclassType():
                yield from (one.type for one in kind.fields if one.encode_name == step)
            case DictType() if table is None or step in table:
                yield kind.value_type
            case ListType() | VarTupleType() if INDEX.fullmatch(step):
                yield kind.item_type
            case TupleType() if INDEX.fullmatch(step):
                yield from kind.item_types
            case _:
                pass


def key_names(here: Types, table: Sequence[str] | None) -> list[str]:
    """The names of the keys, known ones of open tables included."""
    own = [one.encode_name for kind in here if isinstance(kind, OBJECTS) for one in kind.fields]
    return [*own, *(table or ())] if any(isinstance(kind, DictType) for kind in here) else own


def describe_type_contents(here: Types, table: Sequence[str] | None) -> str:
    """A sentence with what a path can go on with."""
    if found := key_names(here, table):
        return list_names(found)
    if any(isinstance(kind, LISTS) for kind in here):
        return _("it is a list; 0 is the first entry, and -1 the last")
    return _("there is nothing below it")


def has_known_names(kind: Type, table: Sequence[str] | None) -> bool:
    """Whether it is an open table whose names are known."""
    return isinstance(kind, DictType) and table is not None


def may_be_number(kind: Type) -> bool:
    """Whether numbers can be compared with it; true of an open table."""
    return isinstance(kind, (*COUNTS, DictType)) or (
        isinstance(kind, LiteralType) and any(isinstance(one, int) for one in kind.values)
    )
