"""A person's own table in words: what it holds, how it is parted, and what is to be known of it."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import short_toml
from ..i18n import _, ngettext
from ..schema.spec import Scenario
from .loader import batch_size, file_name, sizes, table
from .table import DataTable, leave_out


def describe_data(scenario: Scenario) -> str:
    """What the file holds and how it is parted, said."""
    found, (learned, back) = table(scenario), sizes(scenario)
    rows = ngettext("{count} row", "{count} rows", len(found.y)).format(count=len(found.y))
    numbers = len(found.names)
    of = ngettext("of {count} number", "of {count} numbers", numbers).format(count=numbers)
    lead = f"{file_name(scenario.data.path)}: {rows} {of}"
    if not found.classes and not found.targets:
        scaled = _("Each column is scaled to mean 0 and variance 1.")
        return " ".join([f"{lead}. {scaled}", *data_notes(scenario)])
    if found.targets:
        form = _(
            "{lead}; {label} from {low} to {high}. {train} rows are for training and {test} are "
            "held out; each column and {label} are scaled to mean 0 and variance 1 over the "
            "training rows."
        )
        ends = (f"{end(found.targets):g}" for end in (min, max))
        low, high = ends
        name = short_toml(found.label)[1:-1]
        said = form.format(lead=lead, label=name, low=low, high=high, train=learned, test=back)
        return " ".join([said, *data_notes(scenario)])
    counts = zip(found.classes, found.counts, strict=True)
    classes = ", ".join(f"{short_toml(name)[1:-1]} {count}" for name, count in counts)
    form = _(
        "{lead}; {label}: {classes}. {train} rows are for training and {test} are held out; each "
        "column is scaled to mean 0 and variance 1 over the training rows."
    )
    label = short_toml(found.label)[1:-1]
    said = form.format(lead=lead, label=label, classes=classes, train=learned, test=back)
    return " ".join([said, *data_notes(scenario)])


def data_notes(scenario: Scenario) -> list[str]:
    """What whoever reads a result should know of the table, a sentence each."""
    found = table(scenario)
    return [
        *missing_notes(found),
        *(
            _("Column {name} only counts the rows: {drop}.").format(
                name=short_toml(name), drop=leave_out(name)
            )
            for name in found.row_numbers
        ),
        *(
            _(
                "Column {name} is a number of its own for each row, and sorts them by class:"
                " {drop}."
            ).format(name=short_toml(name), drop=leave_out(name))
            for name in found.sorting
        ),
        *batch_notes(scenario),
    ]


def missing_notes(found: DataTable) -> Iterator[str]:
    """What became of missing values."""
    if found.dropped:
        form = ngettext(
            "{count} row lacks a value and is left out.",
            "{count} rows lack a value and are left out.",
            found.dropped,
        )
        yield form.format(count=found.dropped)
    if found.filled:
        form = ngettext(
            "{count} missing value is the mean of its column.",
            "{count} missing values are the mean of their column.",
            found.filled,
        )
        yield form.format(count=found.filled)


def batch_notes(scenario: Scenario) -> Iterator[str]:
    """Whether a batch is all rows, as there are no more."""
    batch = batch_size(scenario)
    if batch < scenario.training.batch:
        form = _("A batch is all {count} training rows, fewer than training.batch = {batch}.")
        yield form.format(count=batch, batch=scenario.training.batch)
