"""Opens the maintenance services (import, training), separately because they import what reads tables."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.services.catalogue.import_tables import ImportCatalogue
from bot.services.catalogue.train import TrainModel
from bot.settings import Settings
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.opening import open_database
from bot.storage.state.metadata import Metadata
from bot.storage.upgrade import prepare_state


@dataclass(frozen=True)
class MaintenanceServices:
    """Import and training; closed by the caller of `open_maintenance`."""

    import_catalogue: ImportCatalogue
    train: TrainModel
    catalogues: CatalogueFolder
    metadata: Metadata


@asynccontextmanager
async def open_maintenance(settings: Settings) -> AsyncIterator[MaintenanceServices]:
    """Open the state database and the maintenance services.

    Raises:
        StorageFailed: the database cannot be opened.
    """
    await asyncio.to_thread(prepare_state, settings.state_dir)
    database = await open_database(settings.database, settings.postgres)
    try:
        catalogues = CatalogueFolder(settings.catalogues)
        yield MaintenanceServices(
            import_catalogue=ImportCatalogue(
                catalogues, embedded=settings.embedded_catalogue, models=settings.models
            ),
            train=TrainModel(catalogues, settings.models),
            catalogues=catalogues,
            metadata=Metadata(database),
        )
    finally:
        await database.close()
