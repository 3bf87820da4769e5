"""The state of the bot, as shown to people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.charts import StoredChart


@dataclass(frozen=True, slots=True)
class State:
    """The bot's catalogue, model, chart and quality.

    Attributes:
        model: its name.
        tracks, clusters: their numbers.
        tables: the tables the catalogue was imported from, each with its licence; "" if unknown.
        trained: the time of training (aware, UTC).
        chart: the current hot list, None if there is none.
        quality: the shares of recommendations that share the song's genre (`genre@5` and the like), for
            `samewave_served` and for `random`, as last measured on this catalogue, else on the embedded one.
        unseen: the same on held-out playlists; empty if there are none.
        measured_here: whether they were measured on this catalogue.
    """

    model: str
    tracks: int
    tables: Sequence[tuple[str, str]]
    clusters: int
    trained: datetime
    chart: StoredChart | None
    quality: Mapping[str, Mapping[str, float]]
    unseen: Mapping[str, Mapping[str, float]]
    measured_here: bool
