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

    def take(found: re.Match[str]) -> str:
        if "tens" in found.groupdict():
            tens = int(found["tens"])
            first = 100 * int(found["century"] or ("19" if tens >= _FIRST_TENS else "20")) + 10 * tens
            spans.append((first, first + 9))
        else:
            years = sorted(map(int, found.groups()))
            spans.append((years[0], years[-1]))
        return " "

    for pattern in (_SPAN, _DECADE, _DECADE_BEHIND, _YEAR):
        rest = pattern.sub(take, rest)
    return rest, spans
