"""The page on speed shows the passes that the engine makes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COUNTED = re.compile(r"^\| \w+ \| (\w+: `.+`) \| ([\d.]+) \| ([\d.]+) \|$", re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_on_speed_shows_the_passes_that_are_made(language: str) -> None:
    page = (ROOT / "docs" / language / "speed.md").read_text("utf-8")
    _, _, behind = page.partition("<!-- passes -->")
    shown = COUNTED.findall(behind.partition("\n## ")[0])
    command = [sys.executable, ROOT / "benchmarks" / "passes.py", "a"]
    counted = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert shown
    assert shown == COUNTED.findall(counted)
