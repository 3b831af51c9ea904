"""Recordings of real training runs: read as they grow, judged, told in words and as JSON.

Read in this order: `record_lines` (a line of `vglab.record/1`), `recording` (what is kept of a
run), `follower` (a file that grows, is rotated or replaced), `reading` (from lines to a recording),
`first_lines` (what the beginning of a file says of it), `formats` (what other tools write),
`opening` (which of them a file is), `verdict` (what is the matter), `selection` (some of the
layers), `as_trace` (a run as charts read it), `watch_document` (the report as JSON); `probing` (a
model before it is trained).
"""
