"""Finds clusters: of a song, page by page, by words, by number."""

import asyncio
from collections.abc import Sequence

from bot.domain.errors import ClusterUnknown, SongNotFound
from bot.domain.pagination import Page, page_count, page_of
from bot.domain.recommendations import Choice, SeedSong
from bot.domain.tracks import distinct_songs
from bot.domain.views import ClusterView
from bot.services.cluster_names import LONGEST_NUMBER, ClusterNames
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from ml.features import FEATURE_NAMES, AudioFeatures
from ml.pictures.radar_png import radar, radars
from ml.serving.profiles import ClusterProfile, standing_out

EXAMPLES = 5
PAGE = 6


class Clusters:
    """Finds and draws clusters; drawing runs in a thread."""

    def __init__(self, resolve: ResolveSong, locate: LocateSong, names: ClusterNames) -> None:
        self._resolve = resolve
        self._locate = locate
        self._names = names

    async def of_query(self, query: str, scope: Scope) -> tuple[SeedSong | None, ClusterView, bytes] | Choice:
        """Find a cluster by number (`12`), by name, or by the song of a query or a song reference.

        Returns:
            the song (if one was named), the cluster and its radar (PNG); or a choice of songs.

        Raises:
            ClusterUnknown: no cluster has this number.
            SamewaveError: any other, with a sentence for the user.
        """
        bare = query.strip().removeprefix("#")
        number = int(bare) if bare.isdecimal() and len(bare) <= LONGEST_NUMBER else None
        if number is None:
            number = await self._names.called(query, scope)
        song: SeedSong | None = None
        if number is None:
            try:
                found = await self._resolve(query, scope)
            except SongNotFound:
                if (number := await self._largest(query, scope)) is None:
                    raise
            else:
                if isinstance(found, SeedSong):
                    song, number = found, (await self._locate.itself(found, scope)).seed.cluster
                elif not found.unsure or (number := await self._largest(query, scope)) is None:
                    return found
        view = await self.one(number, scope, examples=EXAMPLES)
        picture = await asyncio.to_thread(radar, scope.serving.recommender.profile(number))
        return song, view, picture

    async def _largest(self, words: str, scope: Scope) -> int | None:
        """The number of the largest cluster whose name and genres contain all words."""
        found = await self._names.containing(words, scope)
        return min(found, key=_largest_first).number if found else None

    async def page(self, number: int, scope: Scope) -> tuple[Page[ClusterView], bytes]:
        """A page of all clusters, largest first, with a picture of their radars (PNG).

        Raises:
            ModelUnavailable: there is no model.
        """
        page = page_of(sorted(scope.serving.recommender.bundle.profiles, key=_largest_first), number, PAGE)
        views = [await self.one(profile.number, scope, examples=2) for profile in page.items]
        return page.showing(views), await asyncio.to_thread(radars, page.items)

    async def search(
        self, words: str, scope: Scope, *, page: int, size: int, examples: int
    ) -> Page[ClusterView]:
        """The clusters whose names and genres contain all words, largest first.

        Args:
            page: counted from 0; beyond the last is empty.

        Raises:
            ModelUnavailable: there is no model.
        """
        found = await self._names.containing(words, scope)
        found.sort(key=_largest_first)
        views = [
            await self.one(profile.number, scope, examples=examples)
            for profile in found[page * size : (page + 1) * size]
        ]
        return Page(views, page, page_count(len(found), size), len(found), page * size)

    async def one(self, number: int, scope: Scope, *, examples: int) -> ClusterView:
        """The cluster with a number, and up to `examples` of its songs.

        Raises:
            ClusterUnknown: no cluster has this number.
            ModelUnavailable: there is no model.
        """
        recommender = scope.serving.recommender
        if not 0 <= number < len(recommender.bundle.profiles):
            raise ClusterUnknown(
                "There is no cluster {number}; they are numbered from 0 to {last}.",
                number=number,
                last=len(recommender.bundle.profiles) - 1,
            )
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

    async def duration_of(self, number: int, scope: Scope) -> int | None:
        """The mean duration of a cluster's songs in milliseconds; None if unknown.

        Raises:
            ModelUnavailable: there is no model.
        """
        return await scope.serving.audio_features.mean_duration(scope.serving.recommender.rows_of(number))

    def usual_sound(self, scope: Scope) -> AudioFeatures:
        """The mean of each feature over the catalogue.

        Raises:
            ModelUnavailable: there is no model.
        """
        return scope.serving.recommender.sound_of([0.0] * len(FEATURE_NAMES))


def _largest_first(profile: ClusterProfile) -> tuple[int, int]:
    return -profile.size, profile.number
