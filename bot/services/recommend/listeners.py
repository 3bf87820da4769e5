"""Songs of the catalogue that people play together with a song."""

import asyncio
import logging
from collections.abc import Sequence

from bot.domain.candidates import Recording
from bot.domain.errors import SourceUnavailable, StorageFailed
from bot.domain.recommendations import SeedSong
from bot.domain.titles import artist_keys, base_title, same_song, title_key
from bot.domain.tracks import Track
from bot.services.scope import Scope
from bot.sources.protocols import ListenerSource
from bot.storage.state.played_together import PlayedTogetherTable

log = logging.getLogger(__name__)

Scored = tuple[int, int]
"""A catalogue row, and how often it was played with the song."""


class PlayedTogether:
    """Asks which recordings people play together, and looks them up in the catalogue.

    Args:
        seconds: the time for one song.
    """

    def __init__(self, source: ListenerSource | None, sounds: PlayedTogetherTable, *, seconds: float) -> None:
        self._source = source
        self._sounds = sounds
        self._seconds = seconds

    @property
    def asked(self) -> bool:
        """Whether the source is enabled."""
        return self._source is not None

    async def __call__(self, song: SeedSong, scope: Scope) -> Sequence[Scored]:
        """Rows with scores, without the song's own artists; empty if none are known or nobody answers."""
        if self._source is None or not (song.title and song.artists):
            return []
        similar = await self._sounds.played_with(song.title, song.artists)
        if similar is None:
            similar = await self._told(self._source, song, scope)
        own = artist_keys(song.artists)
        found = _in_catalogue([one for one in similar if own.isdisjoint(artist_keys(one.artist))], scope)
        return [
            (track.row, score)
            for track, score in found
            if track.row is not None and own.isdisjoint(artist_keys(track.artists))
        ]

    async def _told(self, source: ListenerSource, song: SeedSong, scope: Scope) -> Sequence[Recording]:
        await scope.show_waiting()
        try:
            async with asyncio.timeout(self._seconds):
                similar = await self._similar(source, song)
                if similar:
                    await self._sounds.keep(song.title, song.artists, similar, source.name)
        except (TimeoutError, SourceUnavailable, StorageFailed) as failure:
            log.info("%s failed: %s", source.name, failure)
            return []
        return similar

    async def _similar(self, source: ListenerSource, song: SeedSong) -> Sequence[Recording]:
        found = await source.recordings(base_title(song.title), song.artists[0])
        for one in found:
            if same_song(one.title, (one.artist,), song.title, song.artists):
                return await source.similar(one.mbid)
        return []


def _in_catalogue(recordings: Sequence[Recording], scope: Scope) -> list[tuple[Track, int]]:
    names = scope.serving.tracks.names
    titles = names.titles([title_key(one.title) for one in recordings])
    artists = names.artists([key for one in recordings for key in artist_keys(one.artist)])
    best: dict[int, int] = {}
    for one in recordings:
        theirs = {rank for key in artist_keys(one.artist) for rank in artists.get(key, ())}
        rank = next((rank for rank in titles.get(title_key(one.title), ()) if rank in theirs), None)
        if rank is not None:
            best[rank] = max(one.score, best.get(rank, 0))
    return [(track, best[rank]) for rank, track in names.tracks(list(best)).items()]
