"""The lab's screens, a file each.

`bench` is the main screen. Over it open pages of text, each a `page`: `explanation`, `help`,
`glossary`, `guess`, `export`; and `save`, `search` and `rivals`, which take what is typed.
"""
