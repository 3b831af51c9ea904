"""From a name or a file to a checked scenario, and back to TOML."""
