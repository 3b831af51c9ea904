"""What every table of a scenario file is: a record that knows its keys and never changes."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from .vocabulary import Vocabulary, open_words

Unit = Meta(ge=0, lt=1)
Positive = Meta(gt=0)
NotNegative = Meta(ge=0)


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a scenario file: it never changes, and knows all its keys."""


Column = Annotated[str, Meta(min_length=1, max_length=200)]
"""The name of a column."""

DATA = Vocabulary(
    "data",
    ("circles", "moons", "spirals", "xor", "gaussians", "digits", "lag", "ring", "distant"),
)
Data = Annotated[str, DATA, open_words(DATA.own)]


class DatasetSpec(Record, frozen=True):
    """`[data]`: what is learned. Points in the plane, images or sequences, drawn anew for each
    seed, and for a GAN for each step."""

    name: Annotated[
        Data,
        Meta(
            description="the shape the points are drawn from; digits are 1797 images of 8 × 8"
            " pixels; lag are sequences of random bits, the first of which is to be recalled at the"
            " end; ring (8 clouds on a circle) and distant (a cloud around (4, 4)) have no classes,"
            " and are for a GAN to imitate"
        ),
    ] = "circles"
    path: Annotated[
        str,
        Meta(
            description="instead of name: a CSV, NPZ or Parquet file of your own, relative to this"
            " file; every column but that of the classes is a number, and is brought to mean 0 and"
            " variance 1 over the rows that are learned from"
        ),
    ] = ""
    label: Annotated[
        str,
        Meta(
            description="the column of the classes in your own file; by default the one that is"
            " called label, class, target or y, or else the last; of an NPZ the array y"
        ),
    ] = ""
    header: Annotated[
        Literal["auto", "yes", "no"],
        Meta(
            description="whether the first line of your own CSV file names its columns; auto: it"
            " does unless there is a number on it, and then you are asked"
        ),
    ] = "auto"
    separator: Annotated[
        Literal["auto", "comma", "semicolon", "tab"],
        Meta(
            description="what stands between the values of your own CSV file; auto: what parts all"
            " its lines alike, and where two do, you are asked"
        ),
    ] = "auto"
    targets: Annotated[
        Literal["classes", "numbers"],
        Meta(
            description="what the column label of your own file holds: classes to tell apart, or"
            " numbers to come close to, with network.loss = squared"
        ),
    ] = "classes"
    drop: Annotated[
        tuple[Column, ...],
        Meta(description="columns of your own file that are left out, such as a row's number"),
    ] = ()
    missing: Annotated[
        Literal["refuse", "mean", "drop"],
        Meta(
            description="what becomes of empty cells and NA in your own file: refuse it; mean: the"
            " column's mean over the rows that are learned from; drop: leave out the row"
        ),
    ] = "refuse"
    categories: Annotated[
        Literal["refuse", "onehot"],
        Meta(
            description="what becomes of a column of words in your own file: refuse it; onehot: a"
            " column of 0 and 1 for each word"
        ),
    ] = "refuse"
    test_share: Annotated[
        float,
        Meta(ge=0.01, lt=1, description="the part of each class of your own that is held back"),
    ] = 0.25
    train: Annotated[int, Meta(ge=2, le=100_000, description="points to learn from")] = 512
    test: Annotated[int, Meta(ge=2, le=100_000, description="points held back to judge by")] = 512
    noise: Annotated[float, NotNegative, Meta(description="standard deviation of the jitter")] = 0.1
    lag: Annotated[
        int, Meta(ge=1, le=1000, description="steps between lag's first bit and the last")
    ] = 20
