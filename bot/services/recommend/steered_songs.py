"""The nearest songs in the requested directions."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from math import nan

from bot.domain.steering import Direction, Steering, goes
from bot.domain.tracks import Track
from bot.services.scope import Scope
from ml.serving.draw import LOOKED_AT, most_familiar
from ml.serving.seeds import Excluded, Seed

_AT_FIRST, _MOST, _AT_ONCE = 400, 6_400, 200
"""The numbers of nearest songs considered at first and at most, and per step of the event loop."""
_NO_OTHERS: Mapping[Direction, Track] = {}


async def songs_that_way(
    seed: Seed,
    compared: Track,
    steering: Steering,
    scope: Scope,
    left_out: Excluded,
    beyond: Mapping[Direction, Track] = _NO_OTHERS,
) -> list[Track]:
    """The songs nearest to a seed in all of the directions, preferably those a full step away.

    Args:
        compared: the song that they must go further than, with its genres.
        beyond: other songs that they must go further than, by direction.

    Returns:
        at most `LOOKED_AT` songs, nearest first; preferred well known or hidden songs come first.
    """
    whole: list[Track] = []
    partly: list[tuple[float, Track]] = []
    async for track in _outward(seed, scope, left_out, genres="language" in steering.directions):
        steps = []
        for direction in steering.directions:
            others = [beyond[direction]] if direction in beyond else []
            if (step := goes(track, direction, compared, *others)) is None:
                break
            steps.append(step)
        else:
            if min(steps) >= 1.0:
                whole.append(track)
            else:
                partly.append((min(steps), track))
        if len(whole) == LOOKED_AT:
            break
    if not whole:
        partly.sort(key=lambda found: -found[0])
        whole = [track for _, track in partly[:LOOKED_AT]]
    if scope.familiarity is None:
        return whole
    popularity = [float(track.popularity or nan) for track in whole]
    return [whole[at] for at in most_familiar([*range(len(whole))], popularity, scope.familiarity)]


async def _outward(seed: Seed, scope: Scope, left_out: Excluded, *, genres: bool) -> AsyncIterator[Track]:
    seen, count = 0, _AT_FIRST
    while True:
        near = await asyncio.to_thread(scope.serving.recommender.nearest, seed, count, left_out)
        rows = [row for row, _ in near[seen:]]
        for start in range(0, len(rows), _AT_ONCE):
            for track in await _tracks_of(rows[start : start + _AT_ONCE], scope, genres=genres):
                yield track
            await asyncio.sleep(0)
        if len(near) < count or count >= _MOST:
            return
        seen, count = len(near), 4 * count


async def _tracks_of(rows: Sequence[int], scope: Scope, *, genres: bool) -> list[Track]:
    found = {track.row: track for track in await scope.serving.tracks.by_rows(rows)}
    named = await scope.serving.labels.genres_of(rows) if genres else {}
    return [replace(found[row], genres=named.get(row, ())) for row in rows if row in found]
