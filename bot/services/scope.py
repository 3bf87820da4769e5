"""The scope of one request: where the answer goes, what is allowed there, and what it is answered from."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from bot.domain.charts import Chart, ChartEntry
from bot.domain.errors import NothingIsClean
from bot.domain.recommendations import SeedSong
from bot.domain.taste import NOTHING_UNWANTED, Unwanted
from bot.services.model_store import Serving
from ml.serving.recommender import Excluded

ShowWaiting = Callable[[], Awaitable[None]]


async def show_nothing() -> None:
    """Show no sign of waiting."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything about one request but its question; made anew for each request.

    Attributes:
        serving: the model and the catalogue in force when the request began; it is answered from these alone.
        channel: its id; picks are remembered under it. None remembers nothing.
        guild: the server's id; None in direct messages and outside Discord.
        user: who asked; None outside Discord.
        explicit: whether explicit songs may be recommended there.
        unrated_is_clean: whether songs of which nobody knows whether they are explicit count as clean.
        show_waiting: called before an outside service is asked, to show that the answer takes a moment.
        unwanted: songs and artists that the asker or the server does not want to hear.
        pinned: songs that are always hot there.
    """

    serving: Serving
    channel: int | None = None
    guild: int | None = None
    user: int | None = None
    explicit: bool = True
    unrated_is_clean: bool = False
    show_waiting: ShowWaiting = show_nothing
    unwanted: Unwanted = NOTHING_UNWANTED
    pinned: tuple[ChartEntry, ...] = ()

    def excluded(self, rows: Collection[int] = (), artists_of: Collection[int] = ()) -> Excluded:
        """What must not be drawn here.

        Args:
            rows: further catalogue rows, such as the recent picks.
            artists_of: rows of further artists who have had enough.
        """
        rows_of, unwanted = self.serving.tracks.rows_of, self.unwanted
        return Excluded(
            {*rows, *rows_of(unwanted.tracks)} if unwanted.tracks else rows,
            {*artists_of, *rows_of(unwanted.artist_tracks)} if unwanted.artist_tracks else artists_of,
            explicit=not self.explicit,
            unrated=not self.explicit and not self.unrated_is_clean,
        )

    def check_any_clean(self) -> None:
        """Say so where nothing can be recommended because nothing is known not to be explicit.

        Raises:
            NothingIsClean: every song is explicit or counts as such, and such songs are not allowed there.
        """
        if not self.explicit and not self.serving.recommender.any_clean(unrated=self.unrated_is_clean):
            raise NothingIsClean

    def allows(self, explicit: bool | None) -> bool:
        """Whether a song of this rating may be recommended there; None is unknown."""
        return self.explicit or explicit is False or (explicit is None and self.unrated_is_clean)

    def pin_of(self, seed: SeedSong) -> ChartEntry | None:
        """The song as a pinned one, when it is pinned there."""
        for pin in self.pinned:
            if pin.is_song(seed.title, seed.artists):
                return pin
        return None

    def hot(self, chart: Chart) -> Sequence[ChartEntry]:
        """What is hot there: the chart and the pinned songs, without unwanted ones."""
        entries = chart.entries
        if self.pinned:
            listed = {entry.song_key for entry in entries}
            entries = (*entries, *(pin for pin in self.pinned if pin.song_key not in listed))
        if self.unwanted is not NOTHING_UNWANTED:
            return [entry for entry in entries if not self.unwanted.has(entry)]
        return entries
