"""The catalogue and the model are replaced together, and no answer mixes two of them."""

import gc
import sqlite3
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import ModelUnavailable, SongNotFound, StorageFailed
from bot.domain.recommendations import Recommendation
from bot.domain.tracks import Track
from bot.model_building import MaintenanceServices, open_maintenance
from bot.services.scope import Scope
from bot.services.use_cases import Services
from bot.wiring import open_services
from tests.sources.tables.fictional import FEATURES, csv_file, song
from tests.support.catalogues import catalogue_file
from tests.support.settings import settings_for

OLD, NEW = "Bohemian Rhapsody", "The Imaginary Lighthouse Number 1"


@pytest.fixture
def state(small_state: Path) -> Path:
    """A small catalogue will do: its trainings are quick."""
    return small_state


@asynccontextmanager
async def opened(state: Path) -> AsyncIterator[tuple[Services, MaintenanceServices]]:
    """A bot that runs, and beside it what imports and trains."""
    settings = settings_for(state)
    async with (
        open_services(settings, rng=np.random.default_rng(1)) as services,
        open_maintenance(settings) as maintenance,
    ):
        await services.models.load()
        yield services, maintenance


def table(tmp_path: Path, songs: int = 60) -> Path:
    """A table of made-up songs, enough to train on."""
    chance = np.random.default_rng(1)
    made = [
        song(number, artists=[f"Nobody {number}"], **{name: float(chance.random()) for name in FEATURES})
        for number in range(songs)
    ]
    for one in made:
        one["loudness"], one["tempo"] = -10.0 * one["loudness"], 60 + 100 * one["tempo"]
    return csv_file(tmp_path / "table.csv", made)


async def answer(services: Services, query: str) -> Recommendation:
    found = await services.recommend.song(query, services.scope.nowhere)
    assert isinstance(found, Recommendation)
    return found


async def is_known(services: Services, query: str) -> bool:
    """Whether it is answered at once; "Did you mean …?" is no answer."""
    try:
        return isinstance(await services.recommend.song(query, services.scope.nowhere), Recommendation)
    except SongNotFound:
        return False


async def picked(services: Services, scope: Scope) -> Track:
    found = await services.recommend.song(NEW, scope)
    assert isinstance(found, Recommendation)
    return found.pick


async def train(maintenance: MaintenanceServices) -> str:
    return await maintenance.train(clusters=3, seed=1, progress=lambda stage, done: None)


async def test_imported_songs_are_known_before_anybody_trains(state: Path, tmp_path: Path) -> None:
    """The catalogue was made of the one that the model was trained on: their rows are the same."""
    async with opened(state) as (services, maintenance):
        assert not await is_known(services, NEW)
        before = services.models.current()
        await maintenance.import_catalogue(table(tmp_path))
        assert services.models.current() is before
        await services.models.load()
        now = services.models.current()
        assert now.model is before.model
        assert now.tracks.catalogue.digest != before.tracks.catalogue.digest
        assert (await answer(services, NEW)).seed.title == NEW
        assert (await answer(services, OLD)).pick.row is not None
        assert not await services.models.is_current()
        await train(maintenance)
        await services.models.load()
        assert await services.models.is_current()


async def test_a_fresh_catalogue_waits_for_its_model_and_both_come_at_once(
    state: Path, tmp_path: Path
) -> None:
    async with opened(state) as (services, maintenance):
        before = services.models.current()
        await maintenance.import_catalogue(table(tmp_path), fresh=True)
        await services.models.load()
        assert services.models.current() is before
        assert (await answer(services, OLD)).pick.title
        async with opened(state) as (restarted, _):  # the model's catalogue is still there
            assert (await answer(restarted, OLD)).pick.title
            assert not await restarted.models.is_current()
        name = await train(maintenance)
        await services.models.load()
        now = services.models.current()
        assert now.recommender.name == name
        assert await now.tracks.count() == 60
        assert (await answer(services, NEW)).pick.title.startswith("The Imaginary Lighthouse")
        with pytest.raises(SongNotFound):
            await answer(services, OLD)


async def test_a_request_keeps_the_catalogue_and_model_it_began_with(state: Path, tmp_path: Path) -> None:
    async with opened(state) as (services, maintenance):
        begun = services.scope.nowhere
        old_file = catalogue_file(state)
        await maintenance.import_catalogue(table(tmp_path), fresh=True)
        await train(maintenance)
        await services.models.load()
        assert not old_file.exists()  # whoever has it open goes on reading it
        found = await services.recommend.song(OLD, begun)
        assert isinstance(found, Recommendation)
        assert found.pick.id in {track.id for track in await begun.serving.tracks.popular(10_000)}
        catalogue = weakref.ref(begun.serving.tracks.catalogue)
        del begun
        gc.collect()
        assert catalogue() is None


async def test_what_was_heard_and_disliked_counts_after_a_swap(state: Path, tmp_path: Path) -> None:
    """A fresh catalogue gives the same songs other rows."""
    async with opened(state) as (services, maintenance):
        await maintenance.import_catalogue(table(tmp_path, 24), fresh=True)
        await train(maintenance)
        await services.models.load()
        here = replace(services.scope.nowhere, channel=1, user=7)
        heard = [await picked(services, here) for _ in range(3)]
        await services.guilds.feedback.press(7, heard[0].id, here, liked=False)
        head, *rows = (tmp_path / "table.csv").read_text().splitlines()
        (tmp_path / "other.csv").write_text("\n".join([head, *reversed(rows)]) + "\n")
        await maintenance.import_catalogue(tmp_path / "other.csv", fresh=True)
        await train(maintenance)
        await services.models.load()
        scope = await services.scope(1, guild=None, user=7, age_restricted=False)
        [track] = await scope.serving.tracks.by_rows(scope.serving.tracks.rows_of(scope.unwanted.tracks))
        assert (track.id, track.row) != (heard[0].id, heard[0].row)
        assert track.id == heard[0].id
        left = [await picked(services, scope) for _ in range(20)]
        assert not {track.id for track in left} & {track.id for track in heard}


async def test_a_damaged_catalogue_is_not_taken_up(state: Path, tmp_path: Path) -> None:
    async with opened(state) as (services, maintenance):
        before = services.models.current()
        await maintenance.import_catalogue(table(tmp_path))
        catalogue_file(state).write_bytes(b"no catalogue" * 1_000)
        with pytest.raises(StorageFailed, match="is damaged"):
            await services.models.load()
        assert services.models.current() is before
        assert (await answer(services, OLD)).pick.title


async def test_a_model_whose_catalogue_is_gone_is_a_sentence(state: Path, tmp_path: Path) -> None:
    model_catalogue = catalogue_file(state)
    async with open_maintenance(settings_for(state)) as maintenance:
        await maintenance.import_catalogue(table(tmp_path), fresh=True)
    model_catalogue.unlink()
    async with open_services(settings_for(state), rng=np.random.default_rng(1)) as services:
        with pytest.raises(ModelUnavailable, match="samewave train"):
            await services.models.load()
        with closing(sqlite3.connect(catalogue_file(state))) as connection:
            assert connection.execute("SELECT count(*) FROM tracks").fetchone() == (60,)


async def test_a_start_removes_what_a_killed_import_left_and_nothing_else(
    state: Path, tmp_path: Path
) -> None:
    async with open_maintenance(settings_for(state)) as maintenance:
        await maintenance.import_catalogue(table(tmp_path), fresh=True)
    catalogues = state / "catalogues"
    kept = sorted(catalogues.glob("*.db"))
    assert len(kept) == 2  # the current one, and the model's
    (catalogues / "next.part").write_bytes(b"half a catalogue")
    (catalogues / f"{'0' * 64}.db").write_bytes(b"of no use any more")
    async with open_services(settings_for(state), rng=np.random.default_rng(1)):
        assert sorted(catalogues.glob("*.db")) == kept
        assert not (catalogues / "next.part").exists()
