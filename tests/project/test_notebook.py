"""The notebooks of the documentation run from top to bottom, and show charts."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from shell import ROOT

NOTEBOOKS = {language: ROOT / "docs" / language / "notebook.ipynb" for language in ("en", "es")}


def cells(language: str, kind: str) -> list[str]:
    """The cells of a kind, each as a text."""
    read = json.loads(NOTEBOOKS[language].read_text())
    return ["".join(one["source"]) for one in read["cells"] if one["cell_type"] == kind]


def test_both_languages_have_the_same_code_and_no_output() -> None:
    assert cells("en", "code") == cells("es", "code")
    assert len(cells("en", "markdown")) == len(cells("es", "markdown"))
    for path in NOTEBOOKS.values():
        assert re.findall(r'"outputs": \[[^\]]', path.read_text()) == []


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_notebook_runs_and_shows_charts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbformat, nbclient = map(pytest.importorskip, ("nbformat", "nbclient"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("LANGUAGE", "en")
    notebook: Any = nbformat.read(NOTEBOOKS["en"], as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    client = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources=where)
    kernel = client.create_kernel_manager()
    kernel.kernel_spec.argv[0] = sys.executable
    client.execute()
    shown = [one["outputs"] for one in notebook.cells if one["cell_type"] == "code"]
    assert all(outputs for outputs in shown[1:])
    html = ["".join(one["data"].get("text/html", "") for one in each) for each in shown[1:]]
    assert ["<svg" in page for page in html] == [True, False, True, True, False, False]
    assert "<table" in html[4]
    assert "image/svg+xml" in shown[-1][0]["data"]
    ratios = [float(found) for found in re.findall(r"\d\.\d+e-\d+", str(shown[2]))]
    assert max(ratios) < 1e-4, "the deep sigmoid's signal vanishes"
