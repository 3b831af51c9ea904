"""All that the lab shows, in ASCII: for terminals and typefaces that have nothing else.

A mark takes one cell before and after, so a line that fits still fits. Only powers in a lesson need
more, and they are written out before its lines are broken.
"""

from __future__ import annotations

import codecs
import re
import sys
import unicodedata

from .glyphs import ASCII, UNICODE

_LETTERS = {
    ord(mark): plain
    for marks, plains in (
        ("¡«»“”◐░▒▓✘≮≰≯≱±·¿×Δαδθξσλπ–‖′←", '!""""/.:*X!!!!+.?xDadtxslp-|\'<'),
        ("↑→↓∂∇∘√≈≤≥−⁻━▏▸ᴸᵀ½⅓┤├┬┴┼┌┐└┘│", "^>vdvoV=<>---|>LT//||+++++++|"),
        ("─", "-"),
    )
    for mark, plain in zip(marks, plains, strict=True)
}
_ARROWS = (("← →", "h l"), ("↑ ↓", "k j"))
"""Arrow keys: < and > are keys of their own, and these letters do the same as the arrows."""
_TIMES = re.compile(r"(?<=\d)·(?=\d)")
_POWER = re.compile("[⁺⁻⁽⁾⁰¹²³⁴⁵⁶⁷⁸⁹ˡᴸ]+")


_NAMES = (
    "halves eighths levels corners dot frozen guide theory ghost across down running paused back"
    " cursor pointer at_most ellipsis"
)


def _pairs() -> dict[int, str]:
    """Each mark of the one table, and what stands for it in the other."""
    found: dict[int, str] = {}
    for name in _NAMES.split():
        pairs = zip(getattr(UNICODE, name), getattr(ASCII, name), strict=True)
        found |= {ord(mark): plain for mark, plain in pairs}
    badges = zip(UNICODE.badges.values(), ASCII.badges.values(), strict=True)
    return {ord(mark): plain for mark, plain in badges} | found


_TABLE = _LETTERS | _pairs()


def plainly(text: str) -> str:
    """The text in ASCII, as long as it was."""
    if text.isascii():
        return text
    for arrows, letters in _ARROWS:
        text = text.replace(arrows, letters)
    return "".join(map(_one, text.translate(_TABLE)))


def _one(mark: str) -> str:
    """A letter without its accent; a question mark for what there is nothing for."""
    first = unicodedata.normalize("NFKD", mark)[:1]
    return first if first.isascii() else "?"


def written_out(text: str) -> str:
    """Powers as 2x10^-6, to be read where no line has been broken yet."""
    return _POWER.sub(lambda found: "^" + plainly(found[0]), _TIMES.sub("×", text))


def needed(encoding: str | None = None) -> bool:
    """Whether a terminal that takes this encoding can show no more."""
    stated = encoding or sys.stdout.encoding or "ascii"
    try:
        return codecs.lookup(stated).name != "utf-8"
    except LookupError:
        return True
