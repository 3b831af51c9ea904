"""Scenarios: experiments in words. TOML goes in, a checked `Scenario` comes out, `build` runs it.

Read in this order: words, spec, faults, kinds, checking, sources, settings, expectations, rules,
course, inheritance, changes, reading; then memory and build, which alone load the engine.
"""
