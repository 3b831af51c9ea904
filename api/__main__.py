"""What `python -m vglab` runs: the `vglab` command."""

from vglab.tui.cli.main import main

if __name__ == "__main__":
    main()
