"""The course as a person takes it: `steps` of a lesson and how they are judged, the `progress` that
is kept, `path_words` for what a task asks of, and `step_lines`, a step as it is shown."""
