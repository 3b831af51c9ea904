"""What every table of a scenario file is: a record that knows its keys and never changes."""

from msgspec import Meta, Struct

Unit = Meta(ge=0, lt=1)
Positive = Meta(gt=0)
NotNegative = Meta(ge=0)


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a scenario file: it never changes, and knows all its keys."""
