"""The Python examples of the documentation, run in a folder with an `engine.py` of its own."""

import subprocess
import sys
from pathlib import Path

import pytest
from shell import ROOT

# doctest reads up to a blank line, so a fence after one is no output. The folder comes first in
# the path, as it does for a script that stands in it.
RUN = """
import doctest, sys
sys.path.insert(0, "")
failed, tried = doctest.testfile(
    sys.argv[1], module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8"
)
import engine
print(tried, engine.MINE)
sys.exit(failed > 0)
"""


@pytest.mark.parametrize("page", ["en/api.md", "es/api.md", "en/own-parts.md", "es/own-parts.md"])
def test_the_examples_are_true_beside_an_engine_of_ones_own(page: str, tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text("MINE = 'mine'\n")
    command = [sys.executable, "-W", "error", "-c", RUN, str(ROOT / "docs" / page)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    tried, whose = ran.stdout.split()
    assert int(tried) > (40 if "api" in page else 5)
    assert whose == "mine"


@pytest.mark.parametrize("page", ["api.md", "own-parts.md"])
def test_both_languages_show_the_same_examples(page: str) -> None:
    english, spanish = (
        [
            line.split("#")[0].rstrip()
            for line in (ROOT / "docs" / language / page).read_text().splitlines()
            if line.startswith((">>>", "..."))
        ]
        for language in ("en", "es")
    )
    assert english == [line for line in spanish if "set_language" not in line]
