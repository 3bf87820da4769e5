"""Holds the model in force, takes a newer one up without a restart, and takes snapshots for requests."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import ModelUnavailable
from bot.storage.catalogue.audio_features import AudioFeatureRows
from bot.storage.catalogue.labels import Labels
from bot.storage.catalogue.tracks import Tracks
from ml.serving.bundle import BundleError, current_bundle, read_bundle
from ml.serving.recommender import Recommender

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """The model and the catalogue that one request is answered from.

    Attributes:
        model: None where there is none; `recommender` then raises.
        tracks, labels, sounds: the repositories of the catalogue.
    """

    model: Recommender | None
    tracks: Tracks
    labels: Labels
    sounds: AudioFeatureRows

    @property
    def recommender(self) -> Recommender:
        """The model.

        Raises:
            ModelUnavailable: there is none.
        """
        return _loaded(self.model)


class ModelStore:
    """Loads bundles in a thread and swaps them in one assignment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._recommender: Recommender | None = None

    @property
    def model(self) -> Recommender | None:
        """The model in force; None where none was loaded."""
        return self._recommender

    @property
    def recommender(self) -> Recommender:
        """The model in force.

        Raises:
            ModelUnavailable: none was loaded.
        """
        return _loaded(self._recommender)

    async def load(self) -> None:
        """Load the newest model, if it is not the one in force.

        Raises:
            ModelUnavailable: there is none, or it must not be loaded; the one in force stays.
        """
        try:
            name = await asyncio.to_thread(current_bundle, self._folder)
            if name is None:
                raise BundleError("There is no model yet. Run `samewave train` to make one.")
            if self._recommender is None or name != self._recommender.name:
                self._recommender = await asyncio.to_thread(_read, self._folder, name)
                log.info("model %s is in force", name)
        except BundleError as error:
            raise ModelUnavailable(str(error)) from error


class ServingStore:
    """Takes snapshots of what is in force."""

    def __init__(self, models: ModelStore, tracks: Tracks, labels: Labels, sounds: AudioFeatureRows) -> None:
        self._models = models
        self._tracks = tracks
        self._labels = labels
        self._sounds = sounds

    def current(self) -> Serving:
        """The model and the catalogue in force."""
        return Serving(self._models.model, self._tracks, self._labels, self._sounds)


def _loaded(model: Recommender | None) -> Recommender:
    if model is None:
        raise ModelUnavailable(
            "I have no model to compare songs with yet; whoever hosts me can make one with `samewave train`."
        )
    return model


def _read(folder: Path, name: str) -> Recommender:
    return Recommender(read_bundle(folder, name))
