"""Draws the map of songs with some songs marked."""

import asyncio
from collections.abc import Sequence

import numpy as np

from bot.domain.recommendations import Choice, Recommendation, SeedSong
from bot.domain.titles import base_title
from bot.services.recommend.recommend import RecommendSong
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from ml.pictures.map_plot import Mark, marked_map


class DrawMap:
    """Draws in a thread, on the picture of the catalogue that the model holds."""

    def __init__(self, resolve: ResolveSong, locate: LocateSong, recommend: RecommendSong) -> None:
        self._resolve = resolve
        self._locate = locate
        self._recommend = recommend

    async def __call__(self, query: str, scope: Scope) -> tuple[Recommendation, bytes] | Choice:
        """A recommendation for the song, and a map with both (PNG).

        Raises:
            SamewaveError: with a sentence for the user.
        """
        song = await self._resolve(query, scope, any_of_artist=True)
        if isinstance(song, Choice):
            return song
        seed = (await self._locate.placed(song, scope)).seed
        answer = await self._recommend.for_song(song, scope)
        recommender = scope.serving.recommender
        [(x, y, _)] = recommender.bundle.song_map.at(seed.point[None]).tolist()
        marks = [Mark(x, y, _label(song), chief=True)]
        pick = answer.pick
        if pick.row is not None and len(found := recommender.points_of([pick.row])):
            [(x, y, _)] = recommender.bundle.song_map.at(found).tolist()
            marks.insert(0, Mark(x, y, base_title(pick.title)))
        return answer, await asyncio.to_thread(marked_map, recommender.bundle.backdrop, marks)

    async def draw_path(self, path: Sequence[SeedSong], scope: Scope) -> bytes:
        """A map with a line through some songs, numbered in order (PNG).

        Raises:
            SamewaveError: with a sentence for the user.
        """
        bundle = scope.serving.recommender.bundle
        seeds = [(await self._locate.placed(song, scope)).seed for song in path]
        at = bundle.song_map.at(np.stack([seed.point for seed in seeds])).tolist()
        ends = (0, len(path) - 1)
        marks = [
            Mark(x, y, _label(song) if number in ends else "", number + 1, chief=number in ends)
            for number, (song, (x, y, _)) in enumerate(zip(path, at, strict=True))
        ]
        return await asyncio.to_thread(marked_map, bundle.backdrop, marks, joined=True)


def _label(song: SeedSong) -> str:
    return base_title(song.title) or song.artists[0]
