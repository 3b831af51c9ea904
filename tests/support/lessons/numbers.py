"""Finds the numbers in a text: digits, powers, fractions, number words, and settings to try."""

import re
from collections.abc import Iterator

WORDS = {
    "en": (
        "two three four five six seven eight nine ten twelve fifteen twenty thirty forty fifty"
        " sixty seventy-five hundred thousand thousands million hundreds half halves halve halved"
        " third thirds quarter quarters fifth tenth hundredth hundredths thousandth thousandths"
        " millionth billionth hundred-thousandth hundred-thousandths"
        " twice double doubles doubled decade decades most second"
    ),
    "es": (
        "dos tres cuatro cinco seis siete ocho nueve diez doce quince veinte veinticinco treinta"
        " cuarenta cincuenta sesenta cien cientos mil miles millón centenares doscientos"
        " medio mitad tercio tercios tercera cuarto cuartos cuarta cuartas quinta décima"
        " centésima centésimas milésima millonésima cienmilésima cienmilésimas"
        " doble duplica duplicarse triple década décadas mayoría segundo"
    ),
}
"""What says how many or how much, beside digits. `most` and `mayoría` are shares."""
ONE = {
    "en": r"one (?:half|quarter|third|[a-z]+ in \w+|in \w+|[a-z]+ of \w+)",
    "es": r"una? de cada \w+",
}
"""Where `one` is a number and no pronoun."""
NAMES = re.compile(
    r"""⁽[^⁾]*⁾|(?<=[A-Zσ])_[\w{}-]+         # indices: Δ⁽ˡ⁻¹⁾, H_{t-1}
    |(?:al\.|Szegedy),?[ ]\(?(?:19|20)\d\d\b|\b[ie]n[ ]20\d\d,   # years
    |[NU]\([^)]*\)                          # distributions: N(0, 1)
    |1[ ]-[ ][A-Z]\b|m[aá]x\(0,[ ]z\)        # formulas
    """,
    re.X,
)
"""What has digits and is no number."""


def pattern(language: str) -> re.Pattern[str]:
    """What a number looks like."""
    words = "|".join(sorted(WORDS[language].split(), key=len, reverse=True))
    return re.compile(
        rf"""[a-z]+\.[a-z_]+[ ]=[ ][^\s,;)]*[^\s,;).:]  # a setting
        |[√±×-]?(?:\d+(?:[.,\u202f ]\d+)*|[½¼¾⅓])[⁰¹²³⁴-⁹⁻ᴸ]*
        |{ONE[language]}
        |\b(?:{words})\b""",
        re.X | re.I,
    )


def numbers(text: str, language: str) -> Iterator[re.Match[str]]:
    """Every number in a lesson, from the first to the last."""
    hidden = NAMES.sub(lambda found: " " * len(found[0]), text)
    yield from pattern(language).finditer(hidden)


def spans(phrase: str, text: str) -> list[tuple[int, int]]:
    """Where a phrase stands in a text."""
    return [found.span() for found in re.finditer(re.escape(phrase), text)]


def digits(phrase: str) -> list[str]:
    """All that is written in digits, whatever the language's decimal mark and order of words."""
    return sorted(re.findall(r"\d+(?:\.\d+)*|[⁰¹²³⁴-⁹⁻]+|[½¼]", phrase.replace(",", ".")))
