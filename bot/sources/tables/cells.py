"""What stands in the cells of the public tables, as typed columns."""

import ast
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LONGEST_TEXT = 1_000
"""Characters; the longest real titles (operas) have about 600."""
_BROKEN = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]+")
_TROUBLE = r"[\x00-\x1f\x7f\x{80}-\x{a0}\x{2028}\x{2029}]|\s\s|^[\s\pZ]|[\s\pZ]$"
_YEAR = r"^\s*(?P<year>\d{4})(?:\D.*)?$"
_PITCHES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
_SIGNS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_UNNAMED = frozenset({"", "missing", "nan", "none", "null", "unknown"})


def texts(cells: pa.Array) -> pa.Array:
    """Cells as trimmed text in one line; "" for a missing one. Numbers become their digits."""
    if pa.types.is_nested(cells.type):
        lines = ["" if cell is None else one_line(str(cell)) for cell in cells.to_pylist()]
        return pa.array(lines, pa.string())
    strings = pc.fill_null(as_strings(cells), "")
    trouble = pc.match_substring_regex(strings, _TROUBLE)
    mended = pa.array(map(one_line, strings.filter(trouble).to_pylist()), pa.string())
    return pc.replace_with_mask(strings, trouble, mended)


def one_line(text: str) -> str:
    """Without control characters, line breaks and blanks at the ends."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _BROKEN.sub(" ", text).strip()


def as_strings(cells: pa.Array) -> pa.Array:
    """Any flat column as strings, null where missing; what cannot be text is missing."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_string(cells.type):
        return cells
    try:
        return cells.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.nulls(len(cells), pa.string())


def numbers(cells: pa.Array) -> tuple[Floats, Flags]:
    """Cells as numbers, NaN where there is none, and which cells are empty rather than wrong.

    Infinity is no number here.
    """
    if pa.types.is_nested(cells.type):
        return np.full(len(cells), np.nan), np.zeros(len(cells), dtype=np.bool_)
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type) or pa.types.is_decimal(cells.type):
        values = cells.cast(pa.float64(), safe=False)
        empty = pc.is_null(values, nan_is_null=True)
    else:
        values, empty = _read_numbers(as_strings(cells))
    floats = pc.fill_null(values, np.nan).to_numpy(zero_copy_only=False).astype(np.float64, copy=True)
    floats[~np.isfinite(floats)] = np.nan
    return floats, empty.to_numpy(zero_copy_only=False)


def _read_numbers(strings: pa.Array) -> tuple[pa.Array, pa.Array]:
    with suppress(pa.ArrowInvalid):
        values = strings.cast(pa.float64())
        if not pc.any(pc.is_null(values, nan_is_null=True)).as_py():
            return values, pa.repeat(False, len(values))
    trimmed = pc.utf8_trim_whitespace(pc.fill_null(strings, ""))
    empty = pc.is_in(pc.utf8_lower(trimmed), value_set=pa.array(["", "nan", "none", "null"]))
    filled = pc.if_else(empty, pa.scalar(None, pa.string()), trimmed)
    try:
        return filled.cast(pa.float64()), empty
    except pa.ArrowInvalid:
        import pandas as pd  # noqa: PLC0415  # a fifth of a second, and few tables need it

        values = pa.array(pd.to_numeric(pd.Series(filled.to_pylist()), errors="coerce"), from_pandas=True)
        return values.cast(pa.float64()), empty


def whole_numbers(cells: pa.Array, low: int, high: int) -> Floats:
    """Rounded numbers inside [low, high]; NaN elsewhere."""
    values = np.rint(numbers(cells)[0])
    return np.where((values >= low) & (values <= high), values, np.nan)


def years(cells: pa.Array) -> Floats:
    """The year of `1999`, `1999-12`, `1999-12-31`; NaN where there is none since recording began."""
    if pa.types.is_nested(cells.type):
        return np.full(len(cells), np.nan)
    found = pc.struct_field(pc.extract_regex(as_strings(cells), _YEAR), "year")
    return whole_numbers(found, 1860, 2100)


def keys(cells: pa.Array) -> Floats:
    """Pitch classes 0-11, from numbers or from names (`C#`, `Bb`, `C♯/D♭`); NaN where there is none."""
    values = whole_numbers(cells, 0, 11)
    for at in np.flatnonzero(np.isnan(values)) if pa.types.is_string(cells.type) else ():
        values[at] = _pitch(cells[int(at)].as_py() or "")
    return values


def modes(cells: pa.Array) -> Floats:
    """0 minor, 1 major, from numbers or words; NaN where there is none."""
    return _flags(cells, {"minor": 0.0, "min": 0.0, "major": 1.0, "maj": 1.0})


def booleans(cells: pa.Array) -> Floats:
    """0 or 1, from truth values, numbers or words; NaN where there is none."""
    return _flags(cells, {"false": 0.0, "no": 0.0, "f": 0.0, "true": 1.0, "yes": 1.0, "t": 1.0})


def _flags(cells: pa.Array, words: dict[str, float]) -> Floats:
    if pa.types.is_boolean(cells.type):
        return np.asarray(pc.fill_null(cells.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False))
    if pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type):
        return whole_numbers(cells, 0, 1)
    known = {**words, "0": 0.0, "1": 1.0, "0.0": 0.0, "1.0": 1.0}
    different, codes = _different(cells)
    return np.array([known.get(text.casefold(), np.nan) for text in texts(different).to_pylist()] + [np.nan])[
        codes
    ]


def _different(cells: pa.Array) -> tuple[pa.Array, NDArray[np.intp]]:
    """The different values of a flat column, and which of them stands in each cell (-1: missing).

    Columns of few values are read once a value, not once a cell.
    """
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return encoded.dictionary, codes.astype(np.intp)


@lru_cache(maxsize=1 << 8)
def _pitch(text: str) -> float:
    name = text.casefold().split("/")[0].strip()
    if name[:1] in _PITCHES and name[1:] in _SIGNS:
        return float((_PITCHES[name[:1]] + _SIGNS[name[1:]]) % 12)
    return float("nan")


def names(cells: pa.Array, *, separator: str | None) -> pa.ListArray:
    """The names in each cell: a list, the text of a Python list (`"['Queen', 'Bowie']"`), a separated or
    a single name. Blank and absurdly long names are left out, and each stands once.
    """
    if pa.types.is_nested(cells.type):
        return pa.array([_distinct(_flat(cell)) for cell in cells.to_pylist()], pa.list_(pa.string()))
    lines = texts(cells)
    apart = rf"^$|^\[|{re.escape(separator)}" if separator else r"^$|^\["
    several = pc.or_(pc.match_substring_regex(lines, apart), pc.greater(pc.utf8_length(lines), LONGEST_TEXT))
    taken_apart = [_names(text, separator) for text in lines.filter(several).to_pylist()]
    # Nine cells in ten are one name and go as they are.
    here = several.to_numpy(zero_copy_only=False)
    lengths = np.ones(len(lines), dtype=np.int32)
    lengths[here] = [len(some) for some in taken_apart]
    others = pa.array([name for some in taken_apart for name in some], pa.string())
    came_from = np.empty(int(lengths.sum()), dtype=np.int64)
    among_others = np.repeat(here, lengths)
    came_from[~among_others] = np.flatnonzero(~here)
    came_from[among_others] = np.arange(len(lines), len(lines) + len(others))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    values = pa.concat_arrays([lines, others]).take(pa.array(came_from))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


@lru_cache(maxsize=1 << 15)
def _names(text: str, separator: str | None) -> tuple[str, ...]:
    if text[:1] == "[" and text[-1:] == "]" and (listed := _literal(text)) is not None:
        return _distinct(listed)
    if separator and separator in text:  # of one line already
        return _each_once(map(str.strip, text.split(separator)))
    return (text,) if text and len(text) <= LONGEST_TEXT else ()


def labels(cells: pa.Array) -> tuple[list[tuple[str, ...]], NDArray[np.intp]]:
    """Names of genres or playlists, without "Missing" and its like: each different set of them once, and
    which of the sets stands in each cell.
    """
    if pa.types.is_nested(cells.type):
        found, codes = names(cells, separator=None).to_pylist(), np.arange(len(cells))
    else:
        different, codes = _different(cells)
        found = [*names(different, separator=None).to_pylist(), []]
        codes %= len(found)
    return [tuple(n for n in some if n.casefold() not in _UNNAMED) for some in found], codes


def _literal(text: str) -> Sequence[str] | None:
    """The strings of a Python list literal; None where the text is a name that begins with a bracket."""
    if len(text) > 20 * LONGEST_TEXT:
        return ()
    inner = text[1:-1].strip()
    if not inner:
        return ()
    if '"' not in inner and "\\" not in inner and inner[0] == inner[-1] == "'" and len(inner) > 1:
        parts = inner[1:-1].split("', '")
        if not any("'" in part for part in parts):
            return parts
    try:
        listed = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if isinstance(listed, list) and all(isinstance(item, str) for item in listed):
        return listed
    return None


def _flat(cell: Any) -> Iterable[str]:
    return (str(item) for item in cell if item is not None) if isinstance(cell, list) else ()


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return _each_once(map(one_line, found))


def _each_once(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([name for name in lines if name and len(name) <= LONGEST_TEXT]))
