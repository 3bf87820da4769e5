"""Parses the requested number of songs out of text: `chill 15`, `15 chill`, `chill 15 songs`."""

import re

_UNIT = r"(?:songs?|tracks?|titles?|lieder|lied|titel)"
_WITH_UNIT = re.compile(
    rf"^(?P<first>\d{{1,4}}) {_UNIT}\b(?: of| by| like| von)? *(?P<rest>.+)$"
    rf"|^(?P<begin>.+?),? (?P<last>\d{{1,4}}) {_UNIT}$",
    re.IGNORECASE,
)
_BARE = re.compile(r"^(?P<first>\d{1,4}) (?P<rest>.+)$|^(?P<begin>.+?),? (?P<last>\d{1,4})$")


def count_with_unit(text: str) -> tuple[str, int] | None:
    """Split off an explicit count such as `15 songs`; returns the remaining text and the number."""
    return _read(_WITH_UNIT, text)


def bare_count(text: str) -> tuple[str, int] | None:
    """Split off a number at either end that may also be part of the name: `chill 15`, `Maroon 5`."""
    return _read(_BARE, text)


def _read(pattern: re.Pattern[str], text: str) -> tuple[str, int] | None:
    found = pattern.match(" ".join(text.split()))
    if found is None:
        return None
    if found["first"] is not None:
        return found["rest"], int(found["first"])
    return found["begin"], int(found["last"])
