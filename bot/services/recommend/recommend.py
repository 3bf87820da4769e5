"""Recommends a song for a song."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import time

import numpy as np

from bot.domain.charts import Chart, ChartEntry
from bot.domain.errors import NothingToPick, StorageFailed
from bot.domain.recommendations import Choice, ClusterReason, HotReason, Recommendation, SeedSong, hot_ref
from bot.domain.tracks import Track
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from bot.storage.state.charts import Charts
from bot.storage.state.history import History, RecentPick

REMEMBERED = 50
"""Picks of a channel that are not made again…"""
REMEMBERED_SECONDS = 24 * 3600.0
"""… within a day."""
ARTIST_WINDOW = 9
ARTIST_MOST = 2
"""At most two picks by one artist in ten: nobody who had two in the last nine."""


class RecommendSong:
    """Resolves a query and draws a song: from the hot list for a hot song, else from the song's cluster."""

    def __init__(
        self,
        resolve: ResolveSong,
        charts: Charts,
        history: History,
        locate: LocateSong,
        *,
        rng: np.random.Generator,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._resolve = resolve
        self._charts = charts
        self._history = history
        self._locate = locate
        self._rng = rng
        self._now = now

    async def __call__(self, query: str, scope: Scope) -> Recommendation | Choice:
        """Recommend a song for a query or a song reference; returns a choice when several songs match.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        found = await self._resolve(query, scope, any_of_artist=True)
        return found if isinstance(found, Choice) else await self.for_song(found, scope)

    async def for_track(self, track: Track, scope: Scope) -> Recommendation:
        """Recommend a song for a known track.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        return await self.for_song(await self._resolve.of_track(track), scope)

    async def for_song(self, seed: SeedSong, scope: Scope) -> Recommendation:
        """Recommend a song for a resolved song.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        recent = (
            await self._history.recent(scope.channel, since=time() - REMEMBERED_SECONDS)
            if scope.channel is not None
            else []
        )
        answer = await self._hot_or_same_cluster(seed, scope, recent)
        if scope.channel is not None:
            await self._history.add(scope.channel, _remembered(answer), scope.user)
        return answer

    async def _hot_or_same_cluster(
        self, seed: SeedSong, scope: Scope, recent: Sequence[RecentPick]
    ) -> Recommendation:
        entry = seed.entry or scope.pin_of(seed)
        if entry is not None and (seed.track is None or await self._is_list_hot()):
            try:
                return await self._hot(seed, entry, scope, recent)
            except NothingToPick:
                if seed.track is None:
                    raise
        return await self._same_cluster(seed, scope, recent)

    async def _is_list_hot(self) -> bool:
        """Whether there is a chart that is of this week, and not the catalogue's own list."""
        stored = await self._charts.current()
        return stored is not None and stored.is_hot(self._now())

    async def _hot(
        self, seed: SeedSong, entry: ChartEntry, scope: Scope, recent: Sequence[RecentPick]
    ) -> Recommendation:
        stored = await self._charts.current()
        if stored is None:
            raise NothingToPick("The hot list is empty at the moment; try again in a minute.")
        chart = stored.chart
        heard = {pick.hot_song for pick in recent}
        others = [other for other in scope.hot(chart) if other.song_key != entry.song_key]
        if not scope.explicit:
            others = [
                other
                for other in others
                if scope.allows(other.rating((await _track_of(other, chart, scope)).explicit))
            ]
            if not others:
                raise NothingToPick(
                    "No other song on the hot list is known to be free of explicit words, and explicit songs "
                    "are not allowed here."
                )
        fresh = [other for other in others if hot_ref(other) not in heard] or others
        if not fresh:
            raise NothingToPick("There is no other song on the hot list at the moment.")
        chosen = fresh[self._rng.integers(len(fresh))]
        pick = await _track_of(chosen, chart, scope)
        cluster = _cluster_if_known(pick, scope)
        reason = HotReason(chart, entry, chosen, stale=stored.is_stale(self._now()))
        return Recommendation(seed, pick, reason, None, cluster)

    async def _same_cluster(
        self, seed: SeedSong, scope: Scope, recent: Sequence[RecentPick]
    ) -> Recommendation:
        recommender = scope.serving.recommender
        track, located = await self._locate(seed, scope)
        rows = scope.serving.tracks.rows_of([pick.track_id for pick in recent if pick.track_id is not None])
        drawn = recommender.draw(
            located,
            scope.excluded(rows, recommender.busy(rows[:ARTIST_WINDOW], ARTIST_MOST)),
            self._rng,
        )
        if drawn is None:
            scope.check_any_clean()
            raise NothingToPick("You have heard everything I may recommend here today; try again tomorrow.")
        row, cluster = drawn
        pick = await scope.serving.labels.track_with_genres(row)
        if pick is None:
            raise StorageFailed(
                "My data are damaged; whoever hosts me can put a backup in their place with "
                "`samewave restore`.",
                detail=f"row {row} of the model is not in the catalogue",
            )
        shared = (
            recommender.in_common(track.features, pick.features) if track.features and pick.features else ()
        )
        reason = ClusterReason(
            cluster, recommender.profile(cluster).name, shared, fell_over=cluster != located.cluster
        )
        return Recommendation(seed, pick, reason, located.cluster, cluster)


async def _track_of(entry: ChartEntry, chart: Chart, scope: Scope) -> Track:
    if entry.track_id is not None and (track := await scope.serving.tracks.by_id(entry.track_id)):
        return track
    return Track(entry.track_id or f"{chart.source}:{entry.rank}", entry.title, (entry.artist,))


def _cluster_if_known(track: Track, scope: Scope) -> int | None:
    if track.row is None:
        return None
    seed = scope.serving.recommender.seed_of_row(track.row)
    return seed.cluster if seed else None


def _remembered(answer: Recommendation) -> RecentPick:
    if isinstance(answer.reason, HotReason):
        return RecentPick(None, hot_ref(answer.reason.pick))
    return RecentPick(answer.pick.id, None)
