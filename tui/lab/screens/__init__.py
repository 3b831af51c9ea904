"""The lab's screens, a file each.

`bench` is the main screen. Over it open pages of text, each a `page`: `explanation`, `help`,
`lesson`, `guess`, `export`; and `save` and `search`, which take what is typed.
"""
