import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.errors import ModelUnavailable, UnreadableTable
from bot.services.catalogue import train as train_model
from bot.services.catalogue.import_tables import ImportCatalogue
from bot.services.catalogue.train import TrainModel
from bot.services.worker_process import Died, apart
from bot.storage.database import Database
from bot.storage.state.metadata import Metadata
from ml.serving.bundle import current_bundle
from tests.sources.tables.fictional import EMBEDDED, csv_file, song

Say = Callable[[object], None]


def count(to: int, say: Say) -> None:
    for number in range(to):
        say((number, os.getpid()))


def refuse(say: Say) -> None:
    say("first")
    raise UnreadableTable("Too {odd} to read.", detail="for the log")


def die(say: Say) -> None:
    os._exit(9)


def test_what_is_said_comes_over_in_order_from_another_process() -> None:
    said = list(apart(count, 3))
    assert [number for number, _ in said] == [0, 1, 2]
    assert os.getpid() not in {process for _, process in said}


def test_a_refusal_keeps_its_words() -> None:
    saying = apart(refuse)
    assert next(saying) == "first"
    with pytest.raises(UnreadableTable, match=r"Too \{odd\} to read") as refused:
        next(saying)
    assert refused.value.detail == "for the log"


def test_a_death_is_noticed() -> None:
    with pytest.raises(Died, match="die ended with 9"):
        list(apart(die))


@pytest.mark.slow
async def test_a_training_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_model, "APART_FROM", 0)
    database = await Database.open(tmp_path / "samewave.db")
    try:
        train = TrainModel(database, Metadata(database), tmp_path / "models")
        with pytest.raises(ModelUnavailable, match="The catalogue has 0 songs"):
            await train(clusters=2, seed=1, progress=lambda stage, done: None)
        songs = [song(number, energy=number / 100) for number in range(40)]
        await ImportCatalogue(database, embedded=EMBEDDED)(csv_file(tmp_path / "table.csv", songs))
        stages: list[str] = []
        name = await train(clusters=2, seed=1, progress=lambda stage, done: stages.append(stage))
        assert name == current_bundle(tmp_path / "models")
        assert {"Reading the catalogue", "Clustering", "Naming the clusters"} <= set(stages)
    finally:
        await database.close()
