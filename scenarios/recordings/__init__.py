"""Recordings of real training runs: read as they grow, judged, told in words and as JSON.

Read in this order: `record_lines` (a line of `vglab.record/1`), `recording` (what is kept of a
run), `follower` (a file that grows, is rotated or replaced), `reading` (from lines to a recording),
`formats` (what other tools write), `first_lines` (what those say of a file), `opening` (which kind
it is), `verdict` (what is the matter), `selection` (some of the layers), `as_trace` (a run as
charts read it), `watch_document` (the report as JSON); `probing` (a model before it is trained).
"""
