"""Catalogue and model are published for other machines: whole, as a pair, without code; else not at all."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.domain.sharing import SharingFailed
from bot.services.catalogue.backup import StateFolder
from bot.services.catalogue.pull import REFUSED_SECONDS, PullCatalogue
from bot.services.model_store import newest_model
from bot.shared_catalogue import open_pull
from bot.sources.http import Http
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.published import INDEX, Published
from bot.storage.catalogue.shared_folder import SharedFolder
from tests.support.published import make_pair, publish
from tests.support.settings import NOWHERE, settings_for
from tests.support.stand_ins.folder_server import FolderServer


@dataclass
class Place:
    """A shared folder and who takes up from it, by its path or through a web server."""

    folder: Path
    setting: str
    http: Http

    def pull(self, state: Path) -> PullCatalogue:
        pull = open_pull(settings_for(state, shared_catalogue=self.setting), self.http)
        assert pull is not None
        return pull


@pytest.fixture(params=["folder", "http"])
async def place(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    folder = tmp_path / "shared"
    folder.mkdir()
    http = Http()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(http.close)
        setting = str(folder)
        if request.param == "http":
            setting = (await stack.enter_async_context(FolderServer(folder))).address
        yield Place(folder, setting, http)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three state folders, each with a catalogue and a model of its own. Copy, do not touch."""
    folder = tmp_path_factory.mktemp("made")
    for number in range(3):
        make_pair(folder / f"{number}", first=number * 1_000, count=40)
    return [folder / f"{number}" for number in range(3)]


@pytest.fixture
def pairs(made: list[Path], tmp_path: Path) -> list[Path]:
    for state in made:
        shutil.copytree(state, tmp_path / state.name)
    return [tmp_path / state.name for state in made]


async def in_force(state: Path) -> tuple[str, str]:
    """The catalogue and the model that would answer."""
    model = await newest_model(state / "models")
    catalogue = CatalogueFolder(state / "catalogues").open()
    assert catalogue.is_made_of(model.bundle.fingerprint)
    return catalogue.digest, model.name


async def test_what_is_published_is_taken_up_whole_and_older_ones_go(
    place: Place, pairs: list[Path], tmp_path: Path
) -> None:
    other, told = tmp_path / "other", list[float]()
    assert await place.pull(other)() is None  # nothing is published
    assert not (other / "models").exists()
    for maker in pairs:
        publish(maker, place.folder)
        told.clear()
        taken = await place.pull(other)(tell=lambda stage, share: told.append(share))
        assert taken is not None
        assert await in_force(other) == await in_force(maker) == (taken.catalogue, taken.model)
        assert all(0 <= share <= 1 for share in told)
        assert max(told) == 1
        assert await place.pull(other)() is None  # no news
    assert len(list(place.folder.glob("catalogues/*"))) == 2  # this one, and the one before for the slow
    assert len(list(place.folder.glob("models/*"))) == 2
    assert len(list(other.glob("catalogues/*.db"))) == 1
    assert len(list(other.glob("models/*Z"))) == 2
    assert not list(other.glob("downloads/shared/*"))
    for folder in (place.folder, other):
        assert not list(folder.rglob("*.joblib"))
        assert not list(folder.rglob("*.part"))


async def test_whoever_made_it_does_not_go_back_and_damage_is_mended_by_another_pull(
    place: Place, pairs: list[Path], tmp_path: Path
) -> None:
    maker, newer, other = *pairs[:2], tmp_path / "other"
    publish(maker, place.folder)
    pull = place.pull(maker)
    for name in ("catalogues", "models"):  # as another import and training leave them
        shutil.rmtree(maker / name)
        shutil.copytree(newer / name, maker / name)
    assert await pull() is None  # what is published is what this folder had before
    assert await in_force(maker) == await in_force(newer)
    await place.pull(other)()
    before = await in_force(other)
    (other / "models" / before[1] / "radii.npy").write_bytes(b"damaged")
    assert await place.pull(other)() is None
    assert await place.pull(other)(again=True) is not None
    assert await in_force(other) == before


def rewritten(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    contents = json.loads((folder / INDEX).read_text())
    change(contents)
    (folder / INDEX).write_text(json.dumps(contents))


def with_digests_that_fit(folder: Path) -> None:
    """As a stranger would who replaces files."""

    def change(contents: dict[str, Any]) -> None:
        for name, listed in contents["files"].items():
            content = (folder / name).read_bytes()
            listed |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    rewritten(folder, change)


def truncate_catalogue(folder: Path) -> None:
    [file] = folder.glob("catalogues/*.db")
    file.write_bytes(file.read_bytes()[:-4_096])


def flip_a_byte(folder: Path) -> None:
    [file] = folder.glob("models/*/scaled.npy")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def forget_a_file(folder: Path) -> None:
    [file] = folder.glob("models/*/regions.json")
    file.unlink()


def cut_index(folder: Path) -> None:
    content = (folder / INDEX).read_bytes()
    (folder / INDEX).write_bytes(content[: len(content) // 2])


def another_version(folder: Path) -> None:
    rewritten(folder, lambda contents: contents.update(samewave_published=99))


def other_files(folder: Path) -> None:
    rewritten(folder, lambda contents: contents["files"].pop(f"models/{contents['model']}/regions.json"))


def climb_out(folder: Path) -> None:
    def change(contents: dict[str, Any]) -> None:
        name = f"models/{contents['model']}/regions.json"
        contents["files"]["../evil.json"] = contents["files"].pop(name)

    rewritten(folder, change)


def bring_code(folder: Path) -> None:
    def change(contents: dict[str, Any]) -> None:
        name = f"models/{contents['model']}/bundle.joblib"
        (folder / name).write_bytes(b"code")
        contents["files"][name] = {"size": 4, "sha256": hashlib.sha256(b"code").hexdigest()}

    rewritten(folder, change)


def add_a_trigger(folder: Path) -> None:
    [file] = folder.glob("catalogues/*.db")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TRIGGER trap AFTER INSERT ON tracks BEGIN DELETE FROM labels; END")
        connection.commit()
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    file.rename(file.with_stem(digest))

    def change(contents: dict[str, Any]) -> None:
        listed = contents["files"]
        listed[f"catalogues/{digest}.db"] = listed.pop(f"catalogues/{contents['catalogue']}.db")
        contents["catalogue"] = digest

    rewritten(folder, change)
    with_digests_that_fit(folder)


def spoil_model(folder: Path) -> None:
    [file] = folder.glob("models/*/manifest.json")
    file.write_text("{}")
    with_digests_that_fit(folder)


def other_model(folder: Path) -> None:
    """A whole model, but of another catalogue."""
    [mine] = folder.glob("models/*Z")
    [other] = (folder.parent / "stranger" / "models").glob("*Z")
    for file in mine.iterdir():
        file.write_bytes((other / file.name).read_bytes())
    with_digests_that_fit(folder)


SPOILS = (
    truncate_catalogue,
    flip_a_byte,
    forget_a_file,
    cut_index,
    another_version,
    other_files,
    climb_out,
    bring_code,
    add_a_trigger,
    spoil_model,
    other_model,
)


async def test_what_is_damaged_or_foreign_is_refused_and_the_pair_before_stays(
    place: Place, pairs: list[Path], tmp_path: Path
) -> None:
    first, maker, stranger, other = *pairs, tmp_path / "other"
    stranger.rename(tmp_path / "stranger")
    publish(first, place.folder)
    await place.pull(other)()
    before = await in_force(other)
    sound = tmp_path / "sound"
    publish(maker, sound)
    for spoil in SPOILS:
        shutil.rmtree(place.folder)
        shutil.copytree(sound, place.folder)
        shutil.rmtree(other / "downloads", ignore_errors=True)
        spoil(place.folder)
        with pytest.raises(SharingFailed, match=r"\.$") as refused:
            await place.pull(other)()
        assert "Traceback" not in str(refused.value)
        assert await in_force(other) == before, spoil.__name__
        assert len(list(other.glob("catalogues/*.db"))) == 1, spoil.__name__
        assert not (tmp_path / "evil.json").exists()
    shutil.rmtree(place.folder)
    shutil.copytree(sound, place.folder)
    assert await place.pull(other)() is not None
    assert await in_force(other) == await in_force(maker)


async def test_what_was_refused_is_not_fetched_again_at_once(pairs: list[Path], tmp_path: Path) -> None:
    folder, now = tmp_path / "shared", [0.0]
    publish(pairs[0], folder)
    flip_a_byte(folder)
    fetched: list[str] = []

    class Counting(SharedFolder):
        async def fetch(self, name: str, target: Path, *, size: int, progress: Callable[[int], None]) -> None:
            fetched.append(name)
            await super().fetch(name, target, size=size, progress=progress)

    pull = PullCatalogue(Counting(folder), StateFolder(tmp_path / "other"), clock=lambda: now[0])
    for _ in range(2):
        with pytest.raises(SharingFailed, match="is not the file that was published"):
            await pull()
    once = len(fetched)
    now[0] += REFUSED_SECONDS
    with pytest.raises(SharingFailed):
        await pull()
    assert len(fetched) == once + 1  # only what was wrong


async def test_a_place_that_is_away_is_a_sentence(tmp_path: Path) -> None:
    http = Http()
    for setting in (str(tmp_path / "not mounted"), f"{NOWHERE}/", "http://name:secret@127.0.0.1:9/music"):
        pull = open_pull(settings_for(tmp_path / "state", shared_catalogue=setting), http)
        assert pull is not None
        with pytest.raises(SharingFailed, match="SAMEWAVE_SHARED_CATALOGUE") as away:
            await pull()
        assert "secret" not in str(away.value)
    async with FolderServer(tmp_path, status=500) as server:
        pull = open_pull(settings_for(tmp_path / "state", shared_catalogue=server.address), http)
        assert pull is not None
        with pytest.raises(SharingFailed, match="does not tell what is published"):
            await pull()
    await http.close()


async def test_only_a_sound_pair_is_published(pairs: list[Path], tmp_path: Path) -> None:
    maker, folder = pairs[0], tmp_path / "shared"
    with pytest.raises(SharingFailed, match="samewave train"):
        publish(tmp_path / "empty", folder)
    published = publish(maker, folder)
    for spoiled in (
        maker / "catalogues" / f"{published.catalogue}.db",
        maker / "models" / published.model / "radii.npy",
    ):
        sound = spoiled.read_bytes()
        spoiled.write_bytes(sound + b" ")
        with pytest.raises(SharingFailed):
            publish(maker, folder)
        spoiled.write_bytes(sound)
        assert Published.read((folder / INDEX).read_bytes()) == published
    assert await PullCatalogue(SharedFolder(folder), StateFolder(tmp_path / "other"))() == published
