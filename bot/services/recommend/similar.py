"""Looking around: the songs near a song, its cluster, all clusters."""

import asyncio
from collections.abc import Sequence

from bot.domain.explorations import ClusterView, SimilarSong, SimilarSongs
from bot.domain.pages import Page, page_of
from bot.domain.recommendations import Choice, SeedSong
from bot.domain.tracks import Track, distinct_songs
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from ml.pictures.radar_png import radar, radars
from ml.serving.profiles import standing_out
from ml.serving.recommender import Seed

NEIGHBOURS = 5
EXAMPLES = 5
PAGE = 6
AT_ONCE = 20_000
"""Among so many tracks the nearest are found in half a millisecond: a thread would cost as much."""


class Explore:
    """Similar songs and clusters; the pictures are drawn off the event loop."""

    def __init__(self, resolve: ResolveSong, locate: LocateSong) -> None:
        self._resolve = resolve
        self._locate = locate

    async def similar(self, query: str, scope: Scope) -> SimilarSongs | Choice:
        """The five songs nearest to the one named, each song once, none by its own artist.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        found = await self._resolve(query, scope)
        return found if isinstance(found, Choice) else await self.similar_to(found, scope)

    async def similar_to(self, seed: SeedSong, scope: Scope) -> SimilarSongs:
        """The same for a song that was found.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        track, point = await self._locate(seed, scope)
        own = () if track.row is None else (track.row,)
        return SimilarSongs(seed, await self.near(point, scope, own))

    async def similar_to_track(self, track: Track, scope: Scope) -> SimilarSongs:
        """The same for a track at hand.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        return await self.similar_to(await self._resolve.of_track(track), scope)

    async def cluster_of(self, query: str, scope: Scope) -> tuple[SeedSong, ClusterView, bytes] | Choice:
        """The cluster of the song named, with its radar (PNG).

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        found = await self._resolve(query, scope)
        return found if isinstance(found, Choice) else await self._cluster_of(found, scope)

    async def clusters(self, number: int, scope: Scope) -> tuple[Page[ClusterView], bytes]:
        """A page of all clusters, largest first, with one picture of their radars (PNG).

        Raises:
            ModelUnavailable: there is no model.
        """
        recommender = scope.serving.recommender
        ordered = sorted(recommender.bundle.profiles, key=lambda profile: (-profile.size, profile.number))
        page = page_of(ordered, number, PAGE)
        views = [await self.view(profile.number, scope, examples=2) for profile in page.items]
        return page.showing(views), await asyncio.to_thread(radars, page.items)

    async def near(self, point: Seed, scope: Scope, own: Sequence[int] = ()) -> tuple[SimilarSong, ...]:
        """The five songs nearest to a point of the model's space, each once.

        Args:
            own: catalogue rows that are left out.
        """
        recommender, excluded = scope.serving.recommender, scope.excluded(own)
        if recommender.tracks <= AT_ONCE:
            near = recommender.nearest(point, NEIGHBOURS, excluded)
        else:
            near = await asyncio.to_thread(recommender.nearest, point, NEIGHBOURS, excluded)
        rows = [row for row, _ in near]
        tracks = {found.row: found for found in await scope.serving.tracks.by_rows(rows)}
        return tuple(
            SimilarSong(tracks[row], recommender.nearness(distance))
            for row, distance in near
            if row in tracks
        )

    async def _cluster_of(self, seed: SeedSong, scope: Scope) -> tuple[SeedSong, ClusterView, bytes]:
        _, point = await self._locate(seed, scope)
        view = await self.view(point.cluster, scope, examples=EXAMPLES)
        profile = scope.serving.recommender.profile(point.cluster)
        return seed, view, await asyncio.to_thread(radar, profile)

    async def view(self, number: int, scope: Scope, *, examples: int) -> ClusterView:
        """One cluster with so many of its songs.

        Raises:
            ModelUnavailable: there is no model.
        """
        recommender = scope.serving.recommender
        profile = recommender.profile(number)
        rows: Sequence[int] = recommender.rows_of(number)
        popular = distinct_songs(await scope.serving.tracks.most_popular_of(rows, limit=4 * examples))
        return ClusterView(
            profile.number,
            profile.name,
            profile.size,
            profile.genres,
            standing_out(profile.z),
            tuple(popular[:examples]),
            profile.z,
            recommender.sound_of(profile.z),
        )
