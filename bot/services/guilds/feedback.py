"""👍 and 👎: stored at once and applied from the next recommendation on."""

from bot.domain.errors import SongGone
from bot.domain.recommendations import SeedSong
from bot.domain.taste import KnownSong, Unwanted, Verdict
from bot.services.cache import ReadThroughCache
from bot.services.scope import Scope
from bot.services.search.resolve import ResolveSong
from bot.storage.state.charts import Charts
from bot.storage.state.feedback import FeedbackTable

SERVER_PEOPLE = 3
"""A song that so many people of a server dislike is not recommended there."""


class Feedback:
    """Stores opinions, and tells which songs users and servers dislike.

    A user's own 👎 applies to them everywhere; for a server the 👎 given there count.
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
        """Store a press of 👍 or 👎 for the song of a button.

        Raises:
            SongGone: the song of the button is no longer known.
            StorageFailed: nothing was stored.
        """
        song, guild = await self._song_of(song_ref, scope), scope.guild
        try:
            verdict = await self._table.press(user, guild, song, liked=liked, began=scope.began)
        finally:
            self.drop(user, guild)
        return verdict, song

    async def unwanted_by(self, user: int) -> Unwanted:
        """Songs that a user disliked."""
        return await self._users.get(user)

    async def unwanted_in(self, guild: int) -> Unwanted:
        """Songs that several people of a server disliked there."""
        return await self._guilds.get(guild)

    def drop(self, user: int, guild: int | None) -> None:
        """Invalidate the opinions of a person and a server after a change here or in another process."""
        self._users.drop(user)
        if guild is not None:
            self._guilds.drop(guild)

    def keep(self, kept: bool) -> None:
        """Invalidate all opinions, and switch the cache on or off."""
        for cache in (self._users, self._guilds):
            cache.keep(kept)

    def clear_cache(self) -> None:
        """Invalidate the caches after opinions were deleted."""
        self._users.drop_all()
        self._guilds.drop_all()

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
    """Convert a seed to the form in which songs are stored."""
    return KnownSong(song.id, song.title, song.artists)
