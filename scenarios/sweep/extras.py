"""What the lines of a sweep hold besides, as `--theory` and `--measure` ask for it."""

from collections.abc import Sequence

from ..errors import Fault, ScenarioError, allowed_text, did_you_mean, found_text, nearest
from ..runs.results import Extras
from ..runs.theory_record import MEASURES
from ..schema.spec import Scenario

SOURCE = "--measure"
ALL = "all"


def requested_extras(scenario: Scenario, theory: bool, measures: Sequence[str]) -> Extras:
    """The extras of these names, the run document's; own measures are those of `run.measures`.

    Raises ScenarioError for a name that is none.
    """
    known = (*MEASURES, *scenario.run.measures)
    if faults := [fault(name, known) for name in measures if name not in (*known, ALL)]:
        raise ScenarioError(faults)
    return Extras(known if ALL in measures else tuple(dict.fromkeys(measures)), theory)


def fault(name: str, known: Sequence[str]) -> Fault:
    """A name that is no measure."""
    allowed = allowed_text(", ".join((*known, ALL)))
    return Fault(SOURCE, "", found_text(name), allowed, did_you_mean(nearest(name, known)))
