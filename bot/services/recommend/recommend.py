"""Recommends a song for a song."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from bot.domain.charts import Chart, ChartEntry, StoredChart
from bot.domain.errors import FeaturesUnknown, NothingToPick, SourceUnavailable, StorageFailed
from bot.domain.kinds import kinds_of
from bot.domain.recommendations import (
    Choice,
    ClusterReason,
    HotReason,
    Nearness,
    Recommendation,
    SeedSong,
    hot_ref,
)
from bot.domain.steering import NOT_STEERED, Steering
from bot.domain.tracks import Track
from bot.services.recommend.hot_points import HotPoints
from bot.services.recommend.listeners import PlayedTogether, Scored
from bot.services.recommend.recent_picks import RecentPicks, excluded
from bot.services.scope import Scope
from bot.services.search.locate import Located, LocateSong
from bot.services.search.resolve import ResolveSong
from bot.storage.state.charts import Charts
from bot.storage.state.history import RecentPick


class RecommendSong:
    """Resolves a query and draws a song: from the hot list for a hot song, else from the song's cluster."""

    def __init__(
        self,
        resolve: ResolveSong,
        charts: Charts,
        picks: RecentPicks,
        locate: LocateSong,
        together: PlayedTogether,
        *,
        rng: np.random.Generator,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._resolve = resolve
        self._charts = charts
        self._picks = picks
        self._locate = locate
        self._together = together
        self._places = HotPoints(locate)
        self._rng = rng
        self._now = now

    async def __call__(self, query: str, scope: Scope) -> Recommendation | Choice:
        """Recommend a song for a query or a song reference; returns a choice when several songs match.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        found = await self._resolve(query, scope, any_of_artist=True)
        return found if isinstance(found, Choice) else await self.for_song(found, scope)

    async def for_song(self, seed: SeedSong, scope: Scope) -> Recommendation:
        """Recommend a song for a resolved song.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        answer = await self._hot_or_same_cluster(seed, scope, await self._picks.recent(scope))
        await self._picks.add(answer, scope)
        return answer

    async def _hot_or_same_cluster(
        self, seed: SeedSong, scope: Scope, recent: Sequence[RecentPick]
    ) -> Recommendation:
        entry = seed.entry or scope.pin_of(seed)
        if entry is None:
            return await self._by_sound(seed, scope, recent)
        stored = await self._charts.current()
        # An entry of a list of another week, or of the catalogue's own, is not hot; a pinned song is.
        if entry.rank != 0 and not (stored is not None and stored.is_hot(self._now())):
            with suppress(FeaturesUnknown):
                return await self._by_sound(seed, scope, recent)
        try:
            return await self._hot(seed, entry, stored, scope, recent)
        except NothingToPick:
            if seed.track is None:
                raise
        return await self._by_sound(seed, scope, recent)

    async def _hot(
        self,
        seed: SeedSong,
        entry: ChartEntry,
        stored: StoredChart | None,
        scope: Scope,
        recent: Sequence[RecentPick],
    ) -> Recommendation:
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
        here = await self._place_of_hot(seed, entry, chart, scope)
        near = await self._places.nearest(here, fresh, scope) if here else []
        nearness: Nearness | None = None
        if here is not None and near:
            chosen, there = near[self._rng.integers(len(near))]
            nearness = "artist" if "artist" in (here.basis, there.basis) else "features"
        else:
            chosen = fresh[self._rng.integers(len(fresh))]
        pick = await _track_of(chosen, chart, scope)
        reason = HotReason(chart, entry, chosen, stale=stored.is_stale(self._now()), near=nearness)
        return Recommendation(seed, pick, reason, None, cluster_of(pick, scope), "chart")

    async def _place_of_hot(
        self, seed: SeedSong, entry: ChartEntry, chart: Chart, scope: Scope
    ) -> Located | None:
        """A hot song's point, without requests to outside services."""
        track = seed.track or await _track_of(entry, chart, scope)
        song = replace(seed, track=track)
        if track.row is None and track.features is not None:
            return await self._locate.itself(song, scope)
        return self._locate.at_hand(song, scope)

    async def _by_sound(self, seed: SeedSong, scope: Scope, recent: Sequence[RecentPick]) -> Recommendation:
        """Go by the first known of: the song's own sound, what people play with it, its artist's sound."""
        if not self._together.asked or not seed.title or _is_heard(seed):
            return await self._same_cluster(await self._locate.placed(seed, scope), scope, recent)
        # The requests are independent: send them side by side.
        listeners = asyncio.ensure_future(self._together(seed, scope))
        try:
            located = await self._locate.placed(seed, scope)
            if located.basis == "artist" and (
                answer := await self._played_together(seed, await listeners, scope, recent)
            ):
                return answer
            return await self._same_cluster(located, scope, recent)
        except (FeaturesUnknown, SourceUnavailable):
            answer = await self._played_together(seed, await listeners, scope, recent)
            if answer is None:
                raise
            return answer
        finally:
            listeners.cancel()
            await asyncio.gather(listeners, return_exceptions=True)

    async def _played_together(
        self, seed: SeedSong, played: Sequence[Scored], scope: Scope, recent: Sequence[RecentPick]
    ) -> Recommendation | None:
        scores = dict(played)
        own = kinds_of(seed.title, seed.track.album if seed.track else None, seed.artists)
        left_out = excluded(replace(scope, kinds=scope.kinds | own), recent)
        rows = scope.serving.recommender.allowed_versions(list(scores), left_out)
        if not rows:
            return None
        weights = np.array([scores[row] for row in rows], float)
        chosen = int(self._rng.choice(len(rows), p=weights / weights.sum()))
        pick = await track_of_row(list(rows.values())[chosen], scope)
        cluster = cluster_of(pick, scope)
        name = "" if cluster is None else scope.serving.recommender.profile(cluster).name
        reason = ClusterReason(-1 if cluster is None else cluster, name, ())
        return Recommendation(seed, pick, reason, None, cluster, "listeners")

    async def _same_cluster(
        self, located: Located, scope: Scope, recent: Sequence[RecentPick]
    ) -> Recommendation:
        left_out = excluded(scope, recent, located.own)
        drawn = scope.serving.recommender.draw(
            located.seed, left_out, self._rng, familiarity=scope.familiarity
        )
        if drawn is None:
            scope.check_any_clean()
            raise NothingToPick("You have heard everything I may recommend here today; try again tomorrow.")
        row, cluster = drawn
        return by_cluster(located, await track_of_row(row, scope), cluster, scope)


def by_cluster(
    located: Located, pick: Track, cluster: int, scope: Scope, steering: Steering = NOT_STEERED
) -> Recommendation:
    """The recommendation of a song of a cluster for a located song."""
    recommender = scope.serving.recommender
    own, its = located.track.features, pick.features
    shared = recommender.in_common(own, its) if own and its else ()
    fell_over = cluster != located.seed.cluster
    return Recommendation(
        located.song,
        pick,
        ClusterReason(cluster, recommender.profile(cluster).name, shared, fell_over=fell_over),
        located.seed.cluster,
        cluster,
        located.basis,
        located.artist_sound,
        steering,
    )


def _is_heard(seed: SeedSong) -> bool:
    return seed.artist_ref is None and seed.track is not None and seed.track.features is not None


async def track_of_row(row: int, scope: Scope) -> Track:
    """A track that the model was trained on, with its genres.

    Raises:
        StorageFailed: it is not in the catalogue.
    """
    pick = await scope.serving.labels.track_with_genres(row)
    if pick is None:
        raise StorageFailed(
            "My data are damaged; my host can put a backup in their place with `samewave restore`.",
            detail=f"row {row} of the model is not in the catalogue",
        )
    return pick


async def _track_of(entry: ChartEntry, chart: Chart, scope: Scope) -> Track:
    if entry.track_id is not None and (track := await scope.serving.tracks.by_id(entry.track_id)):
        return track
    return Track(entry.track_id or f"{chart.source}:{entry.rank}", entry.title, (entry.artist,))


def cluster_of(track: Track, scope: Scope) -> int | None:
    """The cluster of a track that the model was trained on; else None."""
    if track.row is None:
        return None
    seed = scope.serving.recommender.seed_of_row(track.row)
    return seed.cluster if seed else None
