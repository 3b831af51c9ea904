"""Everything said to a person: English in the code, Spanish in the catalog, switchable any time.

`_` looks a sentence up at the moment it is said, so a change of language needs no restart. click
says its own sentences through the standard library's global gettext; `set_language` points that at
the same catalog, so that usage errors speak the chosen language too.
"""

from __future__ import annotations

import gettext as standard
import math
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["en", "es"]

DOMAIN = "vglab"
CATALOGS = Path(__file__).parent / "locale"
LOCALE_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def preferred_language(environ: Mapping[str, str] = os.environ) -> Language:
    """The language the environment asks for; the first variable that is set decides."""
    stated = next((value for name in LOCALE_VARIABLES if (value := environ.get(name))), "")
    codes = (re.split(r"[_.@-]", name)[0].lower() for name in stated.split(":"))
    return "es" if next((code for code in codes if code in ("en", "es")), "en") == "es" else "en"


@cache
def catalog(language: Language) -> standard.NullTranslations:
    """The sentences of one language; English needs no file."""
    return standard.translation(DOMAIN, CATALOGS, [language], fallback=language == "en")


class _Chosen:
    """The one thing in this package that changes: the language of this process."""

    language: Language = preferred_language()


def language() -> Language:
    """The language in use."""
    return _Chosen.language


def set_language(language: Language) -> None:
    """Speak this language from now on, click's sentences and child processes included."""
    _Chosen.language = language
    os.environ["LANGUAGE"] = language
    standard.bindtextdomain(DOMAIN, str(CATALOGS))
    standard.textdomain(DOMAIN)


def _(message: str) -> str:
    """The message in the language in use; no words stay none (a catalog has its header there)."""
    return catalog(_Chosen.language).gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form that goes with n, in the language in use."""
    return catalog(_Chosen.language).ngettext(singular, plural, n)


def N_(message: str) -> str:
    """Mark a message of a table for translation; whoever says it passes it through `_`."""
    return message


def factor_text(factor: float | None) -> str:
    """A factor that is applied many times: near 1 with a digit more, as 1.018⁴⁹ is not 1.02⁴⁹."""
    if factor is None or not 0.5 < factor < 2:
        return figure(factor)
    return f"{factor:.4g}"


def figure(value: float | None) -> str:
    """A measured number for a status line, never wider than seven characters."""
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0 or 1e-3 <= abs(value) < 999.5:
        return f"{value:.3g}"
    if 1 <= abs(value) < 9999.5:
        return f"{value:.0f}"
    return f"{value:.1e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
