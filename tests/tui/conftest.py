"""Every test here starts in English, and can ask the command line for things."""

from collections.abc import Callable, Iterator

import pytest
from shell import CommandResult
from vglab.scenarios import i18n as words
from vglab.tui.cli.main import run


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = words.language()
    monkeypatch.setenv("LANGUAGE", "en")
    words.set_language("en")
    yield
    words.set_language(before)


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
