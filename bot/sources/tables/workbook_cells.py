"""The cells of an Excel or OpenDocument workbook, from the sheet with the most known column names."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import pyarrow as pa
from python_calamine import CalamineError

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cells import as_text
from bot.sources.tables.plan import Cells
from bot.sources.tables.roles import find_columns

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_ONCE = 8_192
_HEADER_WITHIN = 20
_AS_IT_IS: dict[str, Any] = {"header": None, "dtype": object, "na_filter": False}


class WorkbookCells(Cells):
    """One sheet of a workbook, in memory as a whole: Excel has a million rows at most."""

    def __init__(self, path: Path) -> None:
        # Half a second of imports that no other table needs.
        import pandas as pd  # noqa: PLC0415

        self._path = path
        self._read = 0
        try:
            with pd.ExcelFile(path, engine="calamine") as workbook:
                first = pd.read_excel(workbook, sheet_name=None, nrows=_HEADER_WITHIN, **_AS_IT_IS)
                sheet, header, self.names = _best_sheet(first, path)
                self._rows = pd.read_excel(workbook, sheet_name=sheet, **_AS_IT_IS).iloc[header + 1 :]
        except (CalamineError, BadZipFile, OSError, ValueError, MemoryError) as error:
            raise UnreadableTable(
                f"{path} is damaged, locked or no workbook that I can read; save the sheet as CSV.",
                detail=str(error),
            ) from error
        self.kind = f"workbook, sheet “{sheet}”"

    @property
    def fraction(self) -> float:
        return min(1.0, self._read / max(1, len(self._rows)))

    def batches(self, wanted: Sequence[int]) -> Iterator[Mapping[int, pa.Array]]:
        self._read = 0
        for start in range(0, len(self._rows), ROWS_AT_ONCE):
            some = self._rows.iloc[start : start + ROWS_AT_ONCE]
            self._read = start + len(some)
            yield {at: pa.array(some.iloc[:, at].map(as_text).tolist(), pa.string()) for at in wanted}


def _best_sheet(first: "Mapping[str, pd.DataFrame]", path: Path) -> tuple[str, int, tuple[str, ...]]:
    """The sheet, the row of its column names, and these, by the first rows of every sheet."""
    best: tuple[int, str, int, tuple[str, ...]] | None = None
    for name, rows in first.items():
        for number, row in enumerate(rows.itertuples(index=False, name=None)):
            names = tuple(as_text(cell) for cell in row)
            roles = len(find_columns(names).of)
            if any(names) and (best is None or roles > best[0]):
                best = roles, name, number, names
    if best is None:
        raise UnreadableTable(f"{path} has no sheet with anything in it.")
    return best[1:]
