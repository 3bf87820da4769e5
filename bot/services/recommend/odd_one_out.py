"""The odd one out: makes rounds, takes votes, tells what people and the model found."""

import asyncio
from collections.abc import Callable, Sequence

import numpy as np

from bot.domain.errors import NothingToPick
from bot.domain.odd_one_out import ROUND_DAYS, Result, Round, RoundOver, result_of
from bot.domain.tracks import Track
from bot.services.cache import ModelCache
from bot.services.scope import Scope
from bot.storage.state.odd_rounds import OddRounds
from ml.serving.odd_one_out import odd_of, odd_triplet

KNOWN = 3_000
"""The most popular songs of the catalogue, from which all three are chosen: people have to know them."""
_DAY = 86_400.0
_SONGS = 3


class OddOneOut:
    """Rounds of three songs; all state is stored, so that a restart changes nothing."""

    def __init__(self, rounds: OddRounds, *, rng: np.random.Generator, clock: Callable[[], float]) -> None:
        self._rounds = rounds
        self._rng = rng
        self._clock = clock
        self._known = ModelCache(lambda scope: scope.serving.audio_features.popular_rows(KNOWN))

    async def begin(self, scope: Scope) -> Round:
        """Three songs in random order; none was asked about in the channel within a day.

        Raises:
            NothingToPick: the catalogue has no such songs left.
        """
        channel = scope.channel or 0
        asked = await self._rounds.recent(channel, self._clock() - ROUND_DAYS * _DAY)
        excluded = scope.excluded(scope.serving.tracks.rows_of(asked))
        rows = await asyncio.to_thread(
            odd_triplet, scope.serving.recommender, await self._known.of(scope), excluded, self._rng
        )
        if rows is None:
            raise NothingToPick("I have no songs left to ask about here; try again tomorrow.")
        shuffled = [rows[place] for place in self._rng.permutation(_SONGS).tolist()]
        songs = tuple(await scope.serving.tracks.by_rows(shuffled))
        return Round(await self._rounds.begin(channel, [song.id for song in songs]), songs)

    async def is_open(self, token: str) -> bool:
        """Whether the answer of a round is not shown yet."""
        return await self._rounds.songs(token) is not None

    async def vote(self, token: str, user: int, choice: int, scope: Scope) -> tuple[Track, int]:
        """Store a vote, or change it; returns the chosen song and how many people have voted.

        Raises:
            RoundOver: the answer is shown already, or the round is gone.
        """
        songs = await self._songs(token, scope)
        return songs[choice], await self._rounds.vote(token, user, choice, began=scope.began)

    async def show(self, token: str, scope: Scope) -> Result:
        """End a round: votes, the model's choice, who voted as most did.

        Raises:
            RoundOver: it is shown already, or gone.
        """
        songs = await self._songs(token, scope)
        choices = await self._rounds.close(token)
        if choices is None:
            raise RoundOver
        recommender = scope.serving.recommender
        own = odd_of(recommender, [song.row for song in songs if song.row is not None])
        one, other = (song.features for place, song in enumerate(songs) if place != own)
        shared = recommender.in_common(one, other) if one and other else ()
        return result_of(songs, choices, own, shared)

    async def agreement(self, scope: Scope) -> tuple[int, int]:
        """How many triplets people judged with a clear majority, and in how many of them the model agrees."""
        judged = agreed = 0
        for ids, votes in await self._rounds.triplets():
            rows = scope.serving.tracks.rows_of(ids)
            if len(rows) == _SONGS and votes.count(max(votes)) == 1:
                judged += 1
                agreed += odd_of(scope.serving.recommender, list(rows)) == votes.index(max(votes))
        return judged, agreed

    async def _songs(self, token: str, scope: Scope) -> Sequence[Track]:
        ids = await self._rounds.songs(token)
        tracks = scope.serving.tracks
        songs = await tracks.by_rows(tracks.rows_of(ids)) if ids else []
        if len(songs) != _SONGS:
            raise RoundOver
        return songs
