"""Detects the dialect of a CSV file: separator, quotation marks, position of the header."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.sources.tables.roles import find_columns

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_HEADER_WITHIN = 20
"""Records: notes, `sep=;` or a title may stand above the column names."""
_SAMPLE_RECORDS = 200
_SAMPLE_CHARACTERS = 1 << 18
_LINE_IN_QUOTES = re.compile(r"(?:^|[\r\n])'[^'\r\n]*'[^\r\n]*[\r\n]*$")
_WHOLE_ROW = re.compile(r'(?m)^"((?:[^"\n]|"")*)"(?=\r*$)')


@dataclass(frozen=True)
class Dialect:
    """The dialect of a CSV file.

    Attributes:
        names: of the columns, "" for an unnamed one; as many as a row has cells.
        separator, quote: one character each.
        escape: the character that makes a quotation mark part of a cell; None where it is doubled instead.
        wrapped: whether whole rows are in quotation marks.
        data_from: characters before the first row of songs, counted without the marks of a wrapped row.
        rows_above: records above the column names.
        roles: the number of roles recognised in the header.
    """

    names: tuple[str, ...]
    separator: str
    quote: str
    escape: str | None
    wrapped: bool
    data_from: int
    rows_above: int
    roles: int


def sniff(start: str) -> Dialect | None:
    """The dialect with the most recognised column names; None if there is no record.

    Args:
        start: the beginning of the file, decoded.
    """
    plain = _best(start, wrapped=False)
    if (plain is None or plain.roles < 3 or _in_one_cell(start, plain)) and '"' in start[:_SAMPLE_CHARACTERS]:
        wrapped = _best(unwrapped(start), wrapped=True)
        if wrapped is not None and (plain is None or wrapped.roles >= max(3, plain.roles)):
            return wrapped
    return plain


def unwrapped(text: str) -> str:
    """Rows that stand in quotation marks as a whole, without them."""
    return _WHOLE_ROW.sub(lambda row: row[1].replace('""', '"'), text)


def _best(start: str, *, wrapped: bool) -> Dialect | None:
    found = [
        dialect
        for separator in SEPARATORS
        for quote in ('"', "'")
        if (dialect := _with_header(start, separator, quote, wrapped=wrapped))
    ]
    if not found:
        return None
    most = max(dialect.roles for dialect in found)
    best = max(
        (dialect for dialect in found if dialect.roles == most),
        key=lambda dialect: (_right_width(start, dialect), dialect.quote == "'", len(dialect.names)),
    )
    if '\\"' in start:
        escaped = replace(best, escape="\\")
        if _right_width(start, escaped) > _right_width(start, best):
            best = escaped
    return _fit_width(start, best)


def _with_header(start: str, separator: str, quote: str, *, wrapped: bool) -> Dialect | None:
    lines = io.StringIO(start, newline="")
    records = csv.reader(iter(lines.readline, ""), delimiter=separator, quotechar=quote)
    best: Dialect | None = None
    try:
        for number, names in enumerate(records):
            if number >= _HEADER_WITHIN:
                break
            roles = len(find_columns(names).of)
            if names and any(name.strip() for name in names) and (best is None or roles > best.roles):
                if quote == "'" and not _LINE_IN_QUOTES.search(start[: lines.tell()]):
                    continue
                best = Dialect(tuple(names), separator, quote, None, wrapped, lines.tell(), number, roles)
    except csv.Error:
        pass
    return best


def _records(start: str, dialect: Dialect) -> Iterator[list[str]]:
    """Complete records after the header."""
    text = start[dialect.data_from : dialect.data_from + _SAMPLE_CHARACTERS]
    records = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        doublequote=dialect.escape is None,
    )
    cut = dialect.data_from + _SAMPLE_CHARACTERS < len(start)
    before: list[str] | None = None
    try:
        for number, record in enumerate(records):
            if before and number < _SAMPLE_RECORDS:
                yield before
            before = record
    except csv.Error:
        return
    if before and not cut:
        yield before


def _right_width(start: str, dialect: Dialect) -> int:
    return sum(len(record) == len(dialect.names) for record in _records(start, dialect))


def _in_one_cell(start: str, dialect: Dialect) -> bool:
    widths = [len(record) for record in _records(start, dialect)]
    return bool(widths) and len(dialect.names) > 1 and widths.count(1) > len(widths) / 2


def _fit_width(start: str, dialect: Dialect) -> Dialect:
    """Adjust the width: rows may have an extra empty cell, or row names without a column name."""
    records = list(_records(start, dialect))
    if not records:
        return dialect
    [(width, count)] = Counter(map(len, records)).most_common(1)
    names = dialect.names
    usual = [record for record in records if len(record) == width]
    if 2 * count <= len(records) or width == len(names):
        return dialect
    if width == len(names) + 1:
        at_end = not any(record[-1].strip() for record in usual)
        return replace(dialect, names=(*names, "") if at_end else ("", *names))
    if width < len(names) and not any(map(str.strip, names[width:])):
        return replace(dialect, names=names[:width])
    if width > len(names) and not any(cell.strip() for record in usual for cell in record[len(names) :]):
        return replace(dialect, names=(*names, *[""] * (width - len(names))))
    return dialect
