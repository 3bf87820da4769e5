"""Assigns songs to queries without results, and looks such queries up again."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic, time

from bot.domain.errors import BadSetting, RefreshRefused, SamewaveError, SongGone
from bot.domain.recommendations import Choice, SeedSong
from bot.domain.spelling import name_key
from bot.domain.taste import KnownSong
from bot.domain.unfound import EVERYWHERE, MOST_NAMED, NamedSong, UnfoundSong
from bot.services.guilds.feedback import known_song
from bot.services.scope import Scope
from bot.services.search.query import read_query
from bot.services.search.resolve import ResolveSong, checked_query
from bot.services.search.unfound import key_of, unknown_name
from bot.storage.state.external_cache import UnknownSongs
from bot.storage.state.named_songs import NamedSongs
from bot.storage.state.unfound_songs import UnfoundSongs

LOOK_SECONDS = 20.0
"""The time limit of one press."""
PAUSE_SECONDS = 60.0


class UnfoundTitles:
    """Moderators assign songs for their server; the host for all servers."""

    def __init__(
        self,
        songs: UnfoundSongs,
        named: NamedSongs,
        unknown: UnknownSongs,
        resolve: ResolveSong,
        *,
        clock: Callable[[], float] = time,
    ) -> None:
        self._songs = songs
        self._named = named
        self._unknown = unknown
        self._resolve = resolve
        self._clock = clock
        self._looked_at: float | None = None

    async def shown(self, guild: int = EVERYWHERE) -> Sequence[UnfoundSong]:
        """Queries of enough people without an assigned song, most frequent first."""
        named = {one.key for one in await self._named.of(guild)} | {one.key for one in await self.named()}
        return [song for song in await self._songs.shown(self._clock()) if song.key not in named]

    async def named(self, guild: int = EVERYWHERE) -> Sequence[NamedSong]:
        """The songs assigned there, newest first."""
        return await self._named.of(guild)

    async def look_again(self, scope: Scope, guild: int = EVERYWHERE) -> list[tuple[UnfoundSong, SeedSong]]:
        """Look the shown queries up again; those with a result leave the list.

        Raises:
            RefreshRefused: that was done a moment ago.
        """
        now = monotonic()
        if self._looked_at is not None and now - self._looked_at < PAUSE_SECONDS:
            seconds = max(1, round(PAUSE_SECONDS - (now - self._looked_at)))
            raise RefreshRefused("I have just looked; I can look again in {seconds} s.", seconds=seconds)
        self._looked_at = now
        nobody = replace(scope, user=None, guild=None)
        found: list[tuple[UnfoundSong, SeedSong]] = []
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                for song in await self.shown(guild):
                    await self._unknown.forget(unknown_name(song.words))
                    if (meant := await self._find(song.words, nobody)) is not None:
                        await self._songs.remove(song.key)
                        found.append((song, meant))
        except TimeoutError:
            pass  # it stays in the list
        return found

    async def name(
        self, entry: int, query: str, scope: Scope, *, guild: int = EVERYWHERE, moderator: int | None = None
    ) -> tuple[str, KnownSong] | Choice:
        """Assign a song, which answers the query from then on, until that is taken back.

        Args:
            entry: the number of the unfound song. query: the song that was meant, or its reference.

        Returns:
            the words and the song, or a choice when several songs match.

        Raises:
            SongGone: it is no longer in the list. BadSetting: too many are named there.
            StorageFailed: nothing was changed.
            SamewaveError: any other, with a sentence for the user.
        """
        there = next((one for one in await self._songs.shown(self._clock()) if one.entry == entry), None)
        if there is None:
            raise SongGone("That is no longer in the list; ask for the status anew.")
        return await self._name(there.key, there.words, query, scope, guild, moderator)

    async def name_words(self, words: str, query: str, scope: Scope) -> tuple[str, KnownSong] | Choice:
        """Assign a song to any query, for all servers.

        Raises:
            as `name`.
        """
        text = checked_query(words)
        return await self._name(key_of(read_query(text)), text, query, scope, EVERYWHERE, None)

    async def take_back(
        self, entry: int, *, guild: int = EVERYWHERE, moderator: int | None = None
    ) -> NamedSong:
        """Remove an assigned song.

        Raises:
            SongGone: it was not named there.
            StorageFailed: nothing was changed.
        """
        named = next((one for one in await self._named.of(guild) if one.entry == entry), None)
        if named is None:
            raise SongGone("That is no longer in the list; ask for the status anew.")
        await self._named.remove(guild, moderator, named)
        return named

    async def take_back_words(self, words: str) -> NamedSong:
        """Remove the song assigned to a query for all servers.

        Raises:
            as `take_back`.
        """
        keys = {key_of(read_query(words)), name_key(words)}
        entry = next((one.entry for one in await self.named() if one.key in keys), 0)
        return await self.take_back(entry)

    async def _name(
        self, key: str, words: str, query: str, scope: Scope, guild: int, moderator: int | None
    ) -> tuple[str, KnownSong] | Choice:
        found = await self._resolve(query, replace(scope, user=None))
        if isinstance(found, Choice):
            return found
        if len(await self._named.of(guild)) >= MOST_NAMED:
            raise BadSetting(
                "There are {most} of them already; take one away before you add another.", most=MOST_NAMED
            )
        song = known_song(found)
        await self._named.name(guild, moderator, key, words, song, self._clock(), began=scope.began)
        if guild == EVERYWHERE:
            await self._songs.remove(key)
        return words, song

    async def _find(self, words: str, scope: Scope) -> SeedSong | None:
        try:
            found = await self._resolve(words, scope)
        except SamewaveError:
            return None
        if isinstance(found, Choice):
            return found.songs[0] if found.songs and not found.unsure else None
        return found
