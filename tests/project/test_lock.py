"""A clone gets what was tested: the lock agrees with pyproject.toml, and is whole and hashed."""

import re
import tomllib
from collections.abc import Iterable
from typing import Any

import pytest
from lock import LOCKS, PINNED, lock_versions
from packaging.requirements import Requirement
from shell import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
GROUPS: dict[str, list[Any]] = PROJECT["dependency-groups"]
FRAMEWORKS = GROUPS["frameworks"]


def group(name: str) -> list[str]:
    """The requirements of a dependency group, with those it includes."""
    return [
        one
        for entry in GROUPS[name]
        for one in (group(entry["include-group"]) if isinstance(entry, dict) else [entry])
    ]


DEV = group("dev")
WANTED = {"run": RUN, "dev": RUN + DEV, "frameworks": FRAMEWORKS}


def amiss(wanted: Iterable[str], found: dict[str, str]) -> list[str]:
    """The requirements that a lock does not meet."""
    requirements = map(Requirement, wanted)
    return [str(r) for r in requirements if found.get(r.name, "0") not in r.specifier]


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_is_within_the_ranges(name: str) -> None:
    assert amiss(WANTED[name], lock_versions(name)) == [], "run `make lock`"


def test_a_lock_that_is_not_is_found() -> None:
    assert amiss(["click>=99", "nothing-of-that-name"], lock_versions("run"))


def test_what_runs_is_the_same_in_all() -> None:
    run, dev, frameworks = (lock_versions(name) for name in ("run", "dev", "frameworks"))
    assert run.items() <= dev.items()
    assert frameworks["numpy"] == run["numpy"]


def test_of_the_frameworks_pytorch_alone_has_no_hash_but_a_release() -> None:
    (line,) = PINNED.finditer((ROOT / "requirements" / "torch.txt").read_text())
    assert line["name"] == "torch"
    assert "torch" not in lock_versions("frameworks")


@pytest.mark.parametrize("name", LOCKS)
def test_every_release_has_its_hashes_and_none_has_an_address(name: str) -> None:
    text = LOCKS[name].read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.M | re.I)[1:]
    assert [block[:40] for block in blocks if not PINNED.match(block)] == []
    assert [block[:40] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.search(r"://| @ |^-", text, re.M) is None, "no index, no host, no file"


def test_the_lock_is_for_every_platform() -> None:
    text = LOCKS["dev"].read_text()
    assert re.search(r"^colorama==\S+ ; .*sys_platform == 'win32'", text, re.M)
    assert PROJECT["project"]["requires-python"] == ">=3.11"


def test_what_builds_it_is_locked_too() -> None:
    assert PROJECT["dependency-groups"]["build"] == PROJECT["build-system"]["requires"]


def test_everything_has_a_lower_bound_and_the_extras_the_same_as_the_tests() -> None:
    extras = {one for extra in EXTRAS.values() for one in extra}
    everything = {*RUN, *extras, *DEV}
    assert all(">=" in one for one in {*everything, *FRAMEWORKS})
    assert extras <= {*DEV}
    names = [Requirement(one).name for one in everything]
    assert len(names) == len({*names}), "each with one range"
    assert {*EXTRAS} == {"dask", "parquet", "plot", "serve", "tensorboard"}, "what pages name"
