"""Parses names in cells: artists, genres, playlists."""

import ast
import json
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bot.sources.tables.cells import LONGEST_TEXT, different, one_line, texts

Names = tuple[str, ...]
UNNAMED = frozenset(
    {"", "missing", "nan", "none", "null", "unknown", "set()", "[]", "n/a", "na", "undefined", "-"}
)
_LISTED = r"^[\[({]|^c\(|^list\("
_STRONG = re.compile(r"\s*[;|]\s*")
_FEATURED = re.compile(r"(?i)\s+[(\[]?\s*(?:feat\.?|ft\.?|featuring)\s+(.+?)\s*[)\]]?\s*$")
_WEAK = re.compile(r"(?i)(\s*,\s+|\s*,\s*|\s+&\s+|\s+(?:x|and|with|vs\.?|y|e|et|und)\s+|\s+[+/×]\s+|\s*/\s*)")
_MAY_BE_SEVERAL = (
    rf"(?i){_LISTED}|[;|,&+/×]|\s(?:x|and|with|vs\.?|y|e|et|und)\s|\s[(\[]?(?:feat\.?|ft\.?|featuring)\s"
)
_QUOTED = r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_QUOTED_LIST = re.compile(rf"(?:c\(|[\[({{])\s*{_QUOTED}(?:\s*[,;|\-]?\s*{_QUOTED})*\s*,?\s*[\])}}]")
_R_NAMES = re.compile(rf"\bname = (?:c\()?({_QUOTED}(?:, {_QUOTED})*)")
_MOST_PARTS = 24
_SEPARATORS = re.compile(r"\s*[,;|]\s*")


class Credits:
    """Splits the artists of a cell.

    `;`, `|`, `feat.` and lists always separate. A comma or `&` separates only if other rows contain each part
    alone, or a column gives the number of artists: "Tyler, The Maker" is one artist.
    """

    def __init__(self) -> None:
        self._alone: set[str] = set()
        self._cache: dict[tuple[str, int], Names] = {}

    def learn(self, cells: pa.Array) -> None:
        """Collect names that are the only one in a cell."""
        values = texts(pc.unique(different(cells)[0]))
        several = pc.match_substring_regex(values, _MAY_BE_SEVERAL)
        self._alone.update(name.casefold() for name in values.filter(pc.invert(several)).to_pylist() if name)
        for text in values.filter(several).to_pylist():
            parts = _sure_parts(text)
            if len(parts) > 1 or _listed(text) is not None:
                self._alone.update(part.casefold() for part in parts)

    def read(self, cells: pa.Array, counts: Sequence[int] | None = None) -> pa.ListArray:
        """The artists of each cell, without duplicates, blank or excessively long names.

        Args:
            counts: the number of artists per cell given by another column, 0 if unknown.
        """
        lines = texts(cells).to_pylist()
        known = [0] * len(lines) if counts is None else counts
        return pa.array(map(self._split, lines, known), pa.list_(pa.string()))

    def _split(self, text: str, count: int) -> Names:
        if len(self._cache) > 1 << 15:
            self._cache.clear()
        if (text, count) not in self._cache:
            self._cache[text, count] = self._separate(text, count)
        return self._cache[text, count]

    def _separate(self, text: str, count: int) -> Names:
        if (listed := _listed(text)) is not None:
            return deduplicated(listed)
        parts = _sure_parts(text)
        if len(parts) == 1 and count > 1:
            by_comma = [part for part in re.split(r"\s*,\s*", text) if part]
            if len(by_comma) == count:
                return deduplicated(by_comma)
        return deduplicated(name for part in parts for name in self._by_what_is_known(part))

    def _by_what_is_known(self, text: str) -> Sequence[str]:
        """The shortest split into names that occur alone elsewhere; else the whole text."""
        pieces = _WEAK.split(text)
        names = len(pieces) // 2 + 1
        if names < 2 or names > _MOST_PARTS or text.casefold() in self._alone:
            return (text,)
        best: list[list[str] | None] = [[]] + [None] * names
        for end in range(1, names + 1):
            for start in range(end):
                before = best[start]
                name = "".join(pieces[2 * start : 2 * end - 1])
                if before is None or name.casefold() not in self._alone:
                    continue
                if best[end] is None or len(before) + 1 < len(best[end] or ()):
                    best[end] = [*before, name]
        return best[names] or (text,)


def _sure_parts(text: str) -> Names:
    """Split at unambiguous separators."""
    if (listed := _listed(text)) is not None:
        return deduplicated(listed)
    found: list[str] = []
    for part in _STRONG.split(text):
        if match := _FEATURED.search(part):
            found += [part[: match.start()], match[1]]
        else:
            found.append(part)
    return deduplicated(found)


def _listed(text: str) -> Sequence[str] | None:
    """The names of a list in the syntax of Python, JSON, numpy or R; None if the text is a name."""
    if text[:1] not in "[({cl" or text[-1:] not in "])}":
        return None
    if text.startswith("list("):  # spotifyr's data frames of artists
        return [_unquoted(part) for some in _R_NAMES.findall(text) for part in re.findall(_QUOTED, some)]
    if text[1:-1].strip() == "":
        return ()
    if _QUOTED_LIST.fullmatch(text):
        return [_unquoted(part) for part in re.findall(_QUOTED, text)]
    for load in (json.loads, ast.literal_eval):
        try:
            names = _names_in(load(text))
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        if names is not None:
            return names
    return None


def _names_in(value: Any) -> Sequence[str] | None:
    """The names of a list of texts or of objects with names."""
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list | tuple | set):
        return None
    names = [item.get("name") if isinstance(item, dict) else item for item in value]
    texts_only = [name for name in names if isinstance(name, str)]
    return texts_only if names and len(texts_only) == len(names) else None


def _unquoted(part: str) -> str:
    if "\\" not in part:
        return part[1:-1]
    try:
        return str(ast.literal_eval(part))
    except (ValueError, SyntaxError):
        return part[1:-1]


def count_listed(text: str) -> int:
    """The number of ids or names in a cell; a number is returned as it is."""
    if text.isdecimal() and len(text) < 4:
        return int(text)
    listed = _listed(text)
    return len(listed) if listed is not None else len([part for part in _SEPARATORS.split(text) if part])


def labels(cells: pa.Array, *, several: bool) -> tuple[list[Names], NDArray[np.intp]]:
    """Names of genres or playlists: the distinct sets, and the index of each cell's set.

    Args:
        several: whether commas, semicolons and bars separate names; lists are always split.
    """
    values, codes = different(cells)
    found: list[Names] = [*(_label_names(text, several=several) for text in values.to_pylist()), ()]
    return found, codes % len(found)


def _label_names(text: str, *, several: bool) -> Names:
    listed = _listed(text)
    parts = listed if listed is not None else _SEPARATORS.split(text) if several else [text]
    return tuple(name for name in deduplicated(parts) if name.casefold() not in UNNAMED)


def deduplicated(names: Iterable[str]) -> Names:
    """Clean names, each once."""
    return tuple(dict.fromkeys(name for name in map(one_line, names) if name and len(name) <= LONGEST_TEXT))


def named(values: Collection[str], limit: int = 3) -> str:
    """Format some values for people: `“a”, “b” and 4 more`."""
    shown = [f"“{value[:40]}”" for value in list(values)[:limit]]
    more = len(values) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")
