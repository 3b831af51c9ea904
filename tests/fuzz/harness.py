"""Coverage-guided fuzzing of the readers with atheris, which is no part of the tests: it is slow to
install and never done.

    pip install atheris
    PYTHONPATH=tests python tests/fuzz/harness.py TARGET [CORPUS] -max_total_time=60

TARGET is one of those in targets.py; what follows is libFuzzer's.
"""

import sys
from importlib import import_module

atheris = import_module("atheris")

with atheris.instrument_imports(include=["vglab", "tomllib", "csv", "zipfile"]):
    from fuzz.targets import TARGETS


def main() -> None:
    """Fuzz one target until libFuzzer is done."""
    program, name, *options = sys.argv
    target = TARGETS[name]

    def once(data: bytes) -> None:
        target(data)

    atheris.Setup([program, *options], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
