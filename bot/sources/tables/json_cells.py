"""Cells of a JSON file: a list of songs, JSON lines, or columns as written by pandas."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cells import LONGEST_CELL
from bot.sources.tables.foreign import foreign_keys
from bot.sources.tables.roles import find_columns
from bot.sources.tables.text import BLOCK, TextStart, Utf8
from bot.sources.tables.workbook_cells import as_text

RECORDS_AT_ONCE = 4_096
LONGEST_RECORD = 1 << 22
LARGEST_WHOLE = 64 << 20
"""Bytes of a file that is no list of songs and must be read as a whole."""
_NAMES_FROM = 1_000
"""Records that tell the columns."""
_DEEPEST = 3
_BLANKS = " \t\r\n"
Record = dict[str, Any]


class JsonCells:
    """A JSON file that can be read repeatedly; lists and lines in bounded memory."""

    malformed = 0
    malformed_example = ""

    def __init__(self, path: Path, text_start: TextStart) -> None:
        self._path = path
        self._encoding = text_start.encoding
        self._bytes: Utf8 | None = None
        self._whole: list[Record] | None = None
        start = text_start.start.lstrip()
        self.kind = "JSON"
        if start.startswith("{"):
            if _is_lines(start):
                self.kind = "JSON lines"
            else:
                self._whole = self._read_whole()
        names: dict[str, None] = {}
        for record, _ in zip(self._records(), range(_NAMES_FROM), strict=False):
            names.update(dict.fromkeys(record))
        self.close()
        if not names:
            raise UnreadableTable(f"{path} is JSON without any songs in it.")
        self.names = tuple(names)
        if kind := foreign_keys(name.split(".")[0] for name in names):
            raise UnreadableTable(f"{path} is {kind}")

    @property
    def fraction(self) -> float:
        """The fraction of the file read in this pass, 0 to 1."""
        return 0.0 if self._bytes is None or self._bytes.closed else self._bytes.fraction

    def batches(self, wanted: Sequence[int]) -> Iterator[Mapping[int, pa.Array]]:
        """One pass over the wanted columns, by position."""
        some: list[Record] = []
        for record in self._records():
            some.append(record)
            if len(some) == RECORDS_AT_ONCE:
                yield self._batch(some, wanted)
                some = []
        if some:
            yield self._batch(some, wanted)

    def close(self) -> None:
        if self._bytes is not None:
            self._bytes.close()

    def _batch(self, records: Sequence[Record], wanted: Sequence[int]) -> Mapping[int, pa.Array]:
        return {
            at: pa.array([_cell(record.get(self.names[at])) for record in records], pa.string())
            for at in wanted
        }

    def _records(self) -> Iterator[Record]:
        if self._whole is not None:
            yield from self._whole
            return
        self.close()
        self._bytes = Utf8(self._path, self._encoding)
        try:
            header: list[str] | None = None
            for value in _values(self._bytes, self._path):
                if isinstance(value, dict):
                    yield _flat(value)
                elif isinstance(value, list) and header is None:
                    header = [str(name) for name in value]
                elif isinstance(value, list) and header is not None:
                    yield dict(zip(header, value, strict=False))
                else:
                    raise UnreadableTable(f"{self._path} is JSON, but no list of songs.")
        except RecursionError as error:
            raise UnreadableTable(
                f"{self._path} is nested too deeply for a table.", detail=str(error)
            ) from error

    def _read_whole(self) -> list[Record]:
        """Read an object: songs under one of its keys, or columns."""
        file = Utf8(self._path, self._encoding)
        try:
            parts: list[bytes] = []
            size = 0
            while part := file.read(BLOCK):
                size += len(part)
                if size > LARGEST_WHOLE:
                    raise UnreadableTable(
                        f"{self._path} is one JSON object of more than {LARGEST_WHOLE >> 20} MB; "
                        "save the songs as JSON lines or CSV."
                    )
                parts.append(part)
        finally:
            file.close()
        try:
            whole = json.loads(b"".join(parts))
        except (ValueError, RecursionError) as error:
            raise _no_json(self._path, error) from error
        if kind := foreign_keys(whole):
            raise UnreadableTable(f"{self._path} is {kind}")
        return _songs_in(whole)


def _no_json(path: Path, error: BaseException) -> UnreadableTable:
    where = f" (line {error.lineno:,})" if isinstance(error, json.JSONDecodeError) else ""
    return UnreadableTable(
        f"{path} looks like JSON, but cannot be read as such{where}; it may be cut short.", detail=str(error)
    )


def _is_lines(start: str) -> bool:
    """Whether the file is JSON lines: the first line is an object, followed by another one or nothing."""
    decoder = json.JSONDecoder()
    try:
        _, end = decoder.raw_decode(start)
    except (ValueError, RecursionError):
        return False
    rest = start[end:].lstrip(_BLANKS)
    return rest.startswith("{") or (not rest and not _songs_in(decoder.raw_decode(start)[0], only_lists=True))


def _songs_in(whole: Mapping[str, Any], *, only_lists: bool = False) -> list[Record]:
    one = _flat(whole)
    columns = find_columns(one)
    if not columns.missing and isinstance(one[columns.names[columns.of["title"][0]]], str):
        return [] if only_lists else [one]
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
    return [] if only_lists else [_flat(whole)]


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


def _cell(value: object) -> str:
    if isinstance(value, list | dict):
        try:
            return json.dumps(value, ensure_ascii=False)[:LONGEST_CELL].encode("utf-8", "replace").decode()
        except (ValueError, RecursionError):
            return ""
    return as_text(value)


def _values(file: Utf8, path: Path) -> Iterable[Any]:
    """Stream the values of a list, or concatenated values."""
    decoder = json.JSONDecoder()
    text = ""
    at = 0
    listed = begun = False
    ended = False
    while True:
        while (at < len(text) and text[at] in _BLANKS) or (begun and at < len(text) and text[at] == ","):
            at += 1
        if not begun and at < len(text):
            listed, begun = text[at] == "[", True
            at += listed
            continue
        if listed and at < len(text) and text[at] == "]":
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
        block = file.read(BLOCK)
        ended = not block
        # A multi-byte character may be cut at the end of a block: decode complete ones only.
        text, at = text[at:] + _decoded(file, block), 0


def _is_broken(error: ValueError, text: str) -> bool:
    """Whether the JSON is invalid before the end of the block; at the end more may follow."""
    return (
        isinstance(error, json.JSONDecodeError)
        and error.pos < len(text) - 16
        and not error.msg.startswith("Unterminated")
    )


def _decoded(file: Utf8, block: bytes) -> str:
    while block and len(block) < BLOCK + 4:
        try:
            return block.decode("utf-8")
        except UnicodeDecodeError as error:
            more = file.read(1)
            if error.end < len(block) or not more:
                return block.decode("utf-8", "replace")
            block += more
    return block.decode("utf-8", "replace")
