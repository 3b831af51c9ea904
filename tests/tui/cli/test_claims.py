"""`vglab claims`: one document, or a page for a teacher."""

import json
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from shell import CommandResult, python, result_of, start
from vglab.scenarios import i18n as words
from vglab.scenarios.claims import testing as examining
from vglab.scenarios.claims.catalog import claims
from vglab.scenarios.claims.testing import CaseResult, ClaimResult, ClaimsReport, TopicResult
from vglab.scenarios.documents.schemas import SCHEMAS
from vglab.tui.cli.commands.claims import page
from vglab.tui.render.claims_text import condition_text, entry, powers

Ask = Callable[..., CommandResult]
ONE = ["--workers", "1"]
QUICK = ["delta-recursion", "tiny-in-the-deepest-layers", "introduced-in-1986"]
VALID = Draft202012Validator(json.loads(SCHEMAS["claims"]()))


def document(text: str) -> Any:
    """The one document on stdout, held against its schema."""
    (line,) = text.splitlines()

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found = json.loads(line, parse_constant=refuse)
    VALID.validate(found)
    return found


@pytest.mark.parametrize("workers", ["1", "2"])
def test_claims_are_one_document(ask: Ask, workers: str) -> None:
    words = [*QUICK, "--replicas", "3", "--seed", "7", "--workers", workers]
    status, out, err = ask("claims", *words, "--json")
    assert (status, err) == (0, "")
    found = document(out)
    assert (found["schema"], found["finished"]) == ("vglab.claims/1", True)
    assert (found["seed"], found["replicas"]) == (7, 3)
    assert found["verdicts"] == {"holds": 1, "holds when": 1, "fails": 0}
    tiny, delta, told = (one for part in found["topics"] for one in part["claims"])
    assert [one["id"] for one in (tiny, delta, told)] == [QUICK[1], QUICK[0], QUICK[2]]
    assert [one["verdict"] for one in (tiny, delta, told)] == ["holds when", "holds", None]
    far, near = tiny["cases"]
    assert (far["experiment"], far["obeys"], far["so"]) == ("deep-sigmoid", [True] * 3, True)
    assert (near["experiment"], near["obeys"], near["so"]) == ("deep-sigmoid", [False] * 3, False)
    first, last = far["figures"]["birth.gradient_deep"], near["figures"]["birth.gradient_deep"]
    assert all(a > 1e4 * b for a, b in zip(last, first, strict=True))


def test_seeds_are_those_that_were_asked_for(ask: Ask) -> None:
    def figures(*words: str) -> list[float]:
        out = ask("claims", QUICK[1], "--json", *ONE, *words).out
        case, _near = document(out)["topics"][0]["claims"][0]["cases"]
        return case["figures"]["birth.gradient_deep"]

    several = figures("--replicas", "3", "--seed", "4")
    assert len(set(several)) == 3
    assert figures("--replicas", "1", "--seed", "6") == pytest.approx(several[2:], rel=1e-4)


def test_a_page_says_what_was_measured(ask: Ask) -> None:
    status, out, err = ask("claims", *QUICK, *ONE)
    assert (status, err) == (0, "")
    assert "“Gradients become tiny in the deepest layers.”\n  ◐ HOLDS WHEN deep layers" in out
    assert "✔ 5/5  a small network, by finite differences: " in out
    assert "· told, not tested\n    introduced-in-1986 · note 004 · the literature says" in out
    assert "✔ HOLDS: 1   ◐ HOLDS WHEN: 1   ✘ FAILS: 0   · NOT TESTED: 1" in out
    assert "\x1b" not in out


def test_a_page_speaks_spanish(ask: Ask) -> None:
    status, out, _ = ask("claims", *QUICK, *ONE, "--lang", "es")
    assert status == 0
    assert "«Los gradientes se vuelven minúsculos en las capas más profundas.»" in out
    assert "✘ NO SE CUMPLE" in out
    assert "regla: error relativo de la recursión < 1e-5" in out
    assert "la bibliografía dice: cierto en parte" in out
    out = ask("claims", QUICK[0], *ONE, "--lang", "es", "--json").out
    assert document(out)["topics"][0]["title"] == "Las ecuaciones"


CASE = CaseResult(
    experiment="tanh network.depth=50 network.width=128",
    against="tanh network.depth=25 network.width=128",
    when="the factor rises",
    figures={"birth.ratio": (0.5, 0.1, 0.2), "other.birth.ratio": (None, None, None)},
    obeys=(False, False, True),
    so=False,
)
FOUND = ClaimResult(
    id="a-claim",
    note="001",
    kind="testable",
    says="It fades.",
    literature="false",
    rule=("birth.ratio < 1e-05", "birth.ratio > 1e6 * other.birth.ratio"),
    verdict="fails",
    when="",
    remark="Or so.",
    cases=(CASE, CASE),
)


def test_an_entry_puts_the_numbers_in_the_rule() -> None:
    assert [*entry(FOUND, 200)][:7] == [
        "“It fades.”",
        "  ✘ FAILS",
        "    a-claim · note 001 · the literature says: false",
        "    rule: error signal, first/last layer, at initialization < 1e-5;"
        " error signal, first/last layer, at initialization > 1e6 × [other]",
        "    ✘ 1/3  the factor rises",
        "           tanh network.depth=50 network.width=128 [other: network.depth=25]:"
        " 0.2 ≮ 1e-5; 0.2 ≯ 1e6 × not finite",
        "    ✘ 1/3  the factor rises",
    ]
    assert [*entry(FOUND, 200)][-1] == "    → Or so."


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_page_keeps_to_its_columns(columns: int) -> None:
    whole = ClaimsReport(
        schema="vglab.claims/1",
        version="1",
        seed=0,
        replicas=3,
        finished=True,
        verdicts={"holds": 0, "holds when": 0, "fails": 1},
        topics=(TopicResult("A topic", (FOUND,)),),
        seconds=1.0,
    )
    lines = page(whole, columns).splitlines()
    assert max(map(len, lines)) <= columns
    assert "Numbers are medians over 3 networks" in " ".join(map(str.strip, lines))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_rule_can_be_read(language: str) -> None:
    words.set_language(language)
    for claim in claims().values():
        for text in claim.rule:
            assert condition_text(text)[0] != " "
            assert "_" not in condition_text(text)


def test_numbers_are_written_short() -> None:
    assert [powers(x) for x in ("1e-05", "1e+06", "1e-10", "0.1")] == [
        "1e-5",
        "1e6",
        "1e-10",
        "0.1",
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["delta-recursio"],
            "Error: there is no claim delta-recursio; did you mean delta-recursion?",
        ),
        (["delta-recursion", "zzz"], "Error: there is no claim zzz"),
        (["--replicas", "0"], "'--replicas': 0 "),
        (["--seed", "x"], "'--seed': 'x' "),
    ],
)
def test_mistakes_are_a_line(ask: Ask, words: list[str], line: str) -> None:
    status, out, err = ask("claims", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("Error: ")
    assert line in err


def test_what_cannot_be_carried_out_is_said_once(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_trials: object) -> None:
        raise MemoryError("too large")

    monkeypatch.setattr(examining, "measure_trials", fail)
    status, out, err = ask("claims", *QUICK, *ONE)
    assert (status, err) == (1, "Error: too large\n")
    assert out.count("could not be tested") == 2
    assert document(ask("claims", *QUICK, *ONE, "--json").out)["finished"]


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_shows_what_has_come(workers: str) -> None:
    process = start("claims", "--json", "--replicas", "200", "--workers", workers)
    time.sleep(2.5)
    process.send_signal(signal.SIGINT)
    status, out, err = result_of(process)
    assert (status, err) == (130, "Interrupted: these are the results so far.\n")
    found = document(out)
    assert found["finished"] is False
    shown = {one["id"] for part in found["topics"] for one in part["claims"]}
    assert "introduced-in-1986" in shown
    assert len(shown) < len(claims())


def test_ids_are_completed() -> None:
    asked = {"COMP_WORDS": "vglab claims relu-k", "COMP_CWORD": "2"}
    env = {**asked, "_VGLAB_COMPLETE": "bash_complete"}
    assert result_of(start(env=env)).out == "plain,relu-keeps-gradients\n"


LOADED = """
import sys
from vglab.tui.cli.main import run
status = run(sys.argv[1:])
print("LOADED", status, *sorted({name.split(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize("words", ["claims --help", "schema claims", "claims delta-recursio"])
def test_words_alone_load_nothing_heavy(words: str) -> None:
    loaded = python(LOADED, *words.split()).splitlines()[-1].split()[2:]
    assert {"numpy", "textual", "plotext", "rich", "distributed"}.isdisjoint(loaded)


def test_testing_claims_loads_no_screen() -> None:
    words = ["claims", QUICK[0], "--json", "--workers", "2"]
    loaded = python(LOADED, *words).splitlines()[-1].split()
    assert {"textual", "plotext", "rich"}.isdisjoint(loaded)
