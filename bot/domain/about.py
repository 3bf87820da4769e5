"""What the bot can tell of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.charts import StoredChart


@dataclass(frozen=True, slots=True)
class State:
    """What a curious person may know.

    Attributes:
        tracks, clusters: how many.
        trained: when the model was made (aware, UTC).
        chart: the hot list in force, None when there is none.
        quality: the shares of recommendations that share the song's genre (`genre@5` and the like), for
            `samewave_cluster` and for `random`, as last measured on this catalogue; empty when never.
    """

    tracks: int
    clusters: int
    trained: datetime
    chart: StoredChart | None
    quality: Mapping[str, Mapping[str, float]]
