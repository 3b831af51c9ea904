"""From a scenario to an experiment: the modules that load the engine."""
