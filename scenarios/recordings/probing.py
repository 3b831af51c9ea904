"""A user's model, built by a function of theirs and probed before it is trained."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import VglabError
from ..i18n import _, figure


class ProbingError(VglabError):
    """A model cannot be built or probed; the message says why."""


def factory_of(name: str) -> Callable[[], Any]:
    """The function that `module:function` names, from the folder one stands in or from what is
    installed. Raises ProbingError."""
    module, _colon, function = name.partition(":")
    if not module or not function:
        raise ProbingError(
            _("--probe: {name} is not of the form module:function").format(name=name)
        )
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found = getattr(import_module(module), function)
    except Exception as error:
        raise ProbingError(fault(error)) from error
    if not callable(found):
        raise ProbingError(_("--probe: {name} is not a function").format(name=name))
    return found


def probe_model(name: str, path: Path) -> Mapping[str, float]:
    """Builds a model, sends one batch through it and back, and writes the recording. The function
    returns the model, or the model and a batch, or those and a loss of the output.

    Returns by layer the factor of the error signal that mean-field theory foresees. Raises
    ProbingError, also for what the user's own code raises.
    """
    factory = factory_of(name)
    try:
        from ...watch import probe

        made = factory()
        model, batch, loss = (*(made if isinstance(made, tuple) else (made,)), None, None)[:3]
        return probe(model, path, batch=batch, loss=loss)
    except Exception as error:
        raise ProbingError(fault(error)) from error


def fault(error: Exception) -> str:
    """What went wrong in the user's code, in a line."""
    words = " ".join(str(error).split()) or type(error).__name__
    return f"--probe: {type(error).__name__}: {words}"


def theory_lines(path: Path, foreseen: Mapping[str, float]) -> Iterator[str]:
    """The factor of the error signal on its way to each layer of a recording at initialization,
    measured and foreseen."""
    head, sample, *_rest = map(json.loads, path.read_text("utf-8").splitlines())
    layers = [layer["name"] for layer in head["layers"]]
    deltas: list[float | None] = sample["delta_rms"]
    pairs = [
        (name, error / behind, foreseen[name])
        for name, error, behind in zip(layers, deltas, deltas[1:], strict=False)
        if name in foreseen and error is not None and behind
    ]
    if not pairs:
        yield _("Mean-field theory covers no part of this model.")
        return
    widest = max(len(name) for name, *_rest in pairs)
    yield _("Factor of the error signal from the next layer: measured, and by mean-field theory")
    for name, measured, theory in pairs:
        yield f"{name:<{widest}}  {figure(measured):>9}  {figure(theory):>9}"
