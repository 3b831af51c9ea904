"""The lab's second process: it trains and draws.

Read in this order: `__main__` (the process and its pipe), `session` (orders in, frames out),
`answers` (when a frame is due), `live_run` (the run on the bench, and its scene), `kept_runs`
(those that were left), `measured` (single values for the screen), `ghosts` (the runs it is held
against), `reference` (what differs from them); `room` (what a room of many runs is),
`background_runs` (their processes) and `rooms` (one a file); `watch_session` and `recorded_subject`
(the same of recordings that are watched); `new_files`.
"""
