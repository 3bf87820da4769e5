"""👍 and 👎: noted at once, and honoured from the next recommendation on."""

from bot.domain.errors import SongGone
from bot.domain.recommendations import SeedSong
from bot.domain.taste import KnownSong, Unwanted, Verdict
from bot.services.cache import ReadThroughCache
from bot.services.scope import Scope
from bot.services.search.resolve import ResolveSong
from bot.storage.state.charts import Charts
from bot.storage.state.feedback import FeedbackTable

SERVER_PEOPLE = 3
"""So many people of a server dislike a song, and nobody is recommended it there."""


class Feedback:
    """Takes presses, and knows what users and servers do not want to hear.

    A person's own 👎 counts for them wherever they ask; in a server count the 👎 given there.
    """

    def __init__(self, table: FeedbackTable, resolve: ResolveSong, charts: Charts) -> None:
        self._table = table
        self._resolve = resolve
        self._charts = charts
        self._users = ReadThroughCache(self._read_user)
        self._guilds = ReadThroughCache(self._read_guild)

    async def press(
        self, user: int, song_ref: str, scope: Scope, *, liked: bool
    ) -> tuple[Verdict, KnownSong]:
        """Note a press of 👍 or 👎 by a user, under the song of a button.

        Raises:
            SongGone: nobody knows any more which song that was.
            StorageFailed: nothing was noted.
        """
        song, guild = await self._song_of(song_ref, scope), scope.guild
        try:
            verdict = await self._table.press(user, guild, song, liked=liked)
        finally:
            self._users.drop(user)
            if guild is not None:
                self._guilds.drop(guild)
        return verdict, song

    async def unwanted_by(self, user: int) -> Unwanted:
        """What a user disliked."""
        return await self._users.get(user)

    async def unwanted_in(self, guild: int) -> Unwanted:
        """What several people of a server disliked there."""
        return await self._guilds.get(guild)

    def forget_all_kept(self) -> None:
        """Read everything anew: somebody's opinions were deleted."""
        self._users.drop_all()
        self._guilds.drop_all()

    async def expire(self, before: float) -> None:
        """Remove opinions older than then (Unix seconds)."""
        await self._table.expire(before)
        self.forget_all_kept()

    async def _song_of(self, song_ref: str, scope: Scope) -> KnownSong:
        try:
            return known_song(await self._resolve.of_ref(song_ref, scope))
        except SongGone:
            if entry := (await self._charts.formerly([song_ref])).get(song_ref):
                return KnownSong(entry.track_id or song_ref, entry.title, (entry.artist,))
            if song := await self._table.named(song_ref):
                return song
            raise

    async def _read_user(self, user: int) -> Unwanted:
        return Unwanted.made_of(
            opinion.song for opinion in await self._table.of_user(user) if not opinion.liked
        )

    async def _read_guild(self, guild: int) -> Unwanted:
        return Unwanted.made_of(await self._table.disliked_in(guild, people=SERVER_PEOPLE))


def known_song(song: SeedSong) -> KnownSong:
    """A song as it is remembered."""
    return KnownSong(song.id, song.title, song.artists)
