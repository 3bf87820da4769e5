"""What a person says about a table, and how it is to be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from bot.sources.tables.names import Credits
from bot.sources.tables.roles import ROLE_NAMES, Columns


class Cells(Protocol):
    """Where the cells come from: text, JSON, Parquet, a workbook."""

    names: tuple[str, ...]
    kind: str
    malformed: int
    malformed_example: str

    @property
    def fraction(self) -> float:
        """How much has been read in this pass, 0 to 1."""

    def batches(self, wanted: Sequence[int]) -> Iterator[Mapping[int, pa.Array]]:
        """One pass over the wanted columns, by position."""

    def close(self) -> None:
        """Close the file."""


@dataclass(frozen=True)
class ReadOptions:
    """What a person said about a table.

    Attributes:
        encoding: of its text; None finds it out.
        percent: its shares are percentages.
        scale: what features are multiplied with.
        columns: column names by role, where they are none of the known synonyms.
    """

    encoding: str | None = None
    percent: bool = False
    scale: Mapping[str, float] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Survey:
    """How a table is to be read, and what people are told of that.

    Attributes:
        kind: of file, in words.
        rows: how many it has.
        columns: the columns that are read; the id's only where they hold ids of Spotify tracks.
        unread: names of the columns that are not read.
        notes: what else was decided, in sentences.
        scale: what features are multiplied with.
        length_unit: ms that a length of 1 means.
        explicit: how many rows are explicit, clean, unknown; None where no column tells.
        artists: takes the artists apart.
    """

    kind: str
    rows: int
    columns: Columns
    unread: tuple[str, ...]
    notes: tuple[str, ...]
    scale: Mapping[str, float]
    length_unit: float
    explicit: tuple[int, int, int] | None
    artists: Credits

    @property
    def missing_features(self) -> tuple[str, ...]:
        """Features that the table lacks as a whole: they must be estimated."""
        return self.columns.missing_features

    @property
    def roles(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each role that was found, with its columns."""
        return tuple(
            (role, tuple(self.columns.shown(at) for at in self.columns.of[role]))
            for role in ROLE_NAMES
            if role in self.columns.of
        )
