"""The version as a constant: asking importlib.metadata would double the time `--version` takes."""

VERSION = "0.1.0"
