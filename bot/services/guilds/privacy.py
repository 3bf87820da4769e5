"""Shows and deletes what is stored about a person."""

import asyncio
import logging
from collections.abc import Callable

from bot.domain.errors import StorageFailed
from bot.domain.taste import KnownSong, Taste
from bot.services.guilds.feedback import Feedback
from bot.services.model_store import ServingStore
from bot.storage.database import Database
from bot.storage.state.charts import Charts
from bot.storage.state.feedback import FeedbackTable
from bot.storage.state.forgotten import ForgottenPeople
from bot.storage.state.history import History
from bot.storage.state.people import People
from bot.storage.state.unfound_songs import UnfoundSongs

log = logging.getLogger(__name__)

_SHOWN = ("feedback", "recommendations")
_LOG = "guild_log"
RECENT = 50
"""The number of recommendations shown."""


class Privacy:
    """Reads and deletes the stored data of a person.

    Attributes:
        on_forget: called with the forgotten person, or None if it is unknown who.
    """

    def __init__(
        self,
        people: People,
        opinions: FeedbackTable,
        history: History,
        serving: ServingStore,
        charts: Charts,
        feedback: Feedback,
        forgotten: ForgottenPeople,
        database: Database,
        unfound: UnfoundSongs,
    ) -> None:
        self._people = people
        self._forgotten = forgotten
        self._database = database
        self._unfound = unfound
        self._traces = False
        self._opinions = opinions
        self._history = history
        self._serving = serving
        self._charts = charts
        self._feedback = feedback
        self._noting: set[asyncio.Task[None]] = set()
        self.on_forget: Callable[[int | None], object] = lambda user: None

    async def about(self, user: int) -> Taste:
        """Return everything stored about a person.

        Raises:
            StorageFailed: pending picks could not be written.
        """
        opinions = await self._opinions.of_user(user)
        recent = await self._recent(user)
        rows = {table: n for table, n in (await self._people.rows(user)).items() if table not in _SHOWN}
        return Taste(
            tuple(opinion.song for opinion in opinions if opinion.liked),
            tuple(opinion.song for opinion in opinions if not opinion.liked),
            recent,
            rows.pop(_LOG),
            sum(rows.values()),
        )

    async def forget(self, user: int) -> bool:
        """Delete it permanently, in storage and in memory, so that no restore brings it back.

        Returns:
            whether it is gone from the journal on the disk too; else `remove_traces` sees to it.

        Raises:
            StorageFailed: it could not be deleted.
        """
        try:
            await asyncio.to_thread(self._forgotten.add, user)
        except (OSError, ValueError) as error:
            raise StorageFailed(
                "I could not delete that just now; try again later.", detail=repr(error)
            ) from error
        await self._people.forget(user)
        self.drop(user)
        await self._unfound.forget(user)
        self._traces = True
        await self.remove_traces()
        return not self._traces

    def heard(self, user: int) -> None:
        """Drop a person who was forgotten by any process, and note them for restores on this machine."""
        self.drop(user)
        noting = asyncio.create_task(self._note(user))
        self._noting.add(noting)
        noting.add_done_callback(self._noting.discard)

    async def _note(self, user: int) -> None:
        try:
            await asyncio.to_thread(self._forgotten.add, user)
        except (OSError, ValueError, StorageFailed) as error:
            log.warning("a person who was forgotten could not be noted for restores: %r", error)

    def drop(self, user: int | None) -> None:
        """Drop cached data about a person who was forgotten here or by another process.

        Args:
            user: None if it is unknown who.
        """
        self._history.drop(user)
        self._feedback.clear_cache()
        self.on_forget(user)

    async def remove_traces(self) -> None:
        """Empty the journal after a deletion; retried later while another process reads it.

        Raises:
            StorageFailed: the disk is full.
        """
        if self._traces:
            self._traces = not await self._database.remove_traces()

    async def _recent(self, user: int) -> tuple[KnownSong | None, ...]:
        picks = await self._history.of_user(user, limit=RECENT)
        tracks = self._serving.current().tracks
        known: dict[str, KnownSong] = {}
        for id in dict.fromkeys(pick.track_id for pick in picks if pick.track_id is not None):
            if track := await tracks.by_id(id):
                known[id] = KnownSong(id, track.title, track.artists)
        hot = await self._charts.formerly({pick.hot_song for pick in picks if pick.hot_song is not None})
        known |= {
            song_ref: KnownSong(entry.track_id or song_ref, entry.title, (entry.artist,))
            for song_ref, entry in hot.items()
        }
        return tuple(known.get(pick.track_id or pick.hot_song or "") for pick in picks)
