"""The cells of a CSV file."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.csv

from bot.domain.errors import UnreadableTable
from bot.sources.tables.dialect import SEPARATORS, Dialect, unwrapped
from bot.sources.tables.plan import Cells
from bot.sources.tables.text import TextFile

BYTES_AT_ONCE = 1 << 21
"""The largest record of a CSV file: a longer one is no song."""
MOST_MALFORMED = 100_000
"""Records of a wrong number of cells in one file; with more it is no table of songs."""


class CsvCells(Cells):
    """A CSV file that can be read repeatedly in bounded memory."""

    def __init__(self, text: TextFile, dialect: Dialect) -> None:
        self.names = dialect.names
        self.kind = f"CSV, {text.encoding.upper()}, separated by {SEPARATORS[dialect.separator]}"
        if dialect.rows_above:
            self.kind += f", {dialect.rows_above} lines above the column names left out"
        self._text = text
        self._dialect = dialect

    @property
    def fraction(self) -> float:
        return self._text.fraction

    def batches(self, wanted: Sequence[int]) -> Iterator[Mapping[int, pa.Array]]:
        self.malformed, self.malformed_example = 0, ""
        blocks = self._text.blocks()
        if self._dialect.wrapped:
            blocks = _unwrapped(blocks)
        source = _Utf8(_after(blocks, self._dialect.data_from))
        numbered = [str(at) for at in range(len(self.names))]
        try:
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
        self._text.close()

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
                f"{self._text.path} has a record longer than {BYTES_AT_ONCE >> 20} MB "
                "(is a quotation mark left open?)."
            )
        if "Empty CSV" in error:
            return f"{self._text.path} has column names but no songs."
        return f"{self._text.path} is no CSV table that I can read."


def _after(blocks: Iterable[str], count: int) -> Iterator[str]:
    """The text after its first `count` characters."""
    for block in blocks:
        yield block[count:]
        count = max(0, count - len(block))


def _unwrapped(blocks: Iterable[str]) -> Iterator[str]:
    """The text with rows that stand in quotation marks as a whole without them."""
    rest = ""
    for block in blocks:
        lines, end, rest = (rest + block).rpartition("\n")
        yield unwrapped(lines + end)
    yield unwrapped(rest)


class _Utf8(io.RawIOBase):
    """Blocks of text as the file of bytes that Arrow reads."""

    def __init__(self, blocks: Iterator[str]) -> None:
        super().__init__()
        self._blocks = blocks
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._waiting and (block := next(self._blocks, None)) is not None:
            self._waiting = block.encode("utf-8", "replace")
        taken, self._waiting = self._waiting[: len(buffer)], self._waiting[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
