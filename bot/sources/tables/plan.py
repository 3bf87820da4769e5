"""The options of a person for a table, and the result of its survey."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from bot.sources.tables.names import Credits
from bot.sources.tables.roles import ROLE_NAMES, Columns


class Cells(ABC):
    """A file of cells that can be read repeatedly.

    Attributes:
        names: of the columns, "" for an unnamed one.
        kind: the kind of file, in words.
        malformed: records of this pass so far with too few or too many cells, which are in no batch.
        malformed_example: one of them.
    """

    names: tuple[str, ...]
    kind: str
    malformed = 0
    malformed_example = ""

    @property
    @abstractmethod
    def fraction(self) -> float:
        """The fraction read in this pass, 0 to 1."""

    @abstractmethod
    def batches(self, wanted: Sequence[int]) -> Iterator[Mapping[int, pa.Array]]:
        """One pass over the wanted columns, by position."""

    def close(self) -> None:  # noqa: B027  # a workbook has nothing to close
        """Close the file."""


@dataclass(frozen=True)
class ReadOptions:
    """Options for reading a table, given by a person.

    Attributes:
        encoding: of its text; None detects it.
        percent: whether its shares are percentages.
        scale: factors by feature.
        columns: column names by role, if they are no known synonyms.
    """

    encoding: str | None = None
    percent: bool = False
    scale: Mapping[str, float] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Survey:
    """How a table is read, and what is reported about that.

    Attributes:
        kind: the kind of file, in words.
        rows: the number of rows.
        columns: the columns that are read; that of the id only if it contains ids of Spotify tracks.
        unread: names of the columns that are not read.
        notes: further decisions, as sentences.
        scale: what features are multiplied with.
        length_unit: milliseconds per unit of the duration column.
        explicit: the numbers of explicit, clean and unknown rows; None without such a column.
        artists: splits artists.
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
        """Features missing in the whole table, which must be estimated."""
        return self.columns.missing_features

    @property
    def roles(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The found roles with their columns."""
        return tuple(
            (role, tuple(self.columns.shown(at) for at in self.columns.of[role]))
            for role in ROLE_NAMES
            if role in self.columns.of
        )
