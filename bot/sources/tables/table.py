"""A table of songs on disk: surveyed as a whole, then read in chunks."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cleaning import LABELS, TRACKS, CleanChunk, Estimate, Skipped, clean
from bot.sources.tables.csv_cells import CsvCells
from bot.sources.tables.dialect import sniff
from bot.sources.tables.faults import faults_of
from bot.sources.tables.files import READABLE, container_of
from bot.sources.tables.foreign import foreign_columns, foreign_text
from bot.sources.tables.json_cells import JsonCells
from bot.sources.tables.parquet_cells import ParquetCells
from bot.sources.tables.plan import Cells, ReadOptions, Survey
from bot.sources.tables.roles import Columns
from bot.sources.tables.survey import chosen_columns, survey
from bot.sources.tables.text import TextFile
from bot.sources.tables.workbook_cells import WorkbookCells
from ml.features import FEATURE_NAMES

DEFAULT_OPTIONS = ReadOptions()


class SongTable:
    """An open table.

    Attributes:
        plan: how it is read.
    """

    def __init__(self, cells: Cells, plan: Survey) -> None:
        self.plan = plan
        self._cells = cells

    def chunks(self, *, estimate: Estimate | None = None) -> Iterator[CleanChunk]:
        """The cleaned rows in the order of the file; at the end the records that could not be read."""
        wanted = sorted({at for positions in self.plan.columns.of.values() for at in positions})
        rows = 0
        for batch in self._cells.batches(wanted):
            chunk = clean(batch, self.plan, estimate, first=rows)
            rows += chunk.rows
            yield replace(chunk, fraction=self._cells.fraction)
        if count := self._cells.malformed:
            malformed = Skipped("wrong number of cells", "", count, self._cells.malformed_example)
            yield CleanChunk(count, TRACKS.empty_table(), LABELS.empty_table(), (malformed,), 1.0)


@contextmanager
def open_table(
    path: Path, options: ReadOptions = DEFAULT_OPTIONS, plan: Survey | None = None
) -> Iterator[SongTable]:
    """Open a table.

    Args:
        plan: the result of an earlier survey of the same file; None surveys it.

    Raises:
        UnreadableTable: on opening or reading; the file is missing, damaged, something else, or its columns
            or units cannot be understood.
    """
    with faults_of(path), closing(open_cells(path, options)) as cells:
        try:
            _must_be_songs(path, chosen_columns(cells.names, options))
            plan = plan or survey(cells, options)
        except UnreadableTable as error:
            if str(path) in str(error):
                raise
            raise UnreadableTable(f"{path}: {error}", detail=error.detail) from error
        yield SongTable(cells, plan)


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
    text = TextFile(path, options.encoding)
    if kind := foreign_text(text.start):
        raise UnreadableTable(f"{path} is {kind}{'' if kind.endswith('.') else '.'}")
    if text.start.lstrip().startswith(("{", "[")):
        return JsonCells(text)
    dialect = sniff(text.start)
    if dialect is None:
        raise UnreadableTable(f"{path} does not begin with a row of column names: {READABLE}")
    return CsvCells(text, dialect)


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
