"""Cells of a JSON file: a list of songs, JSON lines, or columns as written by pandas."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cells import as_text
from bot.sources.tables.foreign import foreign_keys
from bot.sources.tables.plan import Cells
from bot.sources.tables.roles import find_columns
from bot.sources.tables.text import TextFile

RECORDS_AT_ONCE = 4_096
LONGEST_RECORD = 1 << 22
LARGEST_WHOLE = 64 << 20
"""Characters of a file that is no list of songs and must be read as a whole."""
_NAMES_FROM = 1_000
"""Records that tell the columns."""
_DEEPEST = 3
_BLANKS = " \t\r\n"
_GAPS = " \t\r\n,"
Record = dict[str, Any]


class JsonCells(Cells):
    """A JSON file; lists and lines are read in bounded memory."""

    def __init__(self, text: TextFile) -> None:
        self._text = text
        self._whole: list[Record] | None = None
        start = text.start.lstrip()
        self.kind = "JSON"
        if _is_lines(start):
            self.kind = "JSON lines"
        elif start.startswith("{"):
            self._whole = self._read_whole()
        names: dict[str, None] = {}
        for record in islice(self._records(), _NAMES_FROM):
            names.update(dict.fromkeys(record))
        self.close()
        if not names:
            raise UnreadableTable(f"{text.path} is JSON without any songs in it.")
        self.names = tuple(names)
        if kind := foreign_keys(name.split(".")[0] for name in names):
            raise UnreadableTable(f"{text.path} is {kind}")

    @property
    def fraction(self) -> float:
        return self._text.fraction

    def batches(self, wanted: Sequence[int]) -> Iterator[Mapping[int, pa.Array]]:
        records = self._records()
        while some := list(islice(records, RECORDS_AT_ONCE)):
            yield {
                at: pa.array([as_text(record.get(self.names[at])) for record in some], pa.string())
                for at in wanted
            }

    def close(self) -> None:
        self._text.close()

    def _records(self) -> Iterator[Record]:
        if self._whole is not None:
            yield from self._whole
            return
        try:
            header: list[str] | None = None
            for value in _values(self._text.blocks(), self._text.path):
                if isinstance(value, dict):
                    yield _flat(value)
                elif isinstance(value, list) and header is None:
                    header = [str(name) for name in value]
                elif isinstance(value, list) and header is not None:
                    yield dict(zip(header, value, strict=False))
                else:
                    raise UnreadableTable(f"{self._text.path} is JSON, but no list of songs.")
        except RecursionError as error:
            raise UnreadableTable(
                f"{self._text.path} is nested too deeply for a table.", detail=str(error)
            ) from error

    def _read_whole(self) -> list[Record]:
        """Read an object: songs under one of its keys, or columns."""
        joined = ""
        for block in self._text.blocks():
            joined += block
            if len(joined) > LARGEST_WHOLE:
                raise UnreadableTable(
                    f"{self._text.path} is one JSON object of more than {LARGEST_WHOLE >> 20} MB; "
                    "save the songs as JSON lines or CSV."
                )
        try:
            whole = json.loads(joined)
        except (ValueError, RecursionError) as error:
            raise _no_json(self._text.path, error) from error
        if kind := foreign_keys(whole):
            raise UnreadableTable(f"{self._text.path} is {kind}")
        return _songs_in(whole)


def _no_json(path: Path, error: BaseException) -> UnreadableTable:
    where = f" (line {error.lineno:,})" if isinstance(error, json.JSONDecodeError) else ""
    return UnreadableTable(
        f"{path} looks like JSON, but cannot be read as such{where}; it may be cut short.", detail=str(error)
    )


def _is_lines(start: str) -> bool:
    """Whether the file is JSON lines: an object, followed by another one."""
    try:
        _, end = json.JSONDecoder().raw_decode(start)
    except (ValueError, RecursionError):
        return False
    return start[end:].lstrip(_BLANKS).startswith("{")


def _songs_in(whole: Mapping[str, Any]) -> list[Record]:
    """The songs of an object: under one of its keys, in columns, or the object itself."""
    one = _flat(whole)
    columns = find_columns(one)
    if not columns.missing and isinstance(one[columns.names[columns.of["title"][0]]], str):
        return [one]
    if {"columns", "data"} <= whole.keys() and isinstance(whole["columns"], list):
        names = [str(name) for name in whole["columns"]]
        return [dict(zip(names, row, strict=False)) for row in whole["data"] if isinstance(row, list)]
    lists = [
        value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], dict)
    ]
    if lists:
        return [_flat(record) for record in max(lists, key=len) if isinstance(record, dict)]
    if whole and all(isinstance(value, dict) for value in whole.values()):
        inner = list(whole.values())
        if all(isinstance(value, dict) for value in inner[0].values()) or _are_columns(whole):
            rows = dict.fromkeys(key for column in inner for key in column)
            return [{name: column.get(row) for name, column in whole.items()} for row in rows]
        return [_flat(record) for record in inner]
    if whole and all(isinstance(value, list) for value in whole.values()):
        longest = max(map(len, whole.values()))
        return [
            {name: column[at] if at < len(column) else None for name, column in whole.items()}
            for at in range(longest)
        ]
    return [one]


def _are_columns(whole: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the object has columns by name and row number, as written by pandas, not songs by id."""
    first = next(iter(whole.values()))
    return all(str(key).isdigit() for key in first)


def _flat(record: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Record:
    """Flatten nested objects: `track.name`."""
    flat: Record = {}
    for name, value in record.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            flat.update(_flat(value, f"{prefix}{name}.", depth + 1))
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _values(blocks: Iterator[str], path: Path) -> Iterator[Any]:
    """Stream the values of a list, or concatenated values."""
    decoder = json.JSONDecoder()
    text = next(blocks, "").lstrip()
    listed = text.startswith("[")
    at = int(listed)
    ended = False
    while True:
        while at < len(text) and text[at] in _GAPS:
            at += 1
        if listed and text.startswith("]", at):
            return
        try:
            value, end = decoder.raw_decode(text, at)
            if end < len(text) or ended:
                yield value
                at = end
                continue
        except ValueError as error:
            if ended and at >= len(text) and not listed:
                return
            if ended or _is_broken(error, text):
                raise _no_json(path, error) from error
        if len(text) - at > LONGEST_RECORD:
            raise UnreadableTable(
                f"{path} has a record longer than {LONGEST_RECORD >> 20} MB, which is no song."
            )
        block = next(blocks, "")
        ended = not block
        text, at = text[at:] + block, 0


def _is_broken(error: ValueError, text: str) -> bool:
    """Whether the JSON is invalid before the end of the block; at the end more may follow."""
    return (
        isinstance(error, json.JSONDecodeError)
        and error.pos < len(text) - 16
        and not error.msg.startswith("Unterminated")
    )
