"""The cells of a Parquet file."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cells import LONGEST_CELL
from bot.sources.tables.files import swollen
from bot.sources.tables.plan import Cells

ROWS_AT_ONCE = 8_192
LARGEST_UNFOLDED = 1 << 29
"""Bytes of the texts of one column in `ROWS_AT_ONCE` rows: 64 KB a cell."""
LARGEST_COLUMN = 1 << 30
"""Unpacked bytes of one column of one row group."""
LARGEST_RATIO = 1_000
"""Unpacked to packed size of a column; dictionaries of few values shrink far."""
RATIO_COUNTS_FROM = 16 << 20


class ParquetCells(Cells):
    """A Parquet file that can be read repeatedly.

    Texts are read as dictionaries, so that a long value repeated in every row is stored once.
    """

    def __init__(self, path: Path) -> None:
        self.kind = "Parquet"
        self._path = path
        self._read = 0
        try:
            metadata = pyarrow.parquet.read_metadata(path)
            self._check(metadata)
            columns = map(metadata.schema.column, range(metadata.num_columns))
            texts = [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]
            # No read-ahead: whole row groups may exceed the memory.
            self._file = pyarrow.parquet.ParquetFile(
                path, pre_buffer=False, buffer_size=1 << 20, read_dictionary=texts
            )
            self.names = tuple(self._file.schema_arrow.names)
            self._rows = int(metadata.num_rows)
        except MemoryError:  # Arrow's too; `faults_of` tells
            raise
        except (pa.ArrowException, OSError, UnicodeError, ValueError) as error:
            raise self._unreadable(error) from error

    @property
    def fraction(self) -> float:
        return min(1.0, self._read / max(1, self._rows))

    def batches(self, wanted: Sequence[int]) -> Iterator[Mapping[int, pa.Array]]:
        if len(set(self.names)) < len(self.names):
            raise UnreadableTable(f"{self._path} has two columns of one name.")
        self._read = 0
        try:
            batches = self._file.iter_batches(
                ROWS_AT_ONCE, columns=[self.names[at] for at in wanted], use_threads=False
            )
            for batch in batches:
                self._read += len(batch)
                yield {at: self._shortened(batch.column(self.names[at])) for at in wanted}
        except MemoryError:
            raise
        except (pa.ArrowException, OSError, UnicodeError, ValueError) as error:
            raise self._unreadable(error) from error

    def close(self) -> None:
        self._file.close()

    def _check(self, metadata: pyarrow.parquet.FileMetaData) -> None:
        for group in range(metadata.num_row_groups):
            for at in range(metadata.num_columns):
                column = metadata.row_group(group).column(at)
                size, packed = column.total_uncompressed_size, max(1, column.total_compressed_size)
                if size > LARGEST_COLUMN or (size > RATIO_COUNTS_FROM and size > LARGEST_RATIO * packed):
                    raise swollen(self._path, f"{column.path_in_schema}: {size} bytes from {packed}")

    def _shortened(self, cells: pa.Array) -> pa.Array:
        """Cut long texts in the dictionary, before it is decoded."""
        if pa.types.is_dictionary(cells.type):
            values = cells.dictionary
            if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
                return cells
            sizes = pc.binary_length(values).cast(pa.int64())
            unfolded = pc.sum(sizes.take(cells.indices)).as_py() or 0
            if unfolded > LARGEST_UNFOLDED:
                raise swollen(self._path, f"{unfolded} bytes in {len(cells)} cells")
            cut = pc.utf8_slice_codeunits(values, 0, LONGEST_CELL).cast(pa.string())
            return pa.DictionaryArray.from_arrays(cells.indices, cut)
        if pa.types.is_list(cells.type) or pa.types.is_large_list(cells.type):
            return (
                pa.ListArray.from_arrays(
                    cells.offsets.cast(pa.int32()), self._shortened(cells.values), mask=cells.is_null()
                )
                if cells.offset == 0
                else pa.array(cells.to_pylist())
            )
        return cells

    def _unreadable(self, error: BaseException) -> UnreadableTable:
        return UnreadableTable(f"{self._path} is damaged or no Parquet file.", detail=str(error))
