"""The short form of `make soak`: a minute of strain, and nothing is lost."""

import pytest
from soak import STRAINS


@pytest.mark.slow
@pytest.mark.parametrize("name", STRAINS)
def test_nothing_is_lost_under_strain(name: str) -> None:
    outcome = STRAINS[name](20.0)
    assert outcome.survivals == outcome.trials
    assert not outcome.loss or outcome.trials == 0, str(outcome)
