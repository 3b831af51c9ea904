"""The claims of the course notes, each an experiment with a rule."""
