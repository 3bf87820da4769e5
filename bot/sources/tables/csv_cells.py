"""The cells of a CSV file."""

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from bot.domain.errors import UnreadableTable
from bot.sources.tables.dialect import SEPARATORS, Dialect, unwrap, unwrapped
from bot.sources.tables.text import BLOCK, TextStart, Utf8

BYTES_AT_ONCE = 1 << 21
"""The largest record of a CSV file: a longer one is no song."""
MOST_MALFORMED = 100_000
"""Records of a wrong number of cells in one file; with more it is no table of songs."""


class CsvCells:
    """A CSV file that can be read repeatedly in bounded memory."""

    def __init__(self, path: Path, text_start: TextStart, dialect: Dialect) -> None:
        self.names = dialect.names
        encoding = text_start.encoding.removesuffix("-sig").upper()
        self.kind = f"CSV, {encoding}, separated by {SEPARATORS[dialect.separator]}"
        if dialect.rows_above:
            self.kind += f", {dialect.rows_above} lines above the column names left out"
        self.malformed = 0
        self.malformed_example = ""
        self._path = path
        self._encoding = text_start.encoding
        self._dialect = dialect
        self._before = len(_head(text_start.start, dialect).encode("utf-8", errors="replace"))
        self._bytes: Utf8 | None = None

    @property
    def fraction(self) -> float:
        """The fraction of the file read in this pass, 0 to 1."""
        return 0.0 if self._bytes is None or self._bytes.closed else self._bytes.fraction

    def batches(self, wanted: Sequence[int]) -> Iterator[Mapping[int, pa.Array]]:
        """One pass over the wanted columns, by position."""
        self.close()
        self.malformed, self.malformed_example = 0, ""
        self._bytes = Utf8(self._path, self._encoding)
        source: io.RawIOBase = _Unwrapped(self._bytes) if self._dialect.wrapped else self._bytes
        numbered = [str(at) for at in range(len(self.names))]
        try:
            _pass_over(source, self._before)
            reader = pyarrow.csv.open_csv(
                pa.PythonFile(source, mode="r"),
                read_options=pyarrow.csv.ReadOptions(
                    column_names=numbered, block_size=BYTES_AT_ONCE, use_threads=False
                ),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=self._dialect.separator,
                    quote_char=self._dialect.quote,
                    escape_char=self._dialect.escape or False,
                    double_quote=self._dialect.escape is None,
                    newlines_in_values=True,
                    invalid_row_handler=self._skip,
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    include_columns=[numbered[at] for at in wanted],
                    column_types={numbered[at]: pa.string() for at in wanted},
                    strings_can_be_null=False,
                ),
            )
            for batch in reader:
                yield {at: batch.column(numbered[at]) for at in wanted}
        except (pa.ArrowException, UnicodeError, OSError) as error:
            raise UnreadableTable(self._sentence(str(error)), detail=str(error)) from error

    def close(self) -> None:
        if self._bytes is not None:
            self._bytes.close()

    def _skip(self, row: pyarrow.csv.InvalidRow) -> str:
        self.malformed += 1
        if not self.malformed_example:
            text = str(row.text)
            shown = text if len(text) <= 60 else f"{text[:60]}…"
            self.malformed_example = f"{row.actual_columns} in place of {row.expected_columns}: {shown}"
        return "skip" if self.malformed <= MOST_MALFORMED else "error"

    def _sentence(self, error: str) -> str:
        if "straddl" in error:
            return (
                f"{self._path} has a record longer than {BYTES_AT_ONCE >> 20} MB "
                "(is a quotation mark left open?)."
            )
        if "Empty CSV" in error:
            return f"{self._path} has column names but no songs."
        return f"{self._path} is no CSV table that I can read."


def _head(start: str, dialect: Dialect) -> str:
    if not dialect.wrapped:
        return start[: dialect.data_from]
    return unwrapped(start)[: dialect.data_from]


def _pass_over(source: io.RawIOBase, size: int) -> None:
    while size and (taken := source.read(min(size, BLOCK))):
        size -= len(taken)


class _Unwrapped(io.RawIOBase):
    """Removes quotation marks around whole rows."""

    def __init__(self, source: Utf8) -> None:
        super().__init__()
        self._lines = io.BufferedReader(source, BLOCK)
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._waiting:
            some = self._lines.readlines(BLOCK)
            self._waiting = "".join(unwrap(line.decode("utf-8", "replace")) for line in some).encode()
        taken = self._waiting if size < 0 else self._waiting[:size]
        self._waiting = self._waiting[len(taken) :]
        return taken
