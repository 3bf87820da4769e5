"""The scope of a request: its channel, what is allowed there, and the model and catalogue it uses."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from bot.domain.charts import Chart, ChartEntry
from bot.domain.errors import NothingIsClean
from bot.domain.guilds import Familiarity
from bot.domain.kinds import NO_KIND, Kind
from bot.domain.recommendations import SeedSong
from bot.domain.taste import NOTHING_UNWANTED, Unwanted
from bot.services.model_store import Serving
from ml.serving.seeds import Excluded

ShowWaiting = Callable[[], Awaitable[None]]


async def show_nothing() -> None:
    """Do nothing: the default for `Scope.show_waiting`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The context of one request, apart from the query.

    Attributes:
        serving: the model and the catalogue that were current when the request began.
        channel: its id, under which picks are stored; with None nothing is stored.
        guild: the server's id; None in direct messages and outside Discord.
        user: the user's id; None outside Discord.
        explicit: whether explicit songs may be recommended there.
        unrated_is_clean: whether songs of unknown rating count as clean.
        show_waiting: called before a request to an outside service, to show a waiting indicator.
        unwanted: songs and artists that the user or the server excluded.
        pinned: songs that are always hot there.
        kinds: the kinds of songs that answer any song at present, such as those of the season.
        familiarity: whether well known or hidden songs are preferred; None is neither.
        began: the number of the newest `/forgetme` known when the request began: nothing is written about
            somebody who was forgotten since.
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
    kinds: Kind = NO_KIND
    familiarity: Familiarity | None = None
    began: int = 0

    def excluded(
        self,
        rows: Collection[int] = (),
        artists_of: Collection[int] = (),
        artists: Collection[int] = (),
    ) -> Excluded:
        """What must not be drawn in this scope.

        Args:
            rows: further catalogue rows, such as the recent picks.
            artists_of: rows whose first artists must not be drawn again.
            artists: numbers of further artists.
        """
        rows_of, unwanted = self.serving.tracks.rows_of, self.unwanted
        return Excluded(
            {*rows, *rows_of(unwanted.tracks)} if unwanted.tracks else rows,
            {*artists_of, *rows_of(unwanted.artist_tracks)} if unwanted.artist_tracks else artists_of,
            artists,
            explicit=not self.explicit,
            unrated=not self.explicit and not self.unrated_is_clean,
            kinds=self.kinds,
        )

    def check_any_clean(self) -> None:
        """Check that a clean song exists if explicit songs are not allowed.

        Raises:
            NothingIsClean: every song is explicit or counts as such, and such songs are not allowed there.
        """
        if not self.explicit and not self.serving.recommender.any_clean(unrated=self.unrated_is_clean):
            raise NothingIsClean

    def allows(self, explicit: bool | None) -> bool:
        """Whether a song with this rating may be recommended; None is unknown."""
        return self.explicit or explicit is False or (explicit is None and self.unrated_is_clean)

    def pin_of(self, seed: SeedSong) -> ChartEntry | None:
        """The pinned entry of the song, if it is pinned."""
        for pin in self.pinned:
            if pin.is_song(seed.title, seed.artists):
                return pin
        return None

    def hot(self, chart: Chart) -> Sequence[ChartEntry]:
        """The hot songs of this scope: the chart and the pinned songs, without unwanted ones."""
        entries = chart.entries
        if self.pinned:
            listed = {entry.song_key for entry in entries}
            entries = (*entries, *(pin for pin in self.pinned if pin.song_key not in listed))
        if self.unwanted is not NOTHING_UNWANTED:
            return [entry for entry in entries if not self.unwanted.has(entry)]
        return entries
