"""What makes and measures models: opened apart from the services, which start quicker without it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.services.catalogue.import_tables import ImportCatalogue
from bot.services.catalogue.train import TrainModel
from bot.settings import Settings
from bot.storage.catalogue.tracks import Tracks
from bot.storage.database import Database
from bot.storage.state.metadata import Metadata


@dataclass(frozen=True)
class Workshop:
    """Importing and training; closed by whoever opened it."""

    import_catalogue: ImportCatalogue
    train: TrainModel
    tracks: Tracks
    facts: Metadata
    database: Database


@asynccontextmanager
async def open_workshop(settings: Settings) -> AsyncIterator[Workshop]:
    """Open the database and what works on it.

    Raises:
        StorageFailed: the database cannot be opened.
    """
    database = await Database.open(settings.database)
    try:
        facts = Metadata(database)
        yield Workshop(
            import_catalogue=ImportCatalogue(database, embedded=settings.embedded_catalogue),
            train=TrainModel(database, facts, settings.models),
            tracks=Tracks(database),
            facts=facts,
            database=database,
        )
    finally:
        await database.close()
