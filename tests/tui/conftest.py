"""Every test here can ask the command line for things."""

from collections.abc import Callable

import pytest
from shell import CommandResult
from vglab.tui.cli.main import run


@pytest.fixture(autouse=True)
def _settings_of_nobody(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the lab remembers for good is not the tester's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("settings")))


@pytest.fixture
def ask(capfd: pytest.CaptureFixture[str]) -> Callable[..., CommandResult]:
    """Ask `vglab` something in this process."""

    def asked(*arguments: str) -> CommandResult:
        status = run(arguments)
        out, err = capfd.readouterr()
        return CommandResult(status, out, err)

    return asked
