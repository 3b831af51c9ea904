"""The course as a person takes it: `steps` of a lesson and how they are judged, the `progress` that
is kept, and `step_lines`, a step as it is shown."""
