"""Parses numbers, durations and years."""

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bot.sources.tables.cells import Flags, Floats, as_strings, is_empty

_NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"
_UNIT = r"(?i)\s*(?:%|bpm|db|dbfs|lufs|hz|ms|msec|s|sec|secs|seconds|min|mins|minutes)$"
_FOUR = r"(?:^|\D)(?P<year>18[6-9]\d|19\d\d|20\d\d)(?:\D|$)"
_EIGHT = r"^(?P<year>18[6-9]\d|19\d\d|20\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\D|$)"
_EIGHT_TURNED = r"^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|[12]\d|3[01])(?P<year>18[6-9]\d|19\d\d|20\d\d)$"
_TWO = r"^\d{1,2}(?:/\d{1,2}/|[- ]\pL{3,}\.?[- ])(?P<year>\d\d)$"
_PIVOT = 30
"""Years of two digits up to this one are of this century."""
_CLOCK = re.compile(r"(?:(\d+) days?,? )?(?:(\d+):)?(\d+):(\d{1,2}(?:[.,]\d+)?)")
_SPELT = re.compile(
    r"(?:pt)?(?:(\d+)\s*(?:h|hrs?|hours?|std\.?)\s*)?(?:(\d+)\s*(?:m|mins?|minutes?|min\.|'|′)\s*)?"
    r"(?:(\d+(?:[.,]\d+)?)\s*(?:s|secs?|seconds?|sek\.?|\"|″|'')?)?"
)


def numbers(cells: pa.Array) -> tuple[Floats, Flags]:
    """Cells as numbers, NaN if there is none, and which of those are empty rather than invalid.

    Decimal commas, a typographic minus and a unit behind the number are understood; `50%` is 0.5. Infinity is
    not accepted.
    """
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type) or pa.types.is_decimal(cells.type):
        values = cells.cast(pa.float64(), safe=False)
        empty = pc.is_null(values, nan_is_null=True)
    else:
        values, empty = _read(as_strings(cells))
    floats = pc.fill_null(values, np.nan).to_numpy(zero_copy_only=False).astype(np.float64, copy=True)
    floats[~np.isfinite(floats)] = np.nan
    return floats, empty.to_numpy(zero_copy_only=False)


def _read(strings: pa.Array) -> tuple[pa.Array, pa.Array]:
    try:
        values = strings.cast(pa.float64())
        if not pc.any(pc.is_null(values, nan_is_null=True)).as_py():
            return values, pa.repeat(False, len(values))
    except pa.ArrowInvalid:
        pass
    trimmed = pc.utf8_trim_whitespace(pc.fill_null(strings, ""))
    empty = is_empty(trimmed)
    plain = pc.replace_substring_regex(trimmed, _UNIT, "")
    for sign in ("−", "–"):
        plain = pc.replace_substring(plain, sign, "-")
    plain = pc.replace_substring_regex(plain, r"^([+-]?\d*),(\d+)$", r"\1.\2")
    readable = pc.match_substring_regex(plain, _NUMBER)
    values = pc.if_else(readable, plain, pa.scalar(None, pa.string())).cast(pa.float64())
    percent = pc.ends_with(trimmed, "%")
    if pc.any(percent).as_py():
        values = pc.if_else(percent, pc.divide(values, 100.0), values)
    return values, empty


def whole_numbers(cells: pa.Array, low: int, high: int) -> Floats:
    """Rounded numbers inside [low, high]; NaN elsewhere."""
    values = np.rint(numbers(cells)[0])
    return np.where((values >= low) & (values <= high), values, np.nan)


def lengths(cells: pa.Array) -> tuple[Floats, Floats]:
    """Durations as bare numbers of unknown unit, and durations with a unit (`3:37`) in ms."""
    values, empty = numbers(cells)
    with_unit = np.full(len(values), np.nan)
    if not (pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type)):
        strings = pc.fill_null(as_strings(cells), "")
        thousands = pc.match_substring_regex(strings, r"^\s*\d{1,3}(?:[.,' ]\d{3})+\s*$")
        marked = pc.match_substring_regex(strings, r"[^\d.,\s+-]")
        for at in np.flatnonzero(pc.or_(thousands, marked).to_numpy(zero_copy_only=False) & ~empty):
            with_unit[at], values[at] = _milliseconds(strings[int(at)].as_py().strip().casefold())
    known = with_unit[~np.isnan(with_unit)]
    if len(known) and np.median(known) >= 3_600_000 and not np.any(known % 60_000):
        with_unit /= 60  # workbooks store 3:37 as a time of day, 03:37:00
    return values, with_unit


@lru_cache(maxsize=1 << 14)
def _milliseconds(text: str) -> tuple[float, float]:
    """A duration with a unit in ms, or a bare number."""
    nan = float("nan")
    if re.fullmatch(r"\d{1,3}(?:[.,' ]\d{3})+", text):
        return nan, float(re.sub(r"\D", "", text))
    if match := re.fullmatch(r"([\d.,]+)\s*(?:ms|msec|milliseconds?)", text):
        return _float(match[1]), nan
    if match := re.fullmatch(r"([\d.,]+)\s*(?:min|mins|minutes?)", text):
        return _float(match[1]) * 60_000, nan
    if match := _CLOCK.fullmatch(text):
        days, hours, minutes, seconds = match.groups()
        whole = (int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes)
        return (whole * 60 + _float(seconds)) * 1_000, nan
    if (match := _SPELT.fullmatch(text)) and any(match.groups()) and not text.replace(".", "").isdigit():
        hours, minutes, seconds = match.groups()
        return ((int(hours or 0) * 60 + int(minutes or 0)) * 60 + _float(seconds or "0")) * 1_000, nan
    return nan, nan


def _float(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


def unit_of_lengths(name: str, values: Floats) -> float:
    """Milliseconds per unit of bare numbers, from their magnitude and the column's name.

    Args:
        values: bare numbers above 0.
    """
    middle = float(np.median(values)) if len(values) else 0.0
    if middle >= 10_000 or ("ms" in name.casefold() and middle >= 2_000):
        return 1.0
    return 1_000.0 if middle >= 20 else 60_000.0


def years(cells: pa.Array) -> Floats:
    """The year of a date in any common format; NaN for none or before the first recordings."""
    strings = pc.utf8_trim_whitespace(as_strings(cells))
    found = pa.nulls(len(strings), pa.string())
    for pattern in (_FOUR, _EIGHT, _EIGHT_TURNED):
        if not found.null_count:
            break
        found = pc.coalesce(found, pc.struct_field(pc.extract_regex(strings, pattern), "year"))
    values = found.cast(pa.float64())
    if values.null_count:
        short = pc.struct_field(pc.extract_regex(strings, _TWO), "year").cast(pa.float64())
        century = pc.if_else(pc.less_equal(short, _PIVOT), 2000.0, 1900.0)
        values = pc.coalesce(values, pc.add(short, century))
    return np.asarray(pc.fill_null(values, np.nan).to_numpy(zero_copy_only=False))
