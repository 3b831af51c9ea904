"""Scenarios: experiments in words. TOML goes in, a checked `Scenario` comes out, `build` runs it.

Read in this order: words, spec, faults, checking, sources, settings, rules, reading, changes, show,
expectations, build. Only build loads the engine; nothing here loads the screen.
"""
