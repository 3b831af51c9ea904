"""Kinds of plots of plain numbers: bars by layer, curves, heat maps, and the canvas with axes."""
