"""The report on a recording as plain text, in the look of the report on a run."""

from __future__ import annotations

from collections.abc import Iterator

from ...scenarios.i18n import _, figure, ngettext
from ...scenarios.recordings.reading import say_silence
from ...scenarios.recordings.watch_document import Extent, WatchDocument, WatchedRun
from ..render.labels import state_word

WIDTHS = {"delta_rms": 11, "grad_norm": 11, "update_ratio": 14, "moved": 10, "budget": 10}
"""The columns, which with a name of 14 letters and the last word fit into 80."""
WIDEST_NAME = 40


def report(document: WatchDocument) -> str:
    """The whole report, a part for each source."""
    return "\n\n".join("\n".join(part(run)) for run in document.runs)


def part(run: WatchedRun) -> Iterator[str]:
    """What is to be said of one source."""
    yield headline(run)
    yield from scores(run)
    if any(any(value is not None for value in row[1:]) for row in rows(run)):
        yield ""
        yield from table(run)
    yield ""
    yield verdict(run)
    yield from (f"- {one.says}" for one in run.diagnosis.findings)
    yield from (f"! {words}" for words in (*run.messages, *run.faults))


def headline(run: WatchedRun) -> str:
    """Where it comes from, and how far it is."""
    planned = f"/{run.steps}" if run.steps else ""
    said = [
        run.path,
        run.framework or run.format,
        _("step {done}").format(done=f"{run.step}{planned}"),
        ngettext("{count} sample", "{count} samples", run.samples).format(count=run.samples),
        ngettext("{count} layer", "{count} layers", len(run.layers)).format(count=len(run.layers)),
    ]
    if run.segments > 1:
        said.append(_("started {count} times").format(count=run.segments))
    if run.cost is not None and run.cost == run.cost:
        said.append(_("recording takes {share} of a step").format(share=f"{100 * run.cost:.2g} %"))
    if run.finished:
        said.append(_("finished"))
    said += filter(None, [say_silence(run.silence)])
    return " · ".join(said)


def scores(run: WatchedRun) -> Iterator[str]:
    """Loss, rate and what else the whole network has one of, from first to last."""
    named = (
        (_("loss"), run.loss),
        (_("rate"), run.rate),
        (_("clip factor"), run.clip),
        (_("loss scale"), run.scale),
        (_("gradient norm"), run.total_grad_norm),
    )
    found = [f"{name} {change(of)}" for name, of in named if of.first is not None]
    if found:
        yield ", ".join(found)


def change(of: Extent) -> str:
    """The first and the last value."""
    return f"{figure(of.first)} → {figure(of.last)}"


def rows(run: WatchedRun) -> list[list[float | None]]:
    """The columns of each layer, without its name: a place first."""
    latest, diagnosis = run.latest, run.diagnosis
    found: list[list[float | None]] = []
    for n in range(len(run.layers)):
        weight, update = latest.weight_norm[n], latest.update_norm[n]
        known = weight is not None and update is not None and weight > 0
        ratio = update / weight if known and update is not None and weight else None
        ends = (of[n] if n < len(of) else None for of in (diagnosis.moved, diagnosis.budget))
        found.append([float(n), latest.delta_rms[n], latest.grad_norm[n], ratio, *ends])
    return found


def table(run: WatchedRun) -> Iterator[str]:
    """A line for each layer, input side first."""
    longest = max((len(layer.name) for layer in run.layers), default=0)
    width = min(max(longest, 8), WIDEST_NAME)
    frozen = {*run.diagnosis.frozen}
    title = _("layer")
    yield f"{title:<{width}}" + "".join(f"{name:>{wide}}" for name, wide in WIDTHS.items())
    for layer, values in zip(run.layers, rows(run), strict=True):
        name = layer.name if len(layer.name) <= width else "…" + layer.name[1 - width :]
        pairs = zip(values[1:], WIDTHS.values(), strict=True)
        cells = "".join(f"{figure(value):>{wide}}" for value, wide in pairs)
        yield f"{name:<{width}}{cells}" + ("  " + _("frozen") if layer.name in frozen else "")


def verdict(run: WatchedRun) -> str:
    """The diagnosis in a sentence."""
    return f"{state_word(run.diagnosis.state)}: {run.diagnosis.why}"


def change_line(run: WatchedRun) -> str:
    """A verdict that has changed, in a line."""
    at = _("step {done}").format(done=run.step)
    return f"{run.path} · {at} · {verdict(run)}"
