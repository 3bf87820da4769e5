"""A small part of the embedded catalogue: what imports and trains takes a second instead of five."""

import asyncio
from pathlib import Path

import pandas as pd

from bot.services.catalogue.import_tables import ImportCatalogue
from bot.services.catalogue.train import TrainModel
from bot.storage.catalogue.folder import CatalogueFolder
from tests.sources.tables.fictional import EMBEDDED

ARTISTS = ("Queen", "Eagles", "TOTO", "Eminem", "Britney Spears")
SONGS = 300


def write_small_data(folder: Path) -> None:
    """A folder for `SAMEWAVE_DATA_DIR`: these artists' songs and, up to `SONGS`, some of all genres."""
    table = pd.read_parquet(EMBEDDED)
    known = table["artists"].isin(ARTISTS)
    chosen = pd.concat([table[known], table[~known].iloc[:: len(table) // SONGS]])
    (folder / "embedded").mkdir(parents=True)
    chosen.to_parquet(folder / "embedded" / EMBEDDED.name)


def make_small_state(data: Path, state: Path) -> None:
    """What a first start with that folder makes."""
    asyncio.run(_make(data / "embedded" / EMBEDDED.name, state))


async def _make(table: Path, state: Path) -> None:
    catalogues, models = CatalogueFolder(state / "catalogues"), state / "models"
    await ImportCatalogue(catalogues, embedded=table, models=models)(table)
    await TrainModel(catalogues, models)(clusters=None, seed=1, progress=lambda stage, done: None)
