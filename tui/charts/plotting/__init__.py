"""Kinds of plots of plain numbers, which know neither networks nor scenes.

Read in this order: `series` (medians, bands and decades of what is measured), `canvas` (a plot
with axes, and the only module that knows plotext); then the kinds: `layer_bars` (a bar a layer),
`curves` (series over the steps), `heatmap` (layers by steps), `grid_map` (a value a place).
"""
