"""What the bot can tell of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.charts import StoredChart


@dataclass(frozen=True, slots=True)
class State:
    """What a curious person may know.

    Attributes:
        tracks, clusters: how many.
        tables: the tables that the catalogue was made of, each with its licence, "" where nobody knows.
        trained: when the model was made (aware, UTC).
        chart: the hot list in force, None when there is none.
        quality: the shares of recommendations that share the song's genre (`genre@5` and the like), for
            `samewave_cluster` and for `random`, as last measured on this catalogue; empty when never.
    """

    tracks: int
    tables: Sequence[tuple[str, str]]
    clusters: int
    trained: datetime
    chart: StoredChart | None
    quality: Mapping[str, Mapping[str, float]]
