"""Gets a public catalogue by name: downloads, checks and imports it, and trains on it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from bot.domain.errors import UnreadableTable
from bot.services.catalogue.import_tables import ImportCatalogue, ImportReport, Progress
from bot.services.catalogue.read_table import read_table, survey_table
from bot.services.catalogue.train import TrainModel
from bot.sources.catalogues.public import BELIEVED_SHARE, PublicCatalogue
from bot.sources.tables.roles import fold
from bot.sources.tables.table import DEFAULT_OPTIONS


class Fetch(Protocol):
    """Downloads a file of at most `size` bytes; `progress` gets the bytes so far and in all."""

    async def __call__(
        self, address: str, target: Path, *, size: int, progress: Callable[[int, int | None], None]
    ) -> None:
        """Raises `DownloadFailed` if it is not available, `StorageFailed` if the disk is full."""


class GetPublicCatalogue:
    """Downloads into a folder, checks the file, imports it and trains on it."""

    def __init__(
        self, folder: Path, fetch: Fetch, import_catalogue: ImportCatalogue, train: TrainModel
    ) -> None:
        self._folder = folder
        self._fetch = fetch
        self._import = import_catalogue
        self._train = train

    async def __call__(
        self, catalogue: PublicCatalogue, *, clusters: int | None, seed: int, progress: Progress
    ) -> tuple[ImportReport, str]:
        """Get one; returns the report of its import, and the name of the model.

        Args:
            clusters, seed: of the training.
            progress: called with a stage in words and the fraction done, on the event loop.

        Raises:
            DownloadFailed: it is not available; a partial file is kept for the next attempt.
            UnreadableTable: the file is not the expected table.
            StorageFailed: the disk is full, or another import is running.
        """
        file = self._folder / catalogue.file_name

        def fetching(have: int, all: int | None) -> None:
            whole = all or catalogue.megabytes << 20
            progress(f"Fetching {catalogue.name}", min(1.0, have / max(1, whole)))

        if not file.exists():
            progress(f"Fetching {catalogue.name}", 0.0)
            await self._fetch(catalogue.address, file, size=catalogue.limit, progress=fetching)
        try:
            progress("Checking the file", 0.0)
            await asyncio.to_thread(check_shape, file, catalogue)
            report = await self._import(file, progress=progress)
        except UnreadableTable:
            file.unlink(missing_ok=True)  # the next attempt starts from the beginning
            raise
        model = await self._train(clusters=clusters, seed=seed, progress=progress)
        file.unlink(missing_ok=True)
        return report, model


def check_shape(file: Path, catalogue: PublicCatalogue) -> None:
    """Check a downloaded table against the known columns, number of rows and ranges of values.

    Raises:
        UnreadableTable: it is not the expected table.
    """
    plan = survey_table(file, DEFAULT_OPTIONS)
    columns = set(map(fold, plan.columns.names))
    lacking = sorted(name for name in catalogue.columns if fold(name) not in columns)
    if lacking:
        raise _another(catalogue, f"it has no column {', '.join(lacking)}")
    least = int(BELIEVED_SHARE * catalogue.rows)
    if plan.rows < least:
        raise _another(catalogue, f"it has {plan.rows:,} rows, {catalogue.rows:,} are known")
    good = sum(len(chunk.tracks) for chunk in read_table(file, plan, DEFAULT_OPTIONS, None))
    if good < least:
        raise _another(catalogue, f"only {good:,} of its {plan.rows:,} rows are songs with values in range")


def _another(catalogue: PublicCatalogue, why: str) -> UnreadableTable:
    return UnreadableTable(
        f"What {catalogue.address} gives is not the catalogue {catalogue.name} that is known: {why}. "
        "It was not imported."
    )
