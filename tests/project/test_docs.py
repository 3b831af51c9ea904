"""The documentation tells the truth: its commands print what it shows, its links lead somewhere,
and its generated pages come from the program as it is."""

import importlib
import re
import shutil
import subprocess
from math import isclose
from pathlib import Path

import pytest
from docs_scripts import DOCS, script
from guides import guides
from shell import ROOT, VGLAB
from vglab.scenarios import i18n as words
from vglab.scenarios.claims.catalog import select
from vglab.scenarios.loading.course import preset_ids
from vglab.tui.lab.keymap import APP_KEYS, BENCH_KEYS
from vglab.tui.lab.room_keys import CLAIMS_KEYS

PAGES = [*sorted(DOCS.glob("??/**/*.md")), ROOT / "README.md", ROOT / "README.es.md"]
SHOWN = re.compile(r"^```console\n\$ (?P<line>.+)\n(?P<out>(?:.*\n)*?)```$", re.M)
EXAMPLES = [
    pytest.param(found["line"], found["out"], id=f"{page.relative_to(ROOT)}: {found['line']}")
    for page in PAGES
    for found in SHOWN.finditer(page.read_text())
]
FENCED = re.compile(
    r"(?:<!-- (?P<mark>.*) -->\n)?^```(?P<kind>\w*)\n(?P<body>(?:.*\n)*?)```$", re.M
)
TYPED = ("sh", "fish")
ELSEWHERE = {"sweeps.md", "grading.md"}
"""Pages whose slow blocks are run by tests/project/test_walkthroughs.py."""
DOCTESTS = {"api.md", "own-parts.md"}
REASON = re.compile(r"not run: \S.{9,}")
NO_COMMANDS = {"", "text", "json", "toml", "diff", "po"}
FILE = re.compile(r"# (?P<name>\w+\.toml)\n")
"""How a block of TOML begins that is a file."""


def shell(line: str, folder: Path, patience: int = 60) -> "subprocess.CompletedProcess[str]":
    """What a shell makes of a line, with our command in its path."""
    path = f"{VGLAB.parent}:/usr/bin:/bin"
    env = {"PATH": path, "LANGUAGE": "en", "LANG": "C.UTF-8", "HOME": str(folder)}
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, env=env, capture_output=True, text=True, timeout=patience
    )


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
TIMES = ("seconds", "segundos")
"""How a line begins that gives the time a run took."""


def same(shown: str, seen: str) -> bool:
    """Whether two words are the same, but for the last digits of the numbers in them."""
    ours, theirs = NUMBER.findall(shown), NUMBER.findall(seen)
    return NUMBER.sub("#", shown) == NUMBER.sub("#", seen) and all(
        isclose(float(one), float(other), rel_tol=0.05)
        for one, other in zip(ours, theirs, strict=True)
    )


def alike(shown: str, seen: str) -> bool:
    """Whether a line is as shown; … at its end stands for any rest."""
    words, real = shown.split(), seen.split()
    if words and words[-1] == "…":
        words, real = words[:-1], real[: len(words) - 1]
    if words and words[0] in TIMES:
        return [NUMBER.sub("#", word) for word in words] == [NUMBER.sub("#", one) for one in real]
    return len(words) == len(real) and all(map(same, words, real))


def accords(shown: list[str], seen: list[str]) -> bool:
    """Whether what was printed is what is shown; a line of … stands for any number of lines."""
    if not shown:
        return not seen
    if shown[0].strip() == "…":
        return any(accords(shown[1:], seen[skip:]) for skip in range(len(seen) + 1))
    return bool(seen) and alike(shown[0], seen[0]) and accords(shown[1:], seen[1:])


def test_the_comparison_can_fail() -> None:
    assert accords(["a 1.0", "…", "b …"], ["a 1.01", "x", "b c d"])
    assert not accords(["a 1.0", "…", "b"], ["a 2.0", "x", "b"])
    assert not accords(["…", "b"], ["a", "c"])


@pytest.mark.sampled(8)
@pytest.mark.parametrize(("line", "shown"), EXAMPLES)
def test_commands_print_what_is_shown(line: str, shown: str, tmp_path: Path) -> None:
    ran = shell(line, tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert accords(shown.splitlines(), ran.stdout.splitlines()), ran.stdout


def typed(page: Path, slow: bool) -> list[str]:
    """What a page tells one to type, block by block; with `slow`, all of it."""
    return [
        found["body"]
        for found in FENCED.finditer(page.read_text())
        if found["kind"] in TYPED and (not found["mark"] or (slow and found["mark"] == "slow"))
    ]


def follow(page: Path, folder: Path, slow: bool) -> None:
    """Do what a page tells one to, with the files it shows."""
    for found in FENCED.finditer(page.read_text()):
        if found["kind"] == "toml" and (file := FILE.match(found["body"])):
            (folder / file["name"]).write_text(found["body"])
    for block in typed(page, slow):
        ran = shell(f"set -e\n{block}", folder, 1200 if slow else 60)
        assert ran.returncode == 0, f"{block}\n{ran.stderr}"


@pytest.mark.sampled(8)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_one_is_told_to_type_runs(page: Path, tmp_path: Path) -> None:
    follow(page, tmp_path, slow=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name not in ELSEWHERE and "<!-- slow -->" in page.read_text()],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_what_takes_longer_runs_too(page: Path, tmp_path: Path) -> None:
    follow(page, tmp_path, slow=True)


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: str(page.relative_to(ROOT))
)
def test_every_example_is_run_or_says_why_not(page: Path) -> None:
    followed = {step.body for steps in guides().values() for step in steps}
    for found in FENCED.finditer(page.read_text()):
        kind, mark, body = found["kind"], found["mark"] or "", found["body"]
        if body in followed:
            continue
        if kind in TYPED:
            assert mark in ("", "slow") or REASON.fullmatch(mark), body
        elif kind == "python" and REASON.fullmatch(mark):
            compile(body, page.name, "exec")
        elif kind == "python":
            assert page.name in DOCTESTS, "tests/project/test_docs_api.py runs those"
            assert body.startswith(">>> ")
        elif kind == "console":
            assert SHOWN.match(found[0].removeprefix(f"<!-- {mark} -->\n")), body
        else:
            assert kind in NO_COMMANDS
            assert not body.startswith(("vglab ", "make ", "pip ", "python", "$ ")) or mark, body


def test_both_languages_have_the_same_pages() -> None:
    english, spanish = (
        {path.relative_to(DOCS / language) for path in (DOCS / language).glob("**/*.md")}
        for language in ("en", "es")
    )
    assert english == spanish


LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_are_committed(page: Path) -> None:
    """On a repository host there is nothing but the committed files."""
    tracked = set(subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines())
    targets = {(page.parent / link).resolve() for link in LINK.findall(page.read_text()) if link}
    assert {str(target.relative_to(ROOT)) for target in targets} - tracked == set()


CITED = re.compile(r"\b([A-Z][A-Za-z]+(?: et al\.| & [A-Z][a-z]+)) \(?((?:19|20)\d\d)")


def test_what_is_cited_is_in_the_references() -> None:
    sources = [
        *(ROOT / "scenarios").glob("*/*.toml"),
        *(path for of in ("engine", "scenarios", "tui") for path in (ROOT / of).glob("**/*.py")),
        *PAGES,
    ]
    cited = {" ".join(found) for path in sources for found in CITED.findall(path.read_text())}
    for language in ("en", "es"):
        listed = (DOCS / language / "references.md").read_text()
        assert {of for of in cited if f"| {of} |" not in listed} == set()
        assert listed.count("arxiv.org/abs/") >= 25


def test_the_laws_hold_where_they_are_told() -> None:
    laws = script("make_laws")
    for law in (laws.LAWS[0], laws.LAWS[3], laws.LAWS[8]):
        found = laws.found(law)
        assert found.theory == pytest.approx(law.value, rel=0.01)
        assert found.middle == pytest.approx(law.value, rel=0.03)
        assert found.low < law.value < found.high


def test_a_presets_page_has_its_lesson_its_changes_and_a_run() -> None:
    pages = script("make_pages")
    scenario = pages.load("relu", ["training.steps=5"])
    experiment = pages.build(scenario)
    for _ in experiment.steps:
        pass
    page = pages.preset_page(pages.document(scenario, experiment, 0.0), "en")
    assert "He's weights" in page
    assert "| `network.activation` | `sigmoid` | `relu` |" in page
    assert "](../pictures/presets/relu-model-en.svg)" in page
    assert page.count("\n| W") == len(experiment.trace.networks["model"].layers)


def test_the_claims_page_has_rules_figures_and_verdicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = script("make_claims")
    monkeypatch.setattr(claims, "GENERATED", tmp_path)
    for language in ("en", "es"):
        (tmp_path / language).mkdir()
    claims.write(select(["delta-recursion", "gradients-shrink-going-back", "introduced-in-1986"]))
    english, spanish = ((tmp_path / of / "claims.md").read_text() for of in ("en", "es"))
    assert "### The error signal goes back as Δ⁽ˡ⁻¹⁾" in english
    assert "**◐ HOLDS WHEN a layer's factor is below 1**" in english
    assert "- ✔ 5/5  a layer's factor is below 1<br>`deep-sigmoid network.depth=20" in english
    assert "Rule: relative error of the recursion < 1e-5" in english
    assert "| HOLDS | 1 |" in english
    assert "**◐ SE CUMPLE SI el factor por capa es menor que 1**" in spanish
    assert [part.count("### ") for part in (english, spanish)] == [3, 3]
    words.set_language("en")


def test_the_man_page_is_the_commands() -> None:
    man = script("make_man")
    page = man.page()
    assert man.PAGE.read_text("utf-8") == page, "run `make man`: the wheel ships this file"
    for name, command in man.all_commands().items():
        assert f".SS vglab {name}" in page
        for option in (o for p in command.params for o in p.opts if o.startswith("--")):
            assert option.replace("-", "\\-") in page


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_offers_scenarios(name: str, tmp_path: Path) -> None:
    asked = f"_VGLAB_COMPLETE={name}_source vglab"
    ran = shell(asked, tmp_path)
    assert ran.returncode == 0
    assert f"_VGLAB_COMPLETE={name}_complete" in ran.stdout
    words, current = ("'vglab show leaky'", "2") if name != "fish" else ("'vglab show '", "leaky")
    asked = f"COMP_WORDS={words} COMP_CWORD={current} _VGLAB_COMPLETE={name}_complete vglab"
    assert "leaky-relu" in shell(asked, tmp_path).stdout
    if shutil.which(name):
        read = {"bash": "bash -n", "zsh": "zsh -n", "fish": "fish -n"}[name]
        source = f"_VGLAB_COMPLETE={name}_source vglab > it && {read} it"
        assert shell(source, tmp_path).returncode == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_key_of_the_lab_is_listed(
    language: words.Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = script("make_pages")
    monkeypatch.setattr(pages, "GENERATED", tmp_path)
    (tmp_path / language).mkdir()
    pages.write_keys(language)
    listed = (tmp_path / language / "keys.md").read_text()
    words.set_language(language)
    for key in (*BENCH_KEYS, *APP_KEYS):
        assert not key.help or f"| `{words._(key.label)}` | {words._(key.help)} |" in listed
    assert f"| `F4` `enter` | {words._('figures')} |" in listed
    words.set_language("en")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_labs_page_names_keys_that_there_are(language: str) -> None:
    page = (DOCS / language / "lab.md").read_text()
    named = {key for row in page.splitlines() if row[:1] == "|" for key in code_in(row)}
    known = {shown for key in (*BENCH_KEYS, *APP_KEYS, *CLAIMS_KEYS) for shown in key.label.split()}
    assert {"?", "/", "F5", "F4", "t", "w"} <= named
    assert {name for word in named for name in word.split()} <= known


def code_in(row: str) -> list[str]:
    """What stands between back quotes."""
    return row.split("`")[1::2]


PATH = re.compile(r"`((?:api|benchmarks|docs|engine|requirements|scenarios|tests|tui)/[\w./-]*)`")
METHOD = re.compile(r"`([A-Z][a-z]\w*)\.(\w+)`")


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: str(page.relative_to(ROOT))
)
def test_every_path_that_is_named_exists(page: Path) -> None:
    added = {step.file for steps in guides().values() for step in steps}
    named = {*PATH.findall(page.read_text())} - added
    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_equations_stand_where_the_page_says(language: str) -> None:
    rows = (DOCS / language / "inside.md").read_text().splitlines()
    found = {name: PATH.findall(row) for row in rows for name in METHOD.findall(row)}
    assert len(found) == 5
    for (owner, method), files in found.items():
        (name,) = (file.removesuffix(".py").replace("/", ".") for file in files)
        assert callable(vars(getattr(importlib.import_module(f"vglab.{name}"), owner))[method])


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_gallery_has_a_sentence_for_every_preset(language: str) -> None:
    rows = re.findall(
        r"^\| \[.*?\]\(\.\./\.\./scenarios/presets/([\w-]+)\.toml\) \| (.+) \|$",
        (DOCS / language / "gallery.md").read_text(),
        re.M,
    )
    assert [name for name, _said in rows] == [*preset_ids()]
    assert len({said for _name, said in rows}) == len(rows)
