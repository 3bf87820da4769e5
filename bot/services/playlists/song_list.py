"""People's own playlists: known songs, more like them, a smooth order, songs that fit least."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress

from bot.domain.errors import BadMix, SongNotFound, SourceUnavailable
from bot.domain.playlists import PER_ARTIST, Playlist
from bot.domain.song_lists import MOST_SONGS, KnownList, ListedSong, SongList
from bot.domain.tracks import Track
from bot.i18n.marking import marked
from bot.services.playlists.playlist import MakePlaylist
from bot.services.scope import Scope
from bot.services.search.find import find_songs
from bot.services.search.resolve import LONGEST_QUERY
from bot.sources.protocols import PlaylistSource
from ml.serving.song_list import farthest, songs_near_all

NO_SONGS = marked(
    "I found no songs in there. I read CSV, M3U8, XSPF and JSPF files, and pasted lines such as "
    "“artist - title”."
)
_EXPORT = marked(
    "I cannot read that playlist by its link. Export it as a CSV file (Exportify, Soundiiz and TuneMyMusic "
    "do that) and send it with the command, or paste its lines."
)
_MORE = 12
_ODD = 3
_CONTINUED = 5
"""The last songs of a list on which its continuation is based."""


class SongLists:
    """Finds the songs of a list in the catalogue, and makes playlists of them.

    Args:
        linked: reads playlists by their link; None where nobody can.
    """

    def __init__(self, make: MakePlaylist, linked: PlaylistSource | None) -> None:
        self._make = make
        self._linked = linked

    async def of_link(self, playlist_id: str, scope: Scope) -> SongList:
        """The songs of a playlist of Spotify.

        Raises:
            BadMix: it cannot be read, with the sentence how to export it.
        """
        await scope.show_waiting()
        found = None
        if self._linked is not None:
            with suppress(SourceUnavailable):
                found = await self._linked.playlist(playlist_id)
        if found is None:
            raise BadMix(_EXPORT)
        return found

    async def known(self, listed: SongList, scope: Scope) -> KnownList:
        """The songs that the catalogue has; outside services are not asked.

        Raises:
            BadMix: there are no songs, or none is known.
            SongNotFound: its only song is not known.
        """
        songs = listed.songs
        if not songs:
            raise BadMix(NO_SONGS)
        await scope.show_waiting()
        known: dict[str, Track] = {}
        unknown: list[str] = []
        for song in songs[:MOST_SONGS]:
            track = await self._track(song, scope)
            if track is None:
                unknown.append(song.name or song.track_id or "")
            else:
                known.setdefault(track.id, track)
            await asyncio.sleep(0)  # each look-up takes a millisecond on the event loop
        if not known:
            if len(unknown) == 1:
                raise SongNotFound(unknown[0][:LONGEST_QUERY])
            raise BadMix("I know none of these {number} songs.", number=len(songs))
        return KnownList(listed.name, tuple(known.values()), tuple(unknown))

    async def _track(self, song: ListedSong, scope: Scope) -> Track | None:
        if song.track_id and (track := await scope.serving.tracks.by_id(song.track_id)):
            return track
        if not song.name or len(song.name) > LONGEST_QUERY:
            return None
        found = await find_songs(song.name, scope.serving.tracks)
        return found.songs[0].song.track if found.sure else None

    async def more(self, playlist_id: str, scope: Scope, *, only_last: bool = False) -> Playlist:
        """New songs that fit a stored list, or its end, in a smooth order.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        stored = await self._make.find(playlist_id, scope)
        rows = _rows(stored.songs)
        return await self.mix(rows[-_CONTINUED:] if only_last else rows, rows, stored.name, _MORE, scope)

    async def mix(
        self, rows: Sequence[int], without: Collection[int], name: str, count: int, scope: Scope
    ) -> Playlist:
        """New songs that fit some songs, in a smooth order.

        Args:
            rows: of the songs that they are to fit. without: rows of excluded songs.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        chosen = await asyncio.to_thread(
            songs_near_all, scope.serving.recommender, rows, count, PER_ARTIST, scope.excluded(without)
        )
        return await self._make.finished("list", name, chosen, scope)

    async def smooth(self, playlist_id: str, scope: Scope) -> Playlist:
        """The songs of a stored list in a smooth order.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        stored = await self._make.find(playlist_id, scope)
        return await self._make.finished("list", stored.name, _rows(stored.songs), scope)

    async def odd(self, playlist_id: str, scope: Scope) -> list[Track]:
        """The songs of a stored list that fit the others least.

        Raises:
            BadMix: the list is too short to tell.
        """
        stored = await self._make.find(playlist_id, scope)
        by_row = {track.row: track for track in stored.songs if track.row is not None}
        if len(by_row) <= _ODD + 1:
            raise BadMix("The list is too short to tell what does not fit.")
        found = await asyncio.to_thread(farthest, scope.serving.recommender, list(by_row), _ODD)
        return [by_row[row] for row, _ in found]


def _rows(songs: Sequence[Track]) -> list[int]:
    return [track.row for track in songs if track.row is not None]
