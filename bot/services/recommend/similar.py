"""Looking around: the songs near a song, its cluster, all clusters."""

import asyncio
from collections.abc import Sequence

from bot.domain.explorations import ClusterPage, ClusterView, SimilarSong, SimilarSongs
from bot.domain.recommendations import Choice, SeedSong
from bot.domain.tracks import distinct_songs
from bot.services.model_store import ModelStore
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from bot.storage.catalogue.tracks import Tracks
from ml.pictures.plots import radar, radars
from ml.serving.profiles import standing_out
from ml.serving.recommender import Excluded, Recommender, Seed

NEIGHBOURS = 5
EXAMPLES = 5
PAGE = 6
AT_ONCE = 20_000
"""Among so many tracks the nearest are found in half a millisecond: a thread would cost as much."""


class Explore:
    """Similar songs and clusters; the pictures are drawn off the event loop."""

    def __init__(
        self,
        resolve: ResolveSong,
        locate: LocateSong,
        tracks: Tracks,
        models: ModelStore,
    ) -> None:
        self._resolve = resolve
        self._locate = locate
        self._tracks = tracks
        self._models = models

    async def similar(self, query: str, scope: Scope) -> SimilarSongs | Choice:
        """The five songs nearest to the one named, each song once, none by its own artist.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        found = await self._resolve(query, scope.wait)
        return found if isinstance(found, Choice) else await self._near(found, scope)

    async def similar_to(self, token: str, scope: Scope) -> SimilarSongs:
        """The same for the song of a button or menu.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        return await self._near(await self._resolve.by_token(token, scope.wait), scope)

    async def cluster_of(self, query: str, scope: Scope) -> tuple[SeedSong, ClusterView, bytes] | Choice:
        """The cluster of the song named, with its radar (PNG).

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        found = await self._resolve(query, scope.wait)
        return found if isinstance(found, Choice) else await self._cluster_of(found, scope)

    async def cluster_of_token(self, token: str, scope: Scope) -> tuple[SeedSong, ClusterView, bytes]:
        """The same for the song of a menu.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        return await self._cluster_of(await self._resolve.by_token(token, scope.wait), scope)

    async def clusters(self, page: int) -> ClusterPage:
        """A page of all clusters, largest first; pages are counted from 0, beyond the last is the last.

        Raises:
            ModelUnavailable: there is no model.
        """
        recommender = self._models.recommender
        ordered = sorted(recommender.bundle.profiles, key=lambda profile: (-profile.size, profile.number))
        pages = max(1, -(-len(ordered) // PAGE))
        page = min(max(page, 0), pages - 1)
        some = ordered[page * PAGE : (page + 1) * PAGE]
        views = [await self.view(recommender, profile.number, examples=2) for profile in some]
        return ClusterPage(page, pages, len(ordered), tuple(views), await asyncio.to_thread(radars, some))

    async def _near(self, seed: SeedSong, scope: Scope) -> SimilarSongs:
        recommender = self._models.recommender
        track, spot = await self._locate(seed, recommender, scope.wait)
        own = () if track.row is None else (track.row,)
        return SimilarSongs(seed, await self.near(recommender, spot, scope.excluded(own)))

    async def near(self, recommender: Recommender, spot: Seed, excluded: Excluded) -> tuple[SimilarSong, ...]:
        """The five songs nearest to a place of the model's space, each once."""
        if recommender.tracks <= AT_ONCE:
            near = recommender.nearest(spot, NEIGHBOURS, excluded)
        else:
            near = await asyncio.to_thread(recommender.nearest, spot, NEIGHBOURS, excluded)
        tracks = {found.row: found for found in await self._tracks.by_rows([row for row, _ in near])}
        return tuple(
            SimilarSong(tracks[row], recommender.nearness(distance))
            for row, distance in near
            if row in tracks
        )

    async def _cluster_of(self, seed: SeedSong, scope: Scope) -> tuple[SeedSong, ClusterView, bytes]:
        recommender = self._models.recommender
        _, spot = await self._locate(seed, recommender, scope.wait)
        view = await self.view(recommender, spot.cluster, examples=EXAMPLES)
        return seed, view, await asyncio.to_thread(radar, recommender.profile(spot.cluster))

    async def view(self, recommender: Recommender, number: int, *, examples: int) -> ClusterView:
        """One cluster with so many of its songs."""
        profile = recommender.profile(number)
        rows: Sequence[int] = recommender.rows_of(number)
        popular = distinct_songs(await self._tracks.most_popular_of(rows, limit=4 * examples))
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
