"""Converts the cells of a table to plain text."""

import json
import re
from datetime import date, time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LONGEST_TEXT = 1_000
"""Characters of a name; the longest real titles (operas) have about 600."""
LONGEST_CELL = 4_000
"""Characters of a cell that are looked at: lists of names are longer than names."""
EMPTY = ("", "nan", "none", "null", "n/a", "na", "#n/a", "-", "?")
_BROKEN = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]+")
_TROUBLE = r"[\x00-\x1f\x7f\x{80}-\x{a0}\x{2028}\x{2029}]|\s\s|^[\s\pZ]|[\s\pZ]$"


def texts(cells: pa.Array) -> pa.Array:
    """Cells as trimmed text in one line; "" for a missing one. Numbers become their digits."""
    strings = pc.fill_null(as_strings(cells), "")
    trouble = pc.match_substring_regex(strings, _TROUBLE)
    mended = pa.array(map(one_line, strings.filter(trouble).to_pylist()), pa.string())
    return pc.replace_with_mask(strings, trouble, mended)


def one_line(text: str) -> str:
    """Remove control characters, line breaks and surrounding blanks."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _BROKEN.sub(" ", text).strip()


def as_strings(cells: pa.Array) -> pa.Array:
    """A column as strings, null if missing or not convertible to text."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_string(cells.type):
        return cells
    if pa.types.is_nested(cells.type):
        return pa.array([None if cell is None else as_text(cell) for cell in cells.to_pylist()], pa.string())
    if pa.types.is_boolean(cells.type):
        return pc.if_else(cells, "True", "False")
    try:
        return cells.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.nulls(len(cells), pa.string())


def as_text(cell: object) -> str:
    """A value of a workbook, JSON or Parquet as a CSV file would have it."""
    match cell:
        case str():  # what most cells are
            text = cell
        case None:
            text = ""
        case float() if cell.is_integer() and abs(cell) < 1e15:
            text = str(int(cell))
        case date() | time():
            text = cell.isoformat()
        case list() | dict():
            try:
                text = json.dumps(cell, ensure_ascii=False, default=as_text)
            except (ValueError, RecursionError):
                text = ""
        case _:
            text = str(cell)
    return text[:LONGEST_CELL].encode("utf-8", "replace").decode()


def different(cells: pa.Array) -> tuple[pa.Array, NDArray[np.intp]]:
    """The distinct values of a column as texts, and the index of each cell's value (-1: missing).

    So columns with few values are parsed once per value, not once per cell.
    """
    if pa.types.is_nested(cells.type):
        cells = as_strings(cells)
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return texts(encoded.dictionary), codes.astype(np.intp)


def is_empty(strings: pa.Array) -> pa.Array:
    """Which texts mean "no value"."""
    return pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(strings)), value_set=pa.array(EMPTY))
