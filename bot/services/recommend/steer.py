"""Recommends a song in a direction from the seed: calmer, older, less famous."""

from dataclasses import replace

import numpy as np

from bot.domain.errors import FeaturesUnknown, NothingToPick
from bot.domain.recommendations import Choice, Recommendation, SeedSong
from bot.domain.steering import DIGIT_OF, Direction, Steering, measure
from bot.domain.tracks import Track
from bot.domain.views import Likeness
from bot.services.cache import ModelCache
from bot.services.recommend.recent_picks import RecentPicks, excluded
from bot.services.recommend.recommend import RecommendSong, by_cluster, cluster_of, track_of_row
from bot.services.recommend.steered_songs import songs_that_way
from bot.services.scope import Scope
from bot.services.search.locate import Located, LocateSong
from bot.services.search.resolve import ResolveSong
from ml.serving.draw import rank_for
from ml.serving.genre_table import region_of
from ml.serving.profiles import likeness


class SteerSong:
    """Searches outwards from the seed, and draws among the first songs that lie in all directions.

    What is excluded is as for a plain recommendation: the seed's artists, recent picks, other kinds of
    songs, explicit songs where they are not allowed.
    """

    def __init__(
        self,
        resolve: ResolveSong,
        locate: LocateSong,
        recommend: RecommendSong,
        picks: RecentPicks,
        *,
        rng: np.random.Generator,
    ) -> None:
        self._resolve = resolve
        self._locate = locate
        self._recommend = recommend
        self._picks = picks
        self._rng = rng
        self._told = ModelCache(_told_by_catalogue)

    async def __call__(
        self, query: str, steering: Steering, scope: Scope, pressed: tuple[Direction, str] | None = None
    ) -> Recommendation | Choice:
        """Recommend a song for a query or a song reference; a choice when several songs match.

        Args:
            pressed: the last direction, and the id of the song that the next one must go further than.

        Raises:
            NothingToPick: no song near it goes that way.
            SamewaveError: any other, with a sentence for the user.
        """
        found = await self._resolve(query, scope, any_of_artist=True)
        if isinstance(found, Choice):
            return found
        if not steering.directions:
            return await self._recommend.for_song(found, scope)
        located = await self._placed(found, scope)
        under = await scope.serving.tracks.by_id(pressed[1]) if pressed else None
        beyond = {pressed[0]: under} if pressed and under else {}
        left_out = excluded(scope, await self._picks.recent(scope), located.own)
        songs = await songs_that_way(located.seed, located.track, steering, scope, left_out, beyond)
        if not songs:
            scope.check_any_clean()
            raise NothingToPick("I found no other song near it that goes that way; take one of them back.")
        drawn = songs[rank_for(self._rng.random(), len(songs))]
        pick = await track_of_row(drawn.row or 0, scope)
        cluster = cluster_of(pick, scope)
        if cluster is None:
            cluster = located.seed.cluster
        answer = by_cluster(located, pick, cluster, scope, steering)
        await self._picks.add(answer, scope)
        return answer

    async def directions(self, song_ref: str, scope: Scope) -> list[Direction]:
        """The directions that can be offered, given what is known of the song and of the catalogue.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        located = await self._placed(await self._resolve.of_ref(song_ref, scope), scope)
        told = await self._told.of(scope)
        return [one for one in told if one == "language" or measure(located.track, one) is not None]

    async def compare(self, song_ref: str, pick_ref: str, scope: Scope) -> tuple[SeedSong, Track, Likeness]:
        """What two songs have most in common, and in what they differ most.

        Raises:
            FeaturesUnknown: no source knows the features of one of them.
            SamewaveError: any other, with a sentence for the user.
        """
        seed = await self._placed(await self._resolve.of_ref(song_ref, scope), scope)
        pick = await self._placed(await self._resolve.of_ref(pick_ref, scope), scope)
        recommender, (one, other) = scope.serving.recommender, (seed.track.features, pick.track.features)
        if one is None or other is None:
            raise FeaturesUnknown("I do not know how both of them sound.")
        first, second = tuple(recommender.z_scores(one)), tuple(recommender.z_scores(other))
        return seed.song, pick.track, Likeness(*likeness(first, second), first, second)

    async def _placed(self, song: SeedSong, scope: Scope) -> Located:
        located = await self._locate.placed(song, scope)
        if located.artist_sound is not None or located.track.row is None:
            return located
        return replace(located, track=await track_of_row(located.track.row, scope))


async def _told_by_catalogue(scope: Scope) -> list[Direction]:
    """The directions for which the catalogue has values."""
    told = dict.fromkeys(DIGIT_OF, True)
    years = await scope.serving.audio_features.newest_year() is not None
    told["older"] = told["newer"] = years
    told["language"] = any(region_of(name) for name in await scope.serving.labels.genre_names())
    return [direction for direction, is_told in told.items() if is_told]
