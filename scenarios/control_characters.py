"""Text of strangers is text: nothing in a title, a label or a file's name steers a terminal.

What steers one: C0 and C1 control codes with DEL, the marks that turn the direction of writing, the
separators of lines and paragraphs. Lone surrogates and U+FFFE, U+FFFF are no text at all.
"""

import re

_LAYOUT = "\n\t"
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
UNKNOWN = "\ufffd"
"""Stands for a character that cannot be shown."""


def escape_controls(text: str, keep: str = _LAYOUT) -> str:
    r"""The text with each control character as \uXXXX, as TOML and JSON spell it; line feeds and
    tabulators stay by default."""
    return _CONTROLS.sub(lambda at: at[0] if at[0] in keep else f"\\u{ord(at[0]):04x}", text)


def blot_controls(text: str, keep: str = "") -> str:
    """The text with a mark for each control character, as long as it was."""
    return _CONTROLS.sub(lambda at: at[0] if at[0] in keep else UNKNOWN, text)
