"""State folders with a small catalogue and a model of their own, to be published."""

import asyncio
from pathlib import Path

from bot.services.catalogue.backup import StateFolder
from bot.services.catalogue.import_tables import ImportCatalogue
from bot.services.catalogue.push import push
from bot.services.catalogue.train import TrainModel
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.published import Published
from bot.storage.catalogue.shared_folder import SharedFolder
from tests.sources.tables.fictional import EMBEDDED, Cells, csv_file, song

COMMON = "Nobody Remembers This"


def make_pair(state: Path, first: int, count: int) -> None:
    """A fresh catalogue of songs numbered from `first`, the first of them called `COMMON`, and its model."""
    asyncio.run(_make(state, csv_file(state.with_suffix(".csv"), _songs(first, count))))


async def _make(state: Path, table: Path) -> None:
    catalogues, models = CatalogueFolder(state / "catalogues"), state / "models"
    await ImportCatalogue(catalogues, embedded=EMBEDDED, models=models)(table, fresh=True)
    await TrainModel(catalogues, models)(clusters=2, seed=1, progress=lambda stage, done: None)


def _songs(first: int, count: int) -> list[Cells]:
    return [
        song(
            number,
            title=COMMON if number == first else f"Invented Tune {number}",
            artists=[f"Artist {number}"],
            energy=(number - first) / count,
        )
        for number in range(first, first + count)
    ]


def publish(state: Path, folder: Path) -> Published:
    folder.mkdir(exist_ok=True)
    return push(StateFolder(state), SharedFolder(folder), lambda stage, done: None)
