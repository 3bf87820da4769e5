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
    seed: Seed, steering: Steering, excluded: Excluded, scope: Scope, rng: np.random.Generator
) -> dict[int, int]:
    """Rows near a song, with their clusters."""
    recommender = scope.serving.recommender
    drawn: dict[int, int] = {}
    if not steering.directions:
        for _ in range(DRAWS):
            left = replace(excluded, rows={*excluded.rows, *drawn})
            found = recommender.draw(seed, left, rng, familiarity=scope.familiarity)
            if found is None or (drawn and found[1] != seed.cluster):
                break  # the cluster is used up
            drawn[found[0]] = found[1]
        return drawn
    # The song itself, or for one from outside the catalogue the nearest one.
    own = recommender.nearest(at_point(seed.point), 1, Excluded().of_kinds(seed))
    compared = await track_of_row(own[0][0], scope) if own else None
    songs = await songs_that_way(seed, compared, steering, scope, excluded) if compared else []
    for _ in range(min(DRAWS, len(songs))):
        song = songs.pop(rank_for(rng.random(), len(songs)))
        if song.row is not None and (placed := recommender.seed_of_row(song.row)) is not None:
            drawn[song.row] = placed.cluster
    return drawn
