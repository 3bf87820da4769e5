"""The state of the bot: catalogue, model, hot list, measured quality."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.domain.about import State
from bot.services.model_store import ServingStore
from bot.sources.catalogues.public import EMBEDDED_FILE, licences_of
from bot.storage.state.charts import Charts
from bot.storage.state.metadata import QUALITY, Metadata

log = logging.getLogger(__name__)

Figures = Mapping[str, Mapping[str, float]]


class About:
    """Reads the state of the bot."""

    def __init__(self, charts: Charts, metadata: Metadata, serving: ServingStore, embedded: Path) -> None:
        """Args: embedded: the figures that ship with the embedded catalogue."""
        self._charts = charts
        self._metadata = metadata
        self._serving = serving
        self._embedded = embedded

    async def __call__(self) -> State:
        """Return the current state.

        Raises:
            ModelUnavailable: there is no model.
        """
        serving = self._serving.current()
        bundle = serving.recommender.bundle
        files = serving.tracks.catalogue.imported_files()
        measured = await self._measured(serving.tracks.catalogue.digest)
        return State(
            model=bundle.name,
            tracks=await serving.tracks.count(),
            tables=licences_of(files),
            clusters=len(bundle.profiles),
            trained=bundle.created,
            chart=await self._charts.current(),
            quality=measured[0] if measured else await self._shipped(),
            unseen=measured[1] if measured else {},
            measured_here=measured is not None or set(files) == {EMBEDDED_FILE},
        )

    async def tracks(self) -> int:
        return await self._serving.current().tracks.count()

    def tables(self) -> Sequence[tuple[str, str]]:
        """The tables the catalogue was imported from, each with its licence; "" if unknown."""
        return licences_of(self.imported_files())

    def imported_files(self) -> list[str]:
        """The file names of the tables in the newest catalogue."""
        return self._serving.current().tracks.catalogue.imported_files()

    async def _measured(self, catalogue: str) -> tuple[Figures, Figures] | None:
        """The figures of this catalogue, with artists and with playlists held out as well."""
        noted = await self._metadata.get(QUALITY)
        if noted is None:
            return None
        measured = json.loads(noted)
        if measured["catalogue"] != catalogue:
            return None
        return measured["methods"], measured.get("unseen", {})

    async def _shipped(self) -> Figures:
        """The figures that ship with the embedded catalogue; empty if the file is missing."""
        try:
            text = await asyncio.to_thread(self._embedded.read_text, "utf-8")
            methods = json.loads(text)["methods"]
            return {
                method: {metric: float(estimate["mean"]) for metric, estimate in metrics.items()}
                for method, metrics in methods.items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("%s cannot be read (%s)", self._embedded, error)
            return {}
