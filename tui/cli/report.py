"""The report of a run as plain text, for a pipe or where no screen can be opened.

It is of the first and the last record of the run document; numbers are medians over the replicas.
"""

from collections.abc import Iterator, Sequence

from ...scenarios.documents.explanation import headline_state
from ...scenarios.documents.run import Layered, NetworkRecord, Number, RunDocument, Series
from ...scenarios.i18n import _, figure, ngettext
from ...scenarios.runs.summary import finite_median
from ...scenarios.schema.spec import is_own
from ...scenarios.schema.vocabulary import kind_word
from ...scenarios.userdata.description import describe_data
from ..render.labels import series_word, state_word
from ..render.precision_text import precision_lines, rounding_lines

COLUMNS = (("delta_rms", 0), ("delta_rms", -1), ("grad_norm", -1), ("update_ratio", -1))
"""Measures, and the record that each is shown of: the first one or the last."""


def report(run: RunDocument) -> str:
    """The whole report."""
    parts = [headline(run), *own_file(run), *own_parts(run), *outcome(run)]
    for name, net in run.networks.items():
        parts += [
            "",
            *([series_word(name)] if len(run.networks) > 1 else []),
            *table(net, run.records),
            "",
            *verdicts(net),
        ]
        parts += ["", *precision_lines(net.precision)] if net.diagnosis.state != "diverged" else []
        parts += rounding_lines(net.float32_error)
    return "\n".join(parts)


def headline(run: RunDocument) -> str:
    """Title, steps, replicas, seed and precision."""
    steps, replicas = run.spec.training.steps, run.replicas
    said = (
        f"{run.title} ({run.scenario})",
        ngettext("{count} step", "{count} steps", steps).format(count=steps),
        ngettext("{count} replica", "{count} replicas", replicas).format(count=replicas),
        _("seed {seed}").format(seed=run.seed),
        run.dtype,
    )
    return " · ".join(said)


def own_file(run: RunDocument) -> Iterator[str]:
    """What was read, where the data are a person's own."""
    if is_own(run.spec):
        yield describe_data(run.spec)


def own_parts(run: RunDocument) -> Iterator[str]:
    """Which parts are not vglab's own."""
    if run.own_parts:
        each = (f"{kind_word(part.kind)} {part.name} ({part.source})" for part in run.own_parts)
        yield _("not vglab's own: {parts}").format(parts=", ".join(each))


def outcome(run: RunDocument) -> Iterator[str]:
    """Loss and accuracy, from first to last, and where the run was interrupted."""
    tables = ((_("loss"), run.loss), (_("accuracy"), run.accuracy), ("R²", run.r2))
    for name, what in tables:
        if what:
            yield f"{name}: " + ", ".join(
                f"{series_word(of)} {change(rows)}" for of, rows in what.items()
            )
    if not run.finished:
        yield _("Interrupted: this is the state at step {step}.").format(step=run.records[-1])


def change(rows: Series) -> str:
    """The medians of the first record and of the last."""
    first, last = (figure(finite_median([row[at] for row in rows])) for at in (0, -1))
    return f"{first} → {last}"


def table(net: NetworkRecord, records: Sequence[int]) -> Iterator[str]:
    """A line for each layer, input side first."""
    columns = [medians(getattr(net.measures, name), record) for name, record in COLUMNS]
    steps = (_("step {step}").format(step=records[record]) for _name, record in COLUMNS)
    yield line(("", *steps))
    yield line((_("layer"), *(name for name, _record in COLUMNS)))
    for layer, *values in zip(net.layers, *columns, strict=True):
        yield line((layer.name, *map(figure, values)))


def line(cells: Sequence[str]) -> str:
    """One line of the table."""
    return f"{cells[0]:<8}" + "".join(f"{cell:>14}" for cell in cells[1:])


def medians(measure: Layered, record: int) -> list[Number]:
    """Each layer's median at a record."""
    return [
        finite_median(layer)
        for layer in zip(*(replica[record] for replica in measure), strict=True)
    ]


def verdicts(net: NetworkRecord) -> Iterator[str]:
    """The diagnosis in a sentence, of the first record and of the last. Where too large weights
    saturate a network, its gradient explodes first and vanishes then."""
    birth, end = net.diagnosis.at_birth, net.diagnosis
    yield _("at initialization {state}: {why}").format(state=state_word(birth.state), why=birth.why)
    yield f"{state_word(headline_state(end))}: {end.why}"
