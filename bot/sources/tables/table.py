"""A table of songs on disk: surveyed as a whole, then read in chunks."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cleaning import CleanChunk, Estimate, clean
from bot.sources.tables.csv_cells import CsvCells
from bot.sources.tables.dialect import sniff
from bot.sources.tables.files import READABLE, container_of
from bot.sources.tables.foreign import foreign_columns, foreign_text
from bot.sources.tables.json_cells import JsonCells
from bot.sources.tables.parquet_cells import ParquetCells
from bot.sources.tables.plan import Cells, ReadOptions, Survey
from bot.sources.tables.roles import Columns
from bot.sources.tables.survey import chosen_columns, survey
from bot.sources.tables.text import inspect_text
from bot.sources.tables.workbook_cells import WorkbookCells
from ml.features import FEATURE_NAMES

DEFAULT_OPTIONS = ReadOptions()


class SongTable:
    """An open table. Close it, or use it in a `with`.

    Args:
        plan: the result of an earlier survey of the same file; None surveys it.

    Raises:
        UnreadableTable: on opening or reading; the file is missing, damaged, something else, or its columns
            or units cannot be understood.
    """

    def __init__(
        self, path: Path, options: ReadOptions = DEFAULT_OPTIONS, plan: Survey | None = None
    ) -> None:
        self._cells = open_cells(path, options)
        try:
            _must_be_songs(path, chosen_columns(self._cells.names, options))
            self.plan = plan or survey(self._cells, options)
        except UnreadableTable as error:
            self._cells.close()
            sentence = str(error)
            raise UnreadableTable(
                sentence if str(path) in sentence else f"{path}: {sentence}", detail=error.detail
            ) from error
        except BaseException:
            self._cells.close()
            raise

    @property
    def missing_features(self) -> tuple[str, ...]:
        """Features missing in the whole table, which must be estimated."""
        return self.plan.missing_features

    @property
    def fraction(self) -> float:
        """The fraction read, 0 to 1."""
        return self._cells.fraction

    @property
    def malformed(self) -> int:
        """The number of records so far with too few or too many cells, which are in no chunk."""
        return self._cells.malformed

    @property
    def malformed_example(self) -> str:
        """An example of a malformed record."""
        return self._cells.malformed_example

    def chunks(self, *, estimate: Estimate | None = None) -> Iterator[CleanChunk]:
        """The cleaned rows in the order of the file."""
        wanted = sorted({at for positions in self.plan.columns.of.values() for at in positions})
        rows = 0
        for batch in self._cells.batches(wanted):
            chunk = clean(batch, self.plan, estimate, first=rows)
            rows += chunk.rows
            yield chunk

    def close(self) -> None:
        self._cells.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_cells(path: Path, options: ReadOptions) -> Cells:
    """Open a file by its detected format.

    Raises:
        UnreadableTable: the format is not supported.
    """
    container = container_of(path)
    if container == "parquet":
        return ParquetCells(path)
    if container == "workbook":
        return WorkbookCells(path)
    text_start = inspect_text(path, options.encoding)
    if kind := foreign_text(text_start.start):
        raise UnreadableTable(f"{path} is {kind}{'' if kind.endswith('.') else '.'}")
    if text_start.start.lstrip()[:1] in ("{", "["):
        return JsonCells(path, text_start)
    dialect = sniff(text_start.start)
    if dialect is None:
        raise UnreadableTable(f"{path} does not begin with a row of column names: {READABLE}")
    return CsvCells(path, text_start, dialect)


def _must_be_songs(path: Path, columns: Columns) -> None:
    missing = columns.missing
    if not missing:
        return
    # Collections of DJ software have a tempo too.
    if set(columns.missing_features) >= {*FEATURE_NAMES} - {"tempo"} and (
        kind := foreign_columns(columns.names, columns.of.__contains__)
    ):
        raise UnreadableTable(f"{path} is {kind}")
    taken = {at for positions in columns.of.values() for at in positions}
    left = [columns.shown(at) for at in range(len(columns.names)) if at not in taken]
    found = ", ".join(f"{role} ({columns.shown(positions[0])})" for role, positions in columns.of.items())
    raise UnreadableTable(
        f"{path} is no table of songs that I can read: I find no column for {', '.join(missing)}. "
        f"I found {found or 'none of the others either'}; not understood: {_some(left)}. "
        "If one of these is meant, name it, for example: --column "
        f"{missing[0].replace(' ', '-')}=NAME. docs/tables.md lists the names that I know."
    )


def _some(names: list[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:20])
    return (shown or "nothing") + (f" and {len(names) - 20} more" if len(names) > 20 else "")
