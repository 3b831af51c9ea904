"""The lab's screen: what runs in the process that owns the terminal.

In reading order:

- `launch` starts the worker and then the app; `worker_client` is the pipe to the worker.
- `layout` says what stands where, `state` what the person has chosen, `keymap` which key does what,
  `room_keys` those of rooms and which the key bar shows where, `watch_keys` what keys do of a
  recording, `scenario_list` what can be opened, `preferences` what is kept from one visit to the
  next.
- `status_lines` writes the lines around the charts and `tabs` the names of charts on them,
  `drawing` paints lines on a terminal.
- `course/` holds the steps of a lesson and how far a person has come.
- `bench/` holds the parts of the main screen, `screens/` that screen and the pages over it.
- `app` puts them together; `frame_pacing` keeps it from painting more than the terminal takes.
- `terminal_input` and `textual_patches` are what Textual does otherwise.
"""
