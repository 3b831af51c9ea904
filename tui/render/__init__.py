"""Text with styles, colors, marks and axes: what drawings are made of. Standard library only.

Read in this order: `styled_text` (lines as runs of text and style), `palette` (the roles of colors
and the four palettes), `glyphs` (the marks, in Unicode and in ASCII), `axes` (ticks and labels,
time axes), `svg_picture` (lines as a picture); then the texts that several wings share: `labels`
(states, series, keys), `claims_text` (a claim and its verdict), `glossary_text` (a term and its
meaning), `precision_text` (what number types lose).
"""
