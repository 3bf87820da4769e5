"""Finds songs near each song of a mix."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import BadMix, SongNotFound
from bot.domain.journeys import Blend, BlendedSong, names_with_signs, parts_of_mix
from bot.domain.recommendations import SeedSong
from bot.domain.song_lists import KnownList
from bot.domain.spelling import normalise
from bot.domain.titles import artist_keys
from bot.services.scope import Scope
from bot.services.search.locate import Located, LocateSong
from bot.services.search.resolve import ResolveSong
from ml.serving.blend import blend
from ml.serving.recommender import Recommender

MOST = 5
"""Songs on each side of a mix."""
ANSWERS, OF_LIST = 6, 12
_DASH = " - "
MOST_NAMES = 64
"""Runs of words that are looked up as names."""


class BlendSongs:
    """Blends songs: near each of the added ones in turn, away from the subtracted ones."""

    def __init__(self, resolve: ResolveSong, locate: LocateSong) -> None:
        self._resolve = resolve
        self._locate = locate

    async def __call__(self, added: Sequence[str], removed: Sequence[str], scope: Scope) -> Blend:
        """Songs near each of the added songs in turn, away from the subtracted ones.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        _check(len(added), len(removed))
        return await self._mixed(
            [await self._resolve.likeliest(query, scope) for query in added],
            [await self._resolve.likeliest(query, scope) for query in removed],
            scope,
        )

    async def of_list(self, known: KnownList, scope: Scope) -> Blend:
        """Songs near those of a list in turn.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        added = [await self._resolve.of_track(track) for track in known.songs]
        return replace(await self._mixed(added, [], scope, OF_LIST), name=known.name)

    async def from_text(self, text: str, scope: Scope) -> Blend:
        """Parse and blend text such as `Bohemian Rhapsody + Counting Stars - Zombie`.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        parts, without = parts_of_mix(text, await _known_names(text, scope))
        _check(len(parts), len(without) + text.count(_DASH))
        added: list[SeedSong] = []
        removed: list[SeedSong] = []
        while parts:
            first, *others = await self._first_of(parts, scope)
            added.append(first)
            removed += others
        for part in without:
            removed += await self._around_dashes(part, scope)
        _check(len(added), len(removed))
        return await self._mixed(added, removed, scope)

    async def _first_of(self, parts: list[str], scope: Scope) -> list[SeedSong]:
        """Resolve the first part and remove it; if only the first two together are a song, remove both.

        `Dog Days Are Over by Florence + The Machine` contains a plus.
        """
        part = parts.pop(0)
        try:
            return await self._around_dashes(part, scope)
        except SongNotFound:
            if not parts:
                raise
            try:
                songs = await self._around_dashes(f"{part} + {parts[0]}", scope)
            except SongNotFound:
                songs = []
            if not songs:
                raise
        parts.pop(0)
        return songs

    async def _around_dashes(self, part: str, scope: Scope) -> list[SeedSong]:
        """Read `Queen - Bohemian Rhapsody` as one song if it is found as artist and title, else as two."""
        pieces = part.split(_DASH)
        songs: list[SeedSong] = []
        while pieces:
            if len(pieces) > 1 and (song := await self._of_artist(pieces[0], pieces[1], scope)) is not None:
                songs.append(song)
                pieces = pieces[2:]
            else:
                songs.append(await self._resolve.likeliest(pieces[0], scope))
                pieces = pieces[1:]
        return songs

    async def _of_artist(self, one: str, other: str, scope: Scope) -> SeedSong | None:
        try:
            song = await self._resolve.likeliest(f"{one}{_DASH}{other}", scope)
        except SongNotFound:
            return None
        return song if artist_keys(song.artists) & (artist_keys(one) | artist_keys(other)) else None

    async def _mixed(
        self, added: list[SeedSong], removed: list[SeedSong], scope: Scope, answers: int = ANSWERS
    ) -> Blend:
        recommender = scope.serving.recommender
        plus, minus = [
            [await self._locate.placed(song, scope) for song in songs] for songs in (added, removed)
        ]
        own = [row for one in (*plus, *minus) for row in one.rows]
        near = await asyncio.to_thread(
            blend,
            recommender,
            _points(plus, recommender),
            _points(minus, recommender),
            answers,
            scope.excluded(own).beside(*(one.seed for one in (*plus, *minus))),
        )
        found = {track.row: track for track in await scope.serving.tracks.by_rows([one.row for one in near])}
        songs = tuple(
            BlendedSong(found[one.row], recommender.nearness(one.distance), plus[one.of].song)
            for one in near
            if one.row in found
        )
        return Blend(
            tuple(one.song for one in plus),
            tuple(one.song for one in minus),
            songs,
            tuple(one.artist_sound for one in (*plus, *minus) if one.artist_sound is not None),
        )


async def _known_names(text: str, scope: Scope) -> set[str]:
    """Artists and songs of the catalogue, named in the text, whose names contain a sign or an "and"."""
    tracks, known = scope.serving.tracks, set[str]()
    for name in sorted(names_with_signs(text))[:MOST_NAMES]:
        key = normalise(name)
        artists = {normalise(one) for track in await tracks.by_artist([name]) for one in track.artists}
        if key in artists or await tracks.titled(key, limit=1):
            known.add(name.casefold())
    return known


def _points(songs: Sequence[Located], recommender: Recommender) -> NDArray[np.float32]:
    return np.stack([one.seed.point for one in songs]) if songs else recommender.points_of([])


def _check(added: int, removed: int) -> None:
    if added < 1 or added + removed < 2:
        raise BadMix("Tell me what to mix, for example: Bohemian Rhapsody + Counting Stars - Zombie.")
    if max(added, removed) > MOST:
        raise BadMix("That is too much at once; {most} songs on each side are enough.", most=MOST)
