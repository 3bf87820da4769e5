"""Which catalogue is measured."""

from dataclasses import dataclass
from pathlib import Path

from bench.figure import Figure
from bench.made_catalogue import EMBEDDED, write_catalogue


@dataclass(frozen=True)
class Size:
    """A catalogue to measure with.

    Attributes:
        name: how its figures are told apart.
        table: the CSV or Parquet file.
        state: a state folder with the table imported and a model on it, once both have been measured.
    """

    name: str
    rows: int
    table: Path
    state: Path

    def figure(
        self,
        what: str,
        value: float,
        unit: str,
        baseline: str,
        target: str,
        ok: bool,
        cost: float | None = None,
    ) -> Figure:
        """A figure of this size."""
        return Figure(f"{what}, {self.name}", value, unit, baseline, target, ok, cost, self.rows)


def embedded(state: Path) -> Size:
    """The catalogue that ships with the project."""
    return Size("embedded", 6_000, EMBEDDED, state)


def made(rows: int, folder: Path) -> Size:
    """A made catalogue; its table is written where it is missing."""
    table, _ = write_catalogue(rows, folder)
    return Size(f"{rows:,} rows", rows, table, folder / f"state_{rows}")
