"""Trains a model on the imported catalogue and activates it."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot.domain.errors import StorageFailed
from bot.services.workers import run_in_thread
from bot.storage.catalogue.folder import CatalogueFolder

Progress = Callable[[str, float], None]


class TrainModel:
    """Reads the imported rows, trains in a thread, writes the bundle atomically."""

    def __init__(self, catalogues: CatalogueFolder, folder: Path) -> None:
        self._catalogues = catalogues
        self._folder = folder

    async def __call__(self, *, clusters: int | None, seed: int, progress: Progress) -> str:
        """Train and activate a model; returns the bundle's name.

        Args:
            clusters: how many; None lets the number grow with the catalogue.
            seed: of every random choice.
            progress: called in the thread with a stage in words and the fraction of it done.

        Raises:
            ModelUnavailable: the catalogue cannot be trained on, with the reason.
            StorageFailed: the disk is full; the current model stays.
        """
        digest = await asyncio.to_thread(self._catalogues.current)
        file = self._catalogues.file(digest) if digest else None
        work = partial(_train, self._folder, file, clusters, seed, digest, progress)
        try:
            name = await run_in_thread(work)
        except OSError as error:
            raise StorageFailed(
                f"The model could not be saved ({error.strerror}). Free some disk space and run "
                "`samewave train` again; the model in force stays.",
                detail=str(error),
            ) from error
        await asyncio.to_thread(self._catalogues.tidy, {digest})
        return name


def _train(
    folder: Path, file: Path | None, clusters: int | None, seed: int, fingerprint: str, progress: Progress
) -> str:
    progress("Reading the catalogue", 0.0)
    # scikit-learn takes longer to import than a command that finds the model in force takes in all.
    from bot.services.catalogue.train_bundle import train_bundle  # noqa: PLC0415

    return train_bundle(folder, file, clusters, seed, fingerprint, progress)
