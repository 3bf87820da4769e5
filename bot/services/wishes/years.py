"""Years and decades in a text: "90s", "80er", "années 70", "80年代", "1985-1995"."""

import re

_DECADE = re.compile(
    r"(?<!\d)'?(?P<century>19|20)?(?P<tens>\d)0\s*(?:'?s\b|'?er(?:n|jahre)?\b|年代|-?(?:tych|te)\b|-?luku\b)"
)
_DECADE_BEHIND = re.compile(
    r"\b(?:a[nñ]os|ann[eé]es|anni|lat|lata|jahren?|d[eé]cada|jaren|los|gli)(?:\s+(?:de|dos|degli|los))?\s+"
    r"'?(?P<century>19|20)?(?P<tens>\d)0(?:s\b|\b)"
)
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:-|–|to|bis|a|à|at[eé]|do|から|~)\s*((?:19|20)\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19[3-9]|20[0-4])\d)(?:年)?(?!\d)")
_FIRST_TENS = 3
"""Two-digit decades from 30 to 90 are of the 20th century, 00 to 20 of the 21st."""


def take_years(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The spans of years in a text, and the text without them, in lower case."""
    rest = text.lower()
    spans: list[tuple[int, int]] = []

    def decade(found: re.Match[str]) -> str:
        tens = int(found["tens"])
        century = int(found["century"] or ("19" if tens >= _FIRST_TENS else "20"))
        first = 100 * century + 10 * tens
        spans.append((first, first + 9))
        return " "

    def span(found: re.Match[str]) -> str:
        first, last = sorted((int(found[1]), int(found[2])))
        spans.append((first, last))
        return " "

    def year(found: re.Match[str]) -> str:
        spans.append((int(found[1]), int(found[1])))
        return " "

    for pattern, taken in ((_SPAN, span), (_DECADE, decade), (_DECADE_BEHIND, decade), (_YEAR, year)):
        rest = pattern.sub(taken, rest)
    return rest, spans
