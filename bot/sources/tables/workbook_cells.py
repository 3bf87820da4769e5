"""Cells of an Excel or OpenDocument workbook: the sheet with the most recognised column names."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa
import python_calamine

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cells import LONGEST_CELL
from bot.sources.tables.roles import find_columns

ROWS_AT_ONCE = 8_192
_HEADER_WITHIN = 20
Row = Sequence[object]


class WorkbookCells:
    """A sheet of a workbook, completely in memory: Excel has at most a million rows."""

    malformed = 0
    malformed_example = ""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        try:
            with python_calamine.CalamineWorkbook.from_path(path) as workbook:
                self._sheet, self._header, self.names = self._best_sheet(workbook)
        except (python_calamine.CalamineError, OSError, ValueError, MemoryError) as error:
            raise UnreadableTable(
                f"{path} is damaged, locked or no workbook that I can read; save the sheet as CSV.",
                detail=str(error),
            ) from error
        self.kind = f"workbook, sheet “{self._sheet.name}”"

    @property
    def fraction(self) -> float:
        """The fraction of the sheet read in this pass, 0 to 1."""
        return min(1.0, self._read / max(1, self._sheet.total_height))

    def batches(self, wanted: Sequence[int]) -> Iterator[Mapping[int, pa.Array]]:
        """One pass over the wanted columns, by position."""
        rows = islice(self._sheet.iter_rows(), self._header + 1, None)
        self._read = self._header + 1
        while some := list(islice(rows, ROWS_AT_ONCE)):
            self._read += len(some)
            yield {at: pa.array([as_text(row[at]) for row in some], pa.string()) for at in wanted}

    def close(self) -> None:
        """Release the sheet."""

    def _best_sheet(
        self, workbook: python_calamine.CalamineWorkbook
    ) -> tuple[python_calamine.CalamineSheet, int, tuple[str, ...]]:
        best: tuple[int, python_calamine.CalamineSheet, int, tuple[str, ...]] | None = None
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            for number, row in enumerate(islice(sheet.iter_rows(), _HEADER_WITHIN)):
                names = tuple(as_text(cell) for cell in row)
                roles = len(find_columns(names).of)
                if any(names) and (best is None or roles > best[0]):
                    best = roles, sheet, number, names
        if best is None:
            raise UnreadableTable(f"{self._path} has no sheet with anything in it.")
        return best[1:]


def as_text(cell: object) -> str:
    """A cell of a workbook or of JSON, formatted as in a CSV file."""
    match cell:
        case None:
            return ""
        case str():
            text = cell
        case bool():
            text = str(cell)
        case float():
            text = str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime() | date():
            text = cell.isoformat()
        case time():
            text = cell.isoformat()
        case timedelta():
            text = str(cell)
        case _:
            text = str(cell)
    return text[:LONGEST_CELL].encode("utf-8", "replace").decode()
