"""One table of songs on disk, read chunk by chunk."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cleaning import CleanChunk, Estimate, clean
from bot.sources.tables.files import CsvBytes, is_parquet
from bot.sources.tables.shapes import Layout, recognise

ROWS_AT_ONCE = 16_384
BYTES_AT_ONCE = 1 << 21
"""One record of a CSV file must fit in: a longer one is no song."""
MOST_MALFORMED = 100_000
"""Records of a wrong number of cells in one file; with more it is no table of songs."""


class _Cells(Protocol):
    """Where the cells come from: a CSV or a Parquet file."""

    layout: Layout
    skipped: int

    @property
    def fraction(self) -> float: ...
    def batches(self) -> Iterator[Mapping[str, pa.Array]]: ...
    def close(self) -> None: ...


class SongTable:
    """An open table. Close it, or use it in a `with`.

    Raises:
        UnreadableTable: on opening or reading; the file is missing, damaged, foreign, or of no known shape.
    """

    def __init__(self, path: Path) -> None:
        self._cells: _Cells = _ParquetCells(path) if is_parquet(path) else _CsvCells(path)
        self.layout = self._cells.layout

    @property
    def missing_features(self) -> tuple[str, ...]:
        """Features that the table lacks as a whole: they must be estimated."""
        return self.layout.missing_features

    @property
    def fraction(self) -> float:
        """How much has been read, 0 to 1: bytes of a CSV file, rows of a Parquet file."""
        return self._cells.fraction

    @property
    def malformed(self) -> int:
        """Records seen so far that have too few or too many cells; they are in no chunk."""
        return self._cells.skipped

    def chunks(self, *, estimate: Estimate | None = None, after: int = 0) -> Iterator[CleanChunk]:
        """The cleaned rows in the order of the file, beginning after so many rows.

        One pass: a table is read once.
        """
        for batch in self._cells.batches():
            rows = len(batch[self.layout.shape.title])
            passed = min(after, rows)
            after -= passed
            if passed < rows:
                rest = {name: cells.slice(passed) for name, cells in batch.items()} if passed else batch
                yield clean(rest, self.layout, estimate)

    def close(self) -> None:
        """Close the file."""
        self._cells.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _CsvCells:
    def __init__(self, path: Path) -> None:
        self.skipped = 0
        self._path = path
        self._bytes = CsvBytes(path)
        try:
            self._header = self._bytes.read_header()
            self.layout = recognise(self._header.columns)
        except BaseException:
            self._bytes.close()
            raise

    @property
    def fraction(self) -> float:
        return self._bytes.fraction

    def batches(self) -> Iterator[Mapping[str, pa.Array]]:
        # Columns go by number: names may stand twice or be missing.
        numbered = [str(at) for at in range(len(self._header.columns))]
        wanted = {name: str(at) for name, at in self.layout.columns.items()}
        try:
            reader = pyarrow.csv.open_csv(
                pa.PythonFile(self._bytes, mode="r"),
                read_options=pyarrow.csv.ReadOptions(
                    column_names=numbered,
                    block_size=BYTES_AT_ONCE,
                    encoding=self._header.encoding,
                ),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=self._header.delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=self._skip,
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    include_columns=list(wanted.values()),
                    column_types={number: pa.string() for number in wanted.values()},
                    strings_can_be_null=False,
                ),
            )
            for batch in reader:
                yield {name: batch.column(number) for name, number in wanted.items()}
        except (pa.ArrowException, UnicodeError, OSError) as error:
            raise UnreadableTable(_csv_sentence(self._path, str(error)), detail=str(error)) from error

    def close(self) -> None:
        self._bytes.close()

    def _skip(self, row: object) -> str:
        self.skipped += 1
        return "skip" if self.skipped <= MOST_MALFORMED else "error"


def _csv_sentence(path: Path, error: str) -> str:
    if "UTF8" in error:
        return f"{path} begins as UTF-8 and goes on as something else; save it as UTF-8."
    if "straddl" in error:
        return f"{path} has a record longer than {BYTES_AT_ONCE >> 20} MB (is a quotation mark left open?)."
    if "Empty CSV" in error:
        return f"{path} has column names but no songs."
    return f"{path} is no CSV table that I can read."


class _ParquetCells:
    def __init__(self, path: Path) -> None:
        self.skipped = 0
        self._path = path
        self._read = 0
        try:
            # Without read-ahead: whole row groups may be larger than the memory there is.
            self._file = pyarrow.parquet.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
        except (pa.ArrowException, OSError) as error:
            raise self._unreadable(error) from error
        self.layout = recognise(self._file.schema_arrow.names)

    @property
    def fraction(self) -> float:
        return min(1.0, self._read / max(1, int(self._file.metadata.num_rows)))

    def batches(self) -> Iterator[Mapping[str, pa.Array]]:
        names = self._file.schema_arrow.names
        wanted = {name: names[at] for name, at in self.layout.columns.items()}
        if len(set(names)) < len(names):
            raise UnreadableTable(f"{self._path} has two columns of one name.")
        try:
            for batch in self._file.iter_batches(ROWS_AT_ONCE, columns=list(wanted.values())):
                self._read += len(batch)
                yield {name: batch.column(column) for name, column in wanted.items()}
        except (pa.ArrowException, OSError) as error:
            raise self._unreadable(error) from error

    def close(self) -> None:
        self._file.close()

    def _unreadable(self, error: Exception) -> UnreadableTable:
        return UnreadableTable(f"{self._path} is damaged or no Parquet file.", detail=str(error))
