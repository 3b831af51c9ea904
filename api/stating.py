"""What is stated over a scenario from Python: settings, short words for the usual ones, data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from .frames import data_file
from .scenarios.errors import nearest
from .scenarios.loading.toml_reader import Settings, as_setting, setting_texts


class ShortSettings(TypedDict, total=False):
    """Short for the settings of SHORT_FOR, as the options of the command line are."""

    steps: int
    seed: int
    replicas: int
    record_every: int
    dtype: Literal["float32", "float64"]


SHORT_FOR = {
    "steps": "training.steps",
    "seed": "run.seed",
    "replicas": "run.replicas",
    "record_every": "run.record_every",
    "dtype": "run.dtype",
}
"""Those of the command line (tui/cli/options.py), which is not loaded for them."""


def stated(settings: Settings, data: object, short: Any) -> list[str]:
    """All of it as --set takes it: the data first, the short ones last.

    Raises TypeError for a short name that is none, and where `data` is no table.
    """
    for name in short:
        if name not in SHORT_FOR:
            close = nearest(name, SHORT_FOR)
            hint = f"; did you mean {close}?" if close else ""
            raise TypeError(f"{name!r} is no argument; settings are {{'network.depth': 3}}{hint}")
    if not isinstance(settings, Sequence | Mapping) or isinstance(settings, str):
        form = "settings are {'network.depth': 3} or ['network.depth=3'], not "
        raise TypeError(f"{form}{settings!r}")
    own = [] if data is None else [as_setting("data.path", data_file(data))]
    brief = [as_setting(SHORT_FOR[name], value) for name, value in short.items()]
    return [*own, *setting_texts(settings), *brief]
