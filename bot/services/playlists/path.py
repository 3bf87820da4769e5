"""Finds a path of songs from one song to another."""

import asyncio
from itertools import pairwise

import numpy as np

from bot.domain.counts import bare_count, count_with_unit
from bot.domain.errors import BadMix, NothingToPick, SongNotFound
from bot.domain.journeys import Journey, splits_of_path
from bot.domain.recommendations import SeedSong
from bot.domain.views import SimilarSong
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from ml.serving.path import journey

FEWEST, USUAL, MOST = 3, 8, 20
"""Songs of a path, both ends among them."""
MOST_READINGS = 12
"""Each may cause requests to outside services."""
LARGE = 200_000
"""Tracks in the catalogue from which a path may take too long to find on the event loop."""


class SongPath:
    """Finds intermediate songs, each near the previous one."""

    def __init__(self, resolve: ResolveSong, locate: LocateSong) -> None:
        self._resolve = resolve
        self._locate = locate

    async def __call__(self, start: str, end: str, songs: int, scope: Scope) -> Journey:
        """Find a path between two songs.

        Args:
            songs: the number of songs, start and end included.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        _in_range(songs)
        return await self._between(
            await self._resolve.likeliest(start, scope),
            await self._resolve.likeliest(end, scope),
            songs,
            scope,
        )

    async def from_text(self, text: str, songs: int, scope: Scope) -> Journey:
        """Parse `Bohemian Rhapsody to Mr. Brightside`; uses the first reading in which both are songs.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        _in_range(songs)
        if counted := count_with_unit(text):
            text, songs = counted
            _in_range(songs)
        missing: list[SongNotFound] = []
        for start, end, count in _readings(text, songs):
            try:
                ends = [await self._resolve.likeliest(query, scope) for query in (end, start)]
            except SongNotFound as error:
                missing.append(error)
            else:
                return await self._between(ends[1], ends[0], count, scope)
        if missing:  # report the shortest unknown name: it is most likely the mistyped one
            raise min(missing, key=lambda error: len(error.query))
        raise BadMix("Tell me two songs, for example: Bohemian Rhapsody to Mr. Brightside.")

    async def _between(self, start: SeedSong, end: SeedSong, songs: int, scope: Scope) -> Journey:
        recommender = scope.serving.recommender
        ends = [await self._locate.placed(seed, scope) for seed in (start, end)]
        first, last = ends
        if first.track.is_version_of(last.track):
            raise BadMix("Those are one and the same song; name two different ones.")
        if len(recommender.bundle.arrays.rows) > LARGE:
            await scope.show_waiting()
        excluded = scope.excluded([*first.rows, *last.rows]).beside(first.seed, last.seed)
        rows = await asyncio.to_thread(journey, recommender, first.seed, last.seed, songs - 2, excluded)
        between = [track for track in await scope.serving.tracks.by_rows(rows) if track.row is not None]
        if not between:
            scope.check_any_clean()
            raise NothingToPick("I found no songs between these two; try two others.")
        points = [
            first.seed.point,
            *recommender.points_of([track.row for track in between if track.row is not None]),
            last.seed.point,
        ]
        percents = [
            recommender.nearness(float(np.linalg.norm(after - before))) for before, after in pairwise(points)
        ]
        steps = tuple(SimilarSong(track, percent) for track, percent in zip(between, percents, strict=False))
        sounds = tuple(one.artist_sound for one in ends if one.artist_sound is not None)
        return Journey(first.song, last.song, steps, percents[-1], sounds)


def _readings(text: str, songs: int) -> list[tuple[str, str, int]]:
    """Possible readings as start, end and number of songs; a final number may be part of the title."""
    readings = [(start, end, songs) for start, end in splits_of_path(text)]
    counted = bare_count(text)
    if counted is not None and FEWEST <= counted[1] <= MOST:
        readings += [(start, end, counted[1]) for start, end in splits_of_path(counted[0])]
    return readings[:MOST_READINGS]


def _in_range(songs: int) -> None:
    if not FEWEST <= songs <= MOST:
        raise BadMix("A path has {fewest} to {most} songs.", fewest=FEWEST, most=MOST)
