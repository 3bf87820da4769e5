from pathlib import Path

import pytest

from bot.domain.errors import ModelUnavailable
from bot.services.catalogue.import_tables import ImportCatalogue
from bot.services.catalogue.train import TrainModel
from bot.storage.catalogue.folder import CatalogueFolder
from ml.serving.bundle import current_bundle, trained_on
from tests.sources.tables.fictional import EMBEDDED, csv_file, song


async def test_a_training_tells_its_steps_in_order(tmp_path: Path) -> None:
    catalogues, models = CatalogueFolder(tmp_path / "catalogues"), tmp_path / "models"
    train = TrainModel(catalogues, models)
    with pytest.raises(ModelUnavailable, match="The catalogue has 0 songs"):
        await train(clusters=2, seed=1, progress=lambda stage, done: None)
    songs = [song(number, energy=number / 100) for number in range(40)]
    table = csv_file(tmp_path / "table.csv", songs)
    await ImportCatalogue(catalogues, embedded=EMBEDDED, models=models)(table)
    told: list[tuple[str, float]] = []
    name = await train(clusters=2, seed=1, progress=lambda stage, done: told.append((stage, done)))
    assert name == current_bundle(models)
    assert trained_on(models) == catalogues.current()
    stages = list(dict.fromkeys(stage for stage, _ in told))
    assert stages[0] == "Reading the catalogue"
    assert stages.index("Clustering") < stages.index("Naming the clusters")
    assert stages[-1] == "Saving the model"
    for stage in stages:
        fractions = [done for other, done in told if other == stage]
        assert fractions == sorted(fractions)
