"""Values read from other people's JSON and HTML, checked and made fit to store and show."""

import html
import re
from collections.abc import Iterator, Mapping

LONGEST_NAME = 300
"""Characters of a title or of an artist's name; anything longer is no name."""
LONGEST_ADDRESS = 1_000

_ADDRESS = re.compile(r"https?://[\w.:-]+/[!-~]*", re.ASCII)


def clean_text(value: object) -> str:
    """Return a title or name on one line: entities resolved, white space folded, lone surrogates dropped.

    Empty for anything that is no text.
    """
    if not isinstance(value, str):
        return ""
    storable = html.unescape(value).encode("utf-8", "ignore").decode()
    return " ".join(storable.replace("\x00", " ").split())


def name(value: object) -> str:
    """Return `clean_text`, or nothing where that is longer than `LONGEST_NAME`."""
    cleaned = clean_text(value)
    return cleaned if len(cleaned) <= LONGEST_NAME else ""


def names(items: object) -> tuple[str, ...]:
    """Return the names of a list of objects that have a `name`, such as a track's artists."""
    return tuple(found for item in mappings(items) if (found := name(item.get("name"))))


def mapping(value: object) -> Mapping[str, object]:
    """Return a JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> Iterator[Mapping[str, object]]:
    """Return the JSON objects of a list, and none for anything else."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def whole_number(value: object, *, most: int | None = None) -> int | None:
    """Return an integer from 0 to `most`, or None for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return None
    return value if most is None or value <= most else None


def boolean(value: object) -> bool | None:
    """Return true or false, or None for anything else."""
    return value if isinstance(value, bool) else None


def web_address(value: object) -> str | None:
    """Return an http or https address of at most `LONGEST_ADDRESS` characters, or None for anything else."""
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(value):
        return None
    return value


def year(value: object) -> int | None:
    """Return the year of a date such as `1975-11-21`, `1975-11` or `1975`, or None for anything else."""
    digits = value[:4] if isinstance(value, str) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and int(digits) >= 1000 else None
