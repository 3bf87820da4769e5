"""Predicts cluster, map position and nearest songs from nine feature values."""

import asyncio

from bot.domain.tracks import Track
from bot.domain.views import Prediction
from bot.services.maps.points import MapSongs
from bot.services.recommend.similar import FindSimilar
from bot.services.scope import Scope
from bot.services.search.locate import columns_of
from ml.features import AudioFeatures
from ml.serving.profiles import standing_out


class PredictFeatures:
    """Computes the model's prediction for feature values, as for a song outside the catalogue."""

    def __init__(self, similar: FindSimilar, songs: MapSongs) -> None:
        self._similar = similar
        self._map = songs

    async def __call__(self, features: AudioFeatures, duration_ms: int | None, scope: Scope) -> Prediction:
        """Predict cluster, position and nearest songs.

        Raises:
            ModelUnavailable: there is no model.
        """
        recommender, cloud = scope.serving.recommender, await self._map.cloud(scope)
        sound = Track("", "", (), features, duration_ms=duration_ms)
        point = await asyncio.to_thread(recommender.seed_of, columns_of([sound]), None, ())
        z = tuple(recommender.z_scores(features))
        [where] = cloud.positions(point.point[None])
        return Prediction(
            point.cluster,
            recommender.profile(point.cluster).name,
            standing_out(z),
            z,
            where,
            await self._similar.near(point, scope),
        )
