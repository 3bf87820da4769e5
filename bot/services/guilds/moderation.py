"""Pinned and blocked songs and artists of servers."""

from dataclasses import replace

from bot.domain.charts import ChartEntry
from bot.domain.errors import BadQuery, BadSetting, NotListed
from bot.domain.guilds import MOST_BLOCKED, MOST_PINNED, GuildLists, ListKind, pinned_entry
from bot.domain.recommendations import Choice
from bot.domain.spelling import name_key
from bot.domain.taste import KnownSong, Unwanted
from bot.domain.titles import artist_keys, title_key
from bot.services.cache import ReadThroughCache
from bot.services.guilds.feedback import Feedback, known_song
from bot.services.model_store import ServingStore
from bot.services.scope import Scope
from bot.services.search.resolve import ResolveSong
from bot.storage.state.guild_lists import GuildListsTable

LONGEST_NAME = 200


class Moderation:
    """Manages a server's pins (always hot there) and blocks (never recommended there)."""

    def __init__(
        self, table: GuildListsTable, resolve: ResolveSong, feedback: Feedback, serving: ServingStore
    ) -> None:
        self._table = table
        self._resolve = resolve
        self._feedback = feedback
        self._serving = serving
        self._lists = ReadThroughCache(table.of)
        self._pins = ReadThroughCache(self._read_pins)
        self._blocked = ReadThroughCache(self._read_blocked)

    async def lists(self, guild: int) -> GuildLists:
        """The pinned and blocked songs and the blocked artists of a server."""
        return await self._lists.get(guild)

    async def pins(self, guild: int) -> tuple[ChartEntry, ...]:
        """The pinned songs as chart entries."""
        return await self._pins.get(guild)

    async def unwanted_in(self, guild: int) -> Unwanted:
        """Songs and artists not to recommend in a server: blocked, or disliked by several people."""
        blocked = await self._blocked.get((guild, self._serving.current().name))
        return blocked | await self._feedback.unwanted_in(guild)

    async def add(
        self, guild: int, moderator: int, query: str, kind: ListKind, scope: Scope
    ) -> tuple[KnownSong, ListKind, ListKind | None] | Choice:
        """Pin or block the song of a query or a song reference.

        Returns:
            the song, its list and its previous list; or a choice when several songs match.

        Raises:
            BadSetting: the list is full.
            StorageFailed: nothing was changed.
            SamewaveError: any other, with a sentence for the user.
        """
        song = await self._resolve(query, scope)
        if isinstance(song, Choice):
            return song
        lists = await self.lists(guild)
        most, there = (MOST_PINNED, lists.pinned) if kind == "pinned" else (MOST_BLOCKED, lists.blocked)
        if len(there) >= most:
            raise BadSetting(
                "There are {most} of them already; take one away before you add another.", most=most
            )
        known = known_song(song)
        try:
            return known, kind, await self._table.add(guild, moderator, known, kind, began=scope.began)
        finally:
            self.drop(guild)

    async def remove(self, guild: int, moderator: int, query: str, kind: ListKind) -> KnownSong:
        """Remove the song with a name, a link or a song reference from a list.

        Raises:
            NotListed: no such song is on the list, or several match.
            StorageFailed: nothing was changed.
        """
        began = self._table.forgettings
        lists = await self.lists(guild)
        song = _one_of(lists.pinned if kind == "pinned" else lists.blocked, query)
        try:
            await self._table.remove(guild, moderator, song, kind, began=began)
        finally:
            self.drop(guild)
        return song

    async def block_artist(self, guild: int, moderator: int, name: str) -> tuple[str, bool, int]:
        """Block an artist in a server.

        Returns:
            the name, whether the block is new, and how many tracks of the catalogue it covers.

        Raises:
            BadQuery: that is no name. BadSetting: the list is full.
            StorageFailed: nothing was changed.
        """
        began, name = self._table.forgettings, " ".join(name.split())
        if not name or len(name) > LONGEST_NAME:
            raise BadQuery("Tell me an artist, for example: Queen.")
        if len((await self.lists(guild)).artists) >= MOST_BLOCKED:
            raise BadSetting(
                "There are {most} of them already; take one away before you add another.", most=MOST_BLOCKED
            )
        first, others = await self._serving.current().tracks.ids_by(name)
        try:
            new = await self._table.block_artist(guild, moderator, name, began=began)
            return name, new, len(first) + len(others)
        finally:
            self.drop(guild)

    async def unblock_artist(self, guild: int, moderator: int, name: str) -> str:
        """Unblock an artist in a server.

        Raises:
            NotListed: the artist is not blocked.
            StorageFailed: nothing was changed.
        """
        began, wanted = self._table.forgettings, name_key(name)
        found = [known for known in (await self.lists(guild)).artists if name_key(known) == wanted]
        if not found:
            raise NotListed(
                "“{name}” is not blocked here; `{prefix}block list` shows who is.", name=name.strip()
            )
        try:
            await self._table.block_artist(guild, moderator, found[0], blocked=False, began=began)
        finally:
            self.drop(guild)
        return found[0]

    def keep(self, kept: bool) -> None:
        """Invalidate all lists, and switch the cache on or off."""
        for cache in (self._lists, self._pins, self._blocked):
            cache.keep(kept)

    def drop(self, guild: int) -> None:
        """Invalidate the lists of a server after a change in another process, or after their deletion."""
        self._lists.drop(guild)
        self._pins.drop(guild)
        self._blocked.drop((guild, self._serving.current().name))

    async def _read_pins(self, guild: int) -> tuple[ChartEntry, ...]:
        return tuple(pinned_entry(song) for song in (await self.lists(guild)).pinned)

    async def _read_blocked(self, key: tuple[int, str]) -> Unwanted:
        """Use one track id per blocked artist, and list only tracks where the artist is not the first."""
        guild, _ = key
        serving = self._serving.current()
        lists = await self.lists(guild)
        songs = Unwanted.made_of(lists.blocked)
        if not lists.artists:
            return songs
        tracks = set(songs.tracks)
        one_of: dict[int, str] = {}
        for name in lists.artists:
            first, others = await serving.tracks.ids_by(name)
            tracks.update(others)
            for id in first if serving.model is not None else ():
                for row in serving.tracks.rows_of([id]):
                    number = serving.recommender.artist_of_row(row)
                    if number is not None:
                        one_of.setdefault(number, id)
        return replace(
            songs,
            tracks=frozenset(tracks),
            artist_tracks=frozenset(one_of.values()),
            artists=frozenset(map(name_key, lists.artists)),
        )


def _one_of(songs: tuple[KnownSong, ...], query: str) -> KnownSong:
    text = " ".join(query.split())
    named = [song for song in songs if text in (song.song_ref, f"spotify:track:{song.song_ref}")]
    named = named or [song for song in songs if _goes_by(song, text)]
    if not named:
        raise NotListed("“{query}” is not on that list here.", query=text)
    if len(named) > 1:
        raise NotListed(
            "Several songs on that list are called “{query}”; add the artist: {songs}.",
            query=text,
            songs="; ".join(f"{song.title} - {', '.join(song.artists)}" for song in named[:5]),
        )
    return named[0]


def _goes_by(song: KnownSong, text: str) -> bool:
    typed, title = name_key(text), title_key(song.title)
    if typed in (title, name_key(song.title)):
        return True
    return any(
        typed in (title + artist, artist + title, f"{title}by{artist}")
        for artist in artist_keys(song.artists)
    )
