"""Holds the model in force; takes a newer one up without a restart."""

import asyncio
import logging
from pathlib import Path

from bot.domain.errors import ModelUnavailable
from ml.serving.bundle import BundleError, current_bundle, read_bundle
from ml.serving.recommender import Recommender

log = logging.getLogger(__name__)


class ModelStore:
    """Loads bundles in a thread and swaps them in one assignment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._recommender: Recommender | None = None

    @property
    def recommender(self) -> Recommender:
        """The model in force.

        Raises:
            ModelUnavailable: none was loaded.
        """
        if self._recommender is None:
            raise ModelUnavailable(
                "I have no model to compare songs with yet; whoever hosts me can make one with "
                "`samewave train`."
            )
        return self._recommender

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


def _read(folder: Path, name: str) -> Recommender:
    return Recommender(read_bundle(folder, name))
