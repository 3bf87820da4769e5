"""Finds the songs nearest to a song."""

import asyncio
from collections.abc import Sequence
from itertools import islice

from bot.domain.recommendations import Choice, SeedSong
from bot.domain.tracks import Track
from bot.domain.views import Prediction, SimilarSong, SimilarSongs
from bot.services.activity import Activity
from bot.services.scope import Scope
from bot.services.search.locate import Located, LocateSong, columns_of
from bot.services.search.resolve import ResolveSong
from ml.features import AudioFeatures
from ml.serving.profiles import standing_out
from ml.serving.seeds import Seed

NEIGHBOURS, MORE = 5, 3
AT_ONCE = 20_000
"""In a catalogue up to this size the search takes half a millisecond, as much as a thread would cost."""


class FindSimilar:
    """Finds the five nearest songs: each artist once, none by the seed's artist."""

    def __init__(self, resolve: ResolveSong, locate: LocateSong, activity: Activity) -> None:
        self._resolve = resolve
        self._locate = locate
        self._activity = activity

    async def __call__(self, query: str, scope: Scope) -> SimilarSongs | Choice:
        """Find songs near that of a query or a song reference; returns a choice when several songs match.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        found = await self._resolve(query, scope, any_of_artist=True)
        return found if isinstance(found, Choice) else await self.to_song(found, scope)

    async def to_song(self, seed: SeedSong, scope: Scope) -> SimilarSongs:
        """The same for a resolved song.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        found = await self._locate.placed(seed, scope)
        near = await self.near(found.seed, scope, found.rows)
        more = await self._more_by(found, scope)
        if scope.channel is not None:
            self._activity.answered(found.basis)
        return SimilarSongs(found.song, near, found.basis, found.artist_sound, more)

    async def _more_by(self, found: Located, scope: Scope) -> tuple[Track, ...]:
        """The best known other songs of the artist that may be shown here."""
        seed = found.song
        names = (found.artist_sound.artist,) if found.artist_sound else seed.artists[:1]
        tracks = scope.serving.tracks
        own = [one.row for one in await tracks.by_artist(names) if one.row is not None]
        # The best version of a song may be by another artist.
        rows = scope.serving.recommender.allowed(own, scope.excluded())
        others = await tracks.by_rows(rows[: 2 * MORE])
        return tuple(islice((one for one in others if not one.is_version_of(found.track)), MORE))

    async def to_features(self, features: AudioFeatures, duration_ms: int | None, scope: Scope) -> Prediction:
        """The model's prediction for feature values, as for a song outside the catalogue.

        Raises:
            ModelUnavailable: there is no model.
        """
        recommender = scope.serving.recommender
        sound = Track("", "", (), features, duration_ms=duration_ms)
        point = await asyncio.to_thread(recommender.seed_of, columns_of([sound]), None, ())
        z = tuple(recommender.z_scores(features))
        [(x, y, height)] = recommender.bundle.song_map.at(point.point[None]).tolist()
        return Prediction(
            point.cluster,
            recommender.profile(point.cluster).name,
            standing_out(z),
            z,
            (x, y, height),
            await self.near(point, scope),
        )

    async def near(self, point: Seed, scope: Scope, own: Sequence[int] = ()) -> tuple[SimilarSong, ...]:
        """The songs nearest to a seed's point in the model's space.

        Args:
            own: catalogue rows to exclude.

        Raises:
            ModelUnavailable: there is no model.
            NothingIsClean: explicit songs are not allowed there, and none is known to be clean.
        """
        recommender, excluded = scope.serving.recommender, scope.excluded(own)
        if recommender.tracks <= AT_ONCE:
            near = recommender.nearest(point, NEIGHBOURS, excluded, one_an_artist=True)
        else:
            near = await asyncio.to_thread(
                recommender.nearest, point, NEIGHBOURS, excluded, one_an_artist=True
            )
        if not near:
            scope.check_any_clean()
        rows = [row for row, _ in near]
        tracks = {found.row: found for found in await scope.serving.tracks.by_rows(rows)}
        return tuple(
            SimilarSong(tracks[row], recommender.nearness(distance))
            for row, distance in near
            if row in tracks
        )
