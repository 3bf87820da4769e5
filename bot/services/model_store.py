"""Loads models, and holds the current catalogue and model."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import ModelUnavailable
from bot.storage.catalogue.audio_features import AudioFeatureRows
from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.labels import Labels
from bot.storage.catalogue.tracks import Tracks
from bot.storage.state.fetched_songs import FetchedSongs
from ml.serving.bundle import BundleError, current_bundle, no_model, read_bundle, trained_on
from ml.serving.recommender import Recommender

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """A matching pair of model and catalogue, from which one request is answered.

    Attributes:
        model: None if there is none; `recommender` then raises.
        tracks, labels, audio_features: the repositories of the catalogue.
    """

    model: Recommender | None
    tracks: Tracks
    labels: Labels
    audio_features: AudioFeatureRows

    @property
    def recommender(self) -> Recommender:
        """The model.

        Raises:
            ModelUnavailable: there is none.
        """
        if self.model is None:
            raise ModelUnavailable(
                "I have no model to compare songs with yet; my host can make one with `samewave train`."
            )
        return self.model

    @property
    def name(self) -> str:
        """A name that changes with the model and the catalogue."""
        return f"{self.model.name if self.model else ''} {self.tracks.catalogue.digest}"


async def newest_model(folder: Path, known: Recommender | None = None) -> Recommender:
    """Load the newest model of a folder; returns `known` if it is that one.

    Raises:
        ModelUnavailable: there is none, or it must not be loaded.
    """
    try:
        name = await asyncio.to_thread(current_bundle, folder)
        if name is None:
            raise no_model()
        if known is not None and name == known.name:
            return known
        return await asyncio.to_thread(lambda: Recommender(read_bundle(folder, name)))
    except BundleError as error:
        raise ModelUnavailable(str(error)) from error


class ServingStore:
    """Holds the current catalogue and model; loads newer ones without a restart.

    A model matches the catalogue it was trained on and catalogues derived from that one, because its row
    numbers are valid there. Any other catalogue (`samewave import --fresh`) waits until a model has been
    trained on it; then both are replaced in one assignment.
    """

    def __init__(self, models: Path, catalogues: CatalogueFolder, fetched: FetchedSongs) -> None:
        self._models = models
        self._catalogues = catalogues
        self._fetched = fetched
        self._newest: Recommender | None = None
        self._serving = self._pair(None, Catalogue.empty())
        self._loading = asyncio.Lock()

    def current(self) -> Serving:
        """The current catalogue and model."""
        return self._serving

    @property
    def model(self) -> Recommender | None:
        """The current model; None if none was loaded."""
        return self._serving.model

    @property
    def recommender(self) -> Recommender:
        """The current model.

        Raises:
            ModelUnavailable: none was loaded.
        """
        return self._serving.recommender

    async def open_catalogue(self) -> None:
        """Open the catalogue, before there is a model; remove what killed imports left.

        Raises:
            StorageFailed: it is damaged.
        """
        self._serving = self._pair(None, await asyncio.to_thread(self._catalogues.open))
        await asyncio.to_thread(self._catalogues.tidy, {trained_on(self._models) or ""})

    async def is_current(self) -> bool:
        """Whether the current model was trained on the newest catalogue.

        Raises:
            ModelUnavailable: none was loaded.
            StorageFailed: the catalogue's pointer cannot be read.
        """
        return self.recommender.bundle.fingerprint == await asyncio.to_thread(self._catalogues.current)

    async def load(self) -> None:
        """Load the newest catalogue and the newest model if they changed and match.

        Raises:
            ModelUnavailable: there is no model, or it cannot be loaded; the current one stays.
            StorageFailed: the catalogue is damaged; the current one stays.
        """
        async with self._loading:
            refused = None
            model = self._serving.model
            try:
                self._newest = model = await newest_model(self._models, self._newest)
            except ModelUnavailable as error:
                refused = error
            catalogue = await asyncio.to_thread(self._catalogue_for, model)
            if model is not self._serving.model or catalogue is not self._serving.tracks.catalogue:
                self._serving = self._pair(model, catalogue)
                log.info("model %s, catalogue %.12s", model.name if model else "none", catalogue.digest)
        if refused is not None:
            raise refused

    def _catalogue_for(self, model: Recommender | None) -> Catalogue:
        present = self._serving.tracks.catalogue
        digest = self._catalogues.current()
        newest = present if digest == present.digest else self._catalogues.open(digest)
        if model is None or newest.is_made_of(trained := model.bundle.fingerprint):
            return newest
        if present.is_made_of(trained):
            return present
        if not self._catalogues.file(trained).exists():
            raise ModelUnavailable(
                "The model was trained on a catalogue that is gone. Run `samewave train` to make a new one."
            )
        return self._catalogues.open(trained)

    def _pair(self, model: Recommender | None, catalogue: Catalogue) -> Serving:
        return Serving(
            model, Tracks(catalogue, self._fetched), Labels(catalogue), AudioFeatureRows(catalogue)
        )
