"""The current model: newer ones are taken up, wrong ones are refused before anything in them runs."""

import asyncio
import hashlib
import io
import json
import os
import pickle
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import ModelUnavailable
from bot.model_building import open_maintenance
from bot.services.model_store import ServingStore, newest_model
from bot.wiring import open_services
from ml.model.saving import read_estimators
from ml.serving.bundle import BundleError, current_bundle, read_bundle
from tests.support.reading import embed_of
from tests.support.settings import settings_for
from tests.support.world import open_world


@pytest.fixture
def state(small_state: Path) -> Path:
    """A small catalogue will do: its trainings are quick."""
    return small_state


@pytest.fixture
async def store(state: Path) -> AsyncIterator[ServingStore]:
    """With the state's model in force."""
    async with open_services(settings_for(state), rng=np.random.default_rng(1)) as services:
        await services.models.load()
        yield services.models


def bundle_of(state: Path) -> Path:
    name = current_bundle(state / "models")
    assert name is not None
    return state / "models" / name


def newer_bundle(state: Path) -> Path:
    """A copy of the model under a later name, in force."""
    place = bundle_of(state)
    newer = place.with_name("20991231T235959000000Z")
    shutil.copytree(place, newer)
    (state / "models" / "current").write_text(newer.name)
    return newer


class Mischief:
    """Unpickled, it leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.mark),)


async def test_a_newer_model_is_taken_up_without_a_restart(state: Path, store: ServingStore) -> None:
    old = store.recommender.name
    newer = newer_bundle(state)
    assert store.recommender.name == old
    await store.load()
    assert store.recommender.name == newer.name
    before = store.recommender
    await store.load()
    assert store.recommender is before


async def test_a_running_bot_answers_from_the_model_trained_meanwhile(state: Path) -> None:
    settings = settings_for(state)
    async with open_world(settings) as world:
        old = world.services.models.recommender.name
        assert embed_of(await world.say(world.listener, "!recommend Bohemian Rhapsody")).url
        async with open_maintenance(settings) as maintenance:
            name = await maintenance.train(clusters=12, seed=5, progress=lambda stage, fraction: None)
        await world.services.models.load()
        assert world.services.models.recommender.name == name != old
        assert embed_of(await world.say(world.listener, "!recommend Bohemian Rhapsody")).url
        assert len(world.services.models.recommender.bundle.profiles) == 12


async def test_many_questions_during_a_change_of_models_all_get_an_answer(
    state: Path, store: ServingStore
) -> None:
    newer_bundle(state)
    loading = asyncio.create_task(store.load())
    while not loading.done():
        recommender = store.recommender
        assert recommender.bundle.name == recommender.name
        await asyncio.sleep(0)
    await loading


async def test_without_any_model_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    async with open_services(settings_for(tmp_path), rng=np.random.default_rng(1)) as services:
        with pytest.raises(ModelUnavailable, match="samewave train"):
            await services.models.load()
        with pytest.raises(ModelUnavailable, match="samewave train"):
            _ = services.models.recommender


def flip_a_bit(place: Path, file: str = "model.npz") -> None:
    body = bytearray((place / file).read_bytes())
    body[len(body) // 2] ^= 1
    (place / file).write_bytes(body)


def empty_an_array(place: Path) -> None:
    (place / "clusters.npy").write_bytes(b"")


def lose_a_file(place: Path) -> None:
    (place / "scaled.npy").unlink()


def lose_the_manifest(place: Path) -> None:
    (place / "manifest.json").unlink()


def change_manifest(place: Path, **changes: object) -> None:
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    (place / "manifest.json").write_text(json.dumps(manifest | changes), "utf-8")


def another_scikit_learn(place: Path) -> None:
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    change_manifest(place, versions=manifest["versions"] | {"scikit-learn": "0.1"})


def another_format(place: Path) -> None:
    change_manifest(place, format=999)


def other_features(place: Path) -> None:
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    change_manifest(place, features=list(reversed(manifest["features"])))


def no_json(place: Path) -> None:
    (place / "manifest.json").write_text("{", "utf-8")


def a_list(place: Path) -> None:
    (place / "manifest.json").write_text("[1, 2]", "utf-8")


def fewer_files(place: Path) -> None:
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    change_manifest(place, files={k: v for k, v in manifest["files"].items() if k != "bundle.joblib"})


WAYS = [
    *(flip_a_bit, empty_an_array, lose_a_file, lose_the_manifest),
    *(another_format, other_features, no_json, a_list, fewer_files),
]


@pytest.mark.parametrize("spoil", WAYS)
async def test_a_spoilt_model_is_refused_and_the_one_in_force_stays(
    state: Path, store: ServingStore, spoil: object
) -> None:
    assert callable(spoil)
    before = store.recommender
    spoil(newer_bundle(state))
    with pytest.raises(ModelUnavailable, match="samewave train"):
        await store.load()
    assert store.recommender is before
    with pytest.raises(ModelUnavailable):
        await newest_model(state / "models")


def forged(place: Path, file: str, body: bytes) -> None:
    """A forged bundle has matching digests."""
    (place / file).write_bytes(body)
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    change_manifest(place, files=manifest["files"] | {file: hashlib.sha256(body).hexdigest()})


@pytest.mark.parametrize("file", ["model.npz", "clusters.npy", "coordinates.npy"])
async def test_nothing_runs_in_a_forged_model(
    state: Path, tmp_path: Path, store: ServingStore, file: str
) -> None:
    mark = tmp_path / "mark"
    forged(newer_bundle(state), file, pickle.dumps(Mischief(mark)))
    with pytest.raises(ModelUnavailable):
        await store.load()
    assert not mark.exists()


async def test_serving_never_opens_the_estimators(state: Path, tmp_path: Path, store: ServingStore) -> None:
    newer = newer_bundle(state)
    forged(newer, "bundle.joblib", pickle.dumps(Mischief(tmp_path / "mark")))
    await store.load()
    assert store.recommender.name == newer.name
    (newer / "bundle.joblib").unlink()
    await newest_model(state / "models")
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("spoil", [partial(flip_a_bit, file="bundle.joblib"), another_scikit_learn])
def test_estimators_that_do_not_match_are_not_opened(state: Path, spoil: object) -> None:
    assert callable(spoil)
    newer = newer_bundle(state)
    spoil(newer)
    with pytest.raises(BundleError, match="samewave train"):
        read_estimators(newer.parent, newer.name)


@pytest.mark.parametrize("file", ["bundle.joblib", "clusters.npy"])
async def test_nothing_in_a_foreign_model_runs(
    state: Path, tmp_path: Path, store: ServingStore, file: str
) -> None:
    newer = newer_bundle(state)
    mark = tmp_path / "mark"
    (newer / file).write_bytes(pickle.dumps(Mischief(mark)))
    with suppress(ModelUnavailable):
        await store.load()
    with pytest.raises(BundleError):
        (read_estimators if file == "bundle.joblib" else read_bundle)(newer.parent, newer.name)
    assert not mark.exists()
    pickle.loads((newer / file).read_bytes())
    assert mark.exists()  # it would have


async def test_an_extra_file_in_the_folder_is_never_opened(state: Path, tmp_path: Path) -> None:
    newer = newer_bundle(state)
    (newer / "extra.joblib").write_bytes(pickle.dumps(Mischief(tmp_path / "mark")))
    await newest_model(state / "models")
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("pointer", [b"", b"nowhere", b"../../etc", b"20991231T235959000000Z", b"\xff"])
async def test_a_damaged_pointer_is_refused(state: Path, store: ServingStore, pointer: bytes) -> None:
    (state / "models" / "current").write_bytes(pointer)
    before = store.recommender
    with pytest.raises(ModelUnavailable):
        await store.load()
    assert store.recommender is before


def test_a_bundle_reads_back_as_it_was_written(state: Path) -> None:
    place = bundle_of(state)
    first, second = (read_bundle(place.parent, place.name) for _ in range(2))
    assert first.profiles == second.profiles
    assert (first.arrays.rows == second.arrays.rows).all()
    assert sum(profile.size for profile in first.profiles) == len(first.arrays.rows)
    assert [profile.number for profile in first.profiles] == list(range(len(first.profiles)))
    assert all(profile.name for profile in first.profiles)
    with pytest.raises(BundleError):
        read_bundle(place.parent, "20000101T000000000000Z")


def change_array(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def spoil(place: Path) -> None:
        body = io.BytesIO()
        np.save(body, change(np.load(place / f"{name}.npy")))
        forged(place, f"{name}.npy", body.getvalue())

    return spoil


def of_no_number(values: np.ndarray) -> np.ndarray:
    values[len(values) // 2] = np.nan
    return values


def huge_picture(place: Path) -> None:
    picture = bytearray((place / "backdrop.png").read_bytes())
    picture[16:20] = (40_000).to_bytes(4)
    forged(place, "backdrop.png", bytes(picture))


@pytest.mark.parametrize(
    "spoil",
    [
        change_array("clusters", lambda clusters: clusters + 1_000),
        change_array("clusters", lambda clusters: clusters[::-1]),
        change_array("rows", lambda rows: -rows),
        change_array("songs", lambda songs: songs.astype(np.float64)),
        change_array("artists", lambda artists: artists.reshape(-1, 1)),
        change_array("scaled", of_no_number),
        change_array("radii", of_no_number),
        change_array("coordinates", lambda coordinates: coordinates[:, :2]),
        huge_picture,
    ],
)
async def test_a_forged_model_of_impossible_values_is_refused(
    state: Path, store: ServingStore, spoil: Callable[[Path], None]
) -> None:
    spoil(newer_bundle(state))
    with pytest.raises(ModelUnavailable, match="samewave train"):
        await store.load()
