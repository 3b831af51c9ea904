"""`python -m vglab.scenarios.grading.bounded SECONDS MEGABYTES …`: `vglab …` with so much
computing and address space, which bind the process before vglab is loaded. POSIX only.
"""

import os
import resource
import sys


def main() -> None:
    """Bound this process and become vglab."""
    seconds, megabytes, *arguments = sys.argv[1:]
    most, time = int(megabytes) * 1_000_000, int(seconds)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (time, time + 1))
    os.execv(sys.executable, [sys.executable, "-P", "-m", "vglab", *arguments])


if __name__ == "__main__":
    main()
