"""The state of the bot: catalogue, model, hot list, measured quality."""

import json
from collections.abc import Mapping, Sequence

from bot.domain.about import State
from bot.services.model_store import ServingStore
from bot.sources.catalogues.public import licences_of
from bot.storage.state.charts import Charts
from bot.storage.state.metadata import QUALITY, Metadata


class About:
    """Reads the state of the bot."""

    def __init__(self, charts: Charts, metadata: Metadata, serving: ServingStore) -> None:
        self._charts = charts
        self._metadata = metadata
        self._serving = serving

    async def __call__(self) -> State:
        """Return the current state.

        Raises:
            ModelUnavailable: there is no model.
        """
        serving = self._serving.current()
        bundle = serving.recommender.bundle
        return State(
            tracks=await serving.tracks.count(),
            tables=self.tables(),
            clusters=len(bundle.profiles),
            trained=bundle.created,
            chart=await self._charts.current(),
            quality=await self._quality(serving.tracks.catalogue.digest),
        )

    async def tracks(self) -> int:
        return await self._serving.current().tracks.count()

    def tables(self) -> Sequence[tuple[str, str]]:
        """The tables the catalogue was imported from, each with its licence; "" if unknown."""
        return licences_of(self.imported_files())

    def imported_files(self) -> list[str]:
        """The file names of the tables in the newest catalogue."""
        return self._serving.current().tracks.catalogue.imported_files()

    async def model_is_current(self) -> bool:
        """Whether the current model was trained on the newest catalogue.

        Raises:
            ModelUnavailable: there is no model.
            StorageFailed: the catalogue's pointer cannot be read.
        """
        return await self._serving.is_current()

    async def _quality(self, catalogue: str) -> Mapping[str, Mapping[str, float]]:
        noted = await self._metadata.get(QUALITY)
        if noted is None:
            return {}
        measured = json.loads(noted)
        if measured["catalogue"] != catalogue:
            return {}
        methods: Mapping[str, Mapping[str, float]] = measured["methods"]
        return methods
