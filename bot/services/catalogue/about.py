"""What there is behind the answers: catalogue, model, hot list, measured quality."""

import json
from collections.abc import Mapping

from bot.domain.about import State
from bot.services.model_store import ModelStore
from bot.storage.catalogue.tracks import Tracks
from bot.storage.state.charts import Charts
from bot.storage.state.metadata import CATALOGUE, QUALITY, Metadata


class About:
    """Gathers it."""

    def __init__(self, tracks: Tracks, charts: Charts, facts: Metadata, models: ModelStore) -> None:
        self._tracks = tracks
        self._charts = charts
        self._facts = facts
        self._models = models

    async def __call__(self) -> State:
        """The state of now.

        Raises:
            ModelUnavailable: there is no model.
        """
        bundle = self._models.recommender.bundle
        return State(
            tracks=await self._tracks.count(),
            clusters=len(bundle.profiles),
            trained=bundle.created,
            chart=await self._charts.current(),
            quality=await self._quality(),
        )

    async def tracks(self) -> int:
        """How many tracks the catalogue has."""
        return await self._tracks.count()

    async def model_is_current(self) -> bool:
        """Whether the model in force was trained on this catalogue.

        Raises:
            ModelUnavailable: there is no model.
        """
        return self._models.recommender.bundle.fingerprint == await self._facts.get(CATALOGUE)

    async def _quality(self) -> Mapping[str, Mapping[str, float]]:
        noted = await self._facts.get(QUALITY)
        if noted is None:
            return {}
        measured = json.loads(noted)
        if measured["catalogue"] != await self._facts.get(CATALOGUE):
            return {}
        methods: Mapping[str, Mapping[str, float]] = measured["methods"]
        return methods
