"""Recordings of real training runs: read as they grow, judged, told in words and as JSON.

Read in this order: `record_lines` (a line of `vglab.record/1`), `recording` (what is kept of a
run), `follower` (a file that grows, is rotated or replaced), `reading` (from lines to a recording),
`formats` (what other tools write), `opening` (which of them a file is), `selection`
(the layers that are asked for), `verdict` (what is the
matter), `watch_document` (the report as JSON).
"""
