"""Draws songs near a liked one, in the session's directions if there are any."""

from dataclasses import replace

import numpy as np

from bot.domain.steering import Steering
from bot.services.recommend.recommend import track_of_row
from bot.services.recommend.steered_songs import songs_that_way
from bot.services.scope import Scope
from ml.serving.draw import rank_for
from ml.serving.seeds import Excluded, Seed, at_point

DRAWS = 6
"""Songs drawn near a liked one; the one that suits the group best is played."""


async def draw_near(
    seed: Seed,
    drawn: dict[int, int],
    steering: Steering,
    excluded: Excluded,
    scope: Scope,
    rng: np.random.Generator,
) -> None:
    """Add rows near a song, with their clusters, to those drawn."""
    if steering.directions:
        await _draw_that_way(seed, drawn, steering, excluded, scope, rng)
        return
    for number in range(DRAWS):
        left = replace(excluded, rows={*excluded.rows, *drawn})
        found = scope.serving.recommender.draw(seed, left, rng, familiarity=scope.familiarity)
        if found is None or (number and found[1] != seed.cluster):
            return  # the cluster is used up
        drawn[found[0]] = found[1]


async def _draw_that_way(
    seed: Seed,
    drawn: dict[int, int],
    steering: Steering,
    excluded: Excluded,
    scope: Scope,
    rng: np.random.Generator,
) -> None:
    recommender = scope.serving.recommender
    # The song itself, or for one from outside the catalogue the nearest one.
    own = recommender.nearest(at_point(seed.point), 1, Excluded().of_kinds(seed))
    if not own:
        return
    compared = await track_of_row(own[0][0], scope)
    left = replace(excluded, rows={*excluded.rows, *drawn})
    songs = await songs_that_way(seed, compared, steering, scope, left)
    for _ in range(min(DRAWS, len(songs))):
        song = songs.pop(rank_for(rng.random(), len(songs)))
        if song.row is not None and (found := recommender.seed_of_row(song.row)) is not None:
            drawn[song.row] = found.cluster
