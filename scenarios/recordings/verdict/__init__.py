"""The verdict on a recording: pure functions of what has been recorded.

Read in this order: `thresholds`, `evidence` (what the rules look at), `rules` (which of them
decides), `findings` (what is to be said besides), `judgment` (all of it in one record),
`sentences`, `finding_sentences`.
"""
