"""Figures for paper and slides: vectors drawn from the numbers of run documents, by matplotlib.

Read in this order: `kinds` (what each figure shows, a row a figure), `summaries` (of many runs),
`histograms` (of a layer's arrays),
`drawing` (the page around it, and the only module that knows matplotlib).
"""
