"""Backups are consistent snapshots; a restore refuses invalid ones, and saves the previous state."""

import asyncio
import hashlib
import json
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import StorageFailed
from bot.services.catalogue.backup import BackupRefused, StateFolder, back_up
from bot.services.catalogue.restore import Restored, restore
from bot.services.model_store import newest_model
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.copies import check_state
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.metadata import Metadata
from tests.support.old_state import make_old_state, upgraded

NUMBERS = count()


def quiet(stage: str, share: float) -> None:
    assert stage.strip()
    assert 0 <= share <= 1


def saved(state: Path, file: Path) -> int:
    return back_up(StateFolder(state), file, quiet)


def put_back(file: Path, state: Path) -> Restored:
    return restore(file, StateFolder(state), quiet)


def metadata_of(state: Path) -> dict[str, str]:
    with closing(sqlite3.connect(state / "state.db")) as connection:
        return dict(connection.execute("SELECT name, value FROM metadata"))


async def write(state: Path, **entries: str) -> None:
    opened = await SqliteDatabase.open(state / "state.db")
    for name, value in entries.items():
        await Metadata(opened).set(name, value)
    await opened.close()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A state without songs or model."""
    asyncio.run(write(tmp_path / "small", kept="yes"))
    return tmp_path / "small"


def model_of(state: Path) -> str:
    return asyncio.run(newest_model(state / "models")).name


def test_there_and_back(state: Path, tmp_path: Path) -> None:
    asyncio.run(write(state, mood="before"))
    name, catalogue = model_of(state), CatalogueFolder(state / "catalogues").current()
    assert saved(state, tmp_path / "backup.zip") > 100_000
    asyncio.run(write(state, mood="after"))
    shutil.rmtree(state / "models")
    shutil.rmtree(state / "catalogues")
    done = put_back(tmp_path / "backup.zip", state)
    assert done.model
    assert metadata_of(state)["mood"] == "before"
    assert model_of(state) == name
    assert not list(state.glob("models/*/*.joblib"))  # nothing that runs code
    assert CatalogueFolder(state / "catalogues").current() == catalogue
    assert CatalogueFolder(state / "catalogues").open().look_up("SELECT count(*) FROM tracks") == [(5_849,)]
    assert done.saved is not None
    assert metadata_of(done.saved)["mood"] == "after"
    assert not [path.name for path in state.iterdir() if "unfinished" in path.name]
    assert not list(tmp_path.glob(".backup*"))


def test_into_an_empty_folder(state: Path, tmp_path: Path) -> None:
    saved(state, tmp_path / "backup.zip")
    elsewhere = tmp_path / "elsewhere"
    done = put_back(tmp_path / "backup.zip", elsewhere)
    assert done.saved is None
    assert model_of(elsewhere) == model_of(state)
    assert metadata_of(elsewhere) == metadata_of(state)


def test_a_copy_is_of_one_moment_while_others_write(small: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    written = 0

    async def keep_writing() -> None:
        nonlocal written
        opened = await SqliteDatabase.open(small / "state.db")
        while not stop.is_set():
            async with opened.transaction() as writer:
                for name in ("left", "right"):
                    row = (name, f"{written}" * 5_000)
                    await writer.execute("INSERT OR REPLACE INTO metadata (name, value) VALUES (?, ?)", row)
            written += 1
        await opened.close()

    writing = threading.Thread(target=asyncio.run, args=(keep_writing(),))
    writing.start()
    try:
        for number in range(10):
            while written < number * 3:
                stop.wait(0.005)
            saved(small, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writing.join()
    for number in range(10):
        place = tmp_path / str(number)
        put_back(tmp_path / f"{number}.zip", place)
        found = metadata_of(place)
        assert found.get("left") == found.get("right")
        check_state(place / "state.db")


def test_nothing_is_overwritten(small: Path, tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_text("precious")
    with pytest.raises(BackupRefused, match="exists already"):
        saved(small, tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").read_text() == "precious"
    with pytest.raises(BackupRefused, match="nothing to back up"):
        saved(tmp_path / "nowhere", tmp_path / "other.zip")
    with pytest.raises(BackupRefused, match="does not exist; make it first"):
        saved(small, tmp_path / "no such folder" / "other.zip")


async def test_it_is_refused_while_a_bot_runs(small: Path, tmp_path: Path) -> None:
    saved(small, tmp_path / "backup.zip")
    opened = await SqliteDatabase.open(small / "state.db")
    with pytest.raises(BackupRefused, match="stop it first"):
        put_back(tmp_path / "backup.zip", small)
    assert await Metadata(opened).get("kept") == "yes"
    await opened.close()
    put_back(tmp_path / "backup.zip", small)


def test_a_restore_replaces_a_file_that_is_no_database(small: Path, tmp_path: Path) -> None:
    saved(small, tmp_path / "backup.zip")
    (small / "state.db").write_bytes(b"words, not a database" * 100)
    done = put_back(tmp_path / "backup.zip", small)
    assert metadata_of(small)["kept"] == "yes"
    assert done.saved is not None
    assert (done.saved / "state.db").read_bytes().startswith(b"words")


def untouched(state: Path) -> None:
    assert metadata_of(state)["kept"] == "yes"
    assert {path.name for path in state.iterdir()} <= {"state.db", "catalogues", "run.lock"}
    assert {path.name for path in (state / "catalogues").glob("*")} <= {"import.lock"}


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("packed")
    asyncio.run(write(folder, kept="no"))
    saved(folder, folder / "backup.zip")
    return (folder / "backup.zip").read_bytes()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_archive_is_refused_or_whole(
    small: Path, packed: bytes, tmp_path: Path, data: st.DataObject
) -> None:
    damaged = bytearray(packed)
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    del damaged[data.draw(st.integers(0, len(damaged))) if data.draw(st.booleans()) else len(damaged) :]
    (tmp_path / "damaged.zip").write_bytes(damaged)
    place = tmp_path / f"place{next(NUMBERS)}"
    shutil.copytree(small, place)
    try:
        put_back(tmp_path / "damaged.zip", place)
    except BackupRefused:
        untouched(place)
    else:
        assert metadata_of(place)["kept"] == "no"


def packed_as(file: Path, change: Callable[[dict[str, object]], None], **parts: bytes) -> None:
    """An archive with these parts, its list of contents changed."""
    names = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    listed = {n: {"bytes": len(p), "sha256": hashlib.sha256(p).hexdigest()} for n, p in names.items()}
    contents: dict[str, object] = {"samewave_backup": 2, "catalogue": "", "files": listed}
    contents["made"] = "2026-11-21T10:00:00+00:00"
    change(contents)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in names.items():
            archive.writestr(name, part)
        archive.writestr("backup.json", json.dumps(contents))


def nothing(contents: dict[str, object]) -> None:
    pass


def test_foreign_archives_are_refused(small: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as other:
        other.execute("CREATE TABLE songs (a)")
        other.commit()
    foreign = (tmp_path / "foreign.db").read_bytes()
    shutil.copy(small / "state.db", tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as newer:
        newer.execute("PRAGMA user_version = 9999")
    good = (small / "state.db").read_bytes()
    bomb = bytes(50_000_000)
    shutil.copy(small / "state.db", tmp_path / "trap.db")
    with closing(sqlite3.connect(tmp_path / "trap.db")) as trap:
        trap.execute("CREATE TRIGGER trap AFTER INSERT ON feedback BEGIN DELETE FROM guilds; END")
    shutil.copy(small / "state.db", tmp_path / "extra.db")
    with closing(sqlite3.connect(tmp_path / "extra.db")) as extra:
        extra.execute("CREATE TABLE extra (a)")
    trapped, with_extra = (tmp_path / "trap.db").read_bytes(), (tmp_path / "extra.db").read_bytes()
    wrong_catalogue = {f"catalogues__{'0' * 64}_dot_db": good}
    foreign_catalogue = {f"catalogues__{hashlib.sha256(foreign).hexdigest()}_dot_db": foreign}

    def names_no_catalogue(contents: dict[str, object]) -> None:
        contents["catalogue"] = "0" * 64

    def claims_little(contents: dict[str, object]) -> None:
        contents["files"] = {"state.db": {"bytes": 10, "sha256": ""}}

    def claims_much(contents: dict[str, object]) -> None:
        contents["files"] = {"state.db": {"bytes": 10**15, "sha256": ""}}

    def of_the_future(contents: dict[str, object]) -> None:
        contents["samewave_backup"] = 3

    cases: dict[str, Callable[[Path], None]] = {
        "text": lambda file: file.write_text("a letter") and None,  # type: ignore[func-returns-value]
        "other zip": lambda file: zipfile.ZipFile(file, "w").writestr("a", "b"),
        "foreign database": lambda file: packed_as(file, nothing, state_dot_db=foreign),
        "no database": lambda file: packed_as(file, nothing, state_dot_db=b"words" * 500),
        "newer schema": lambda file: packed_as(
            file, nothing, state_dot_db=(tmp_path / "newer.db").read_bytes()
        ),
        "climbs out": lambda file: packed_as(file, nothing, state_dot_db=good, **{"..__..__evil": b"x"}),
        "climbs out as a model": lambda file: packed_as(
            file, nothing, state_dot_db=good, **{"model__..__evil_dot_json": b"x"}
        ),
        "bomb": lambda file: packed_as(file, claims_little, state_dot_db=bomb),
        "too big for the disk": lambda file: packed_as(file, claims_much, state_dot_db=good),
        "with a trigger": lambda file: packed_as(file, nothing, state_dot_db=trapped),
        "with another table": lambda file: packed_as(file, nothing, state_dot_db=with_extra),
        "a lying catalogue": lambda file: packed_as(file, nothing, state_dot_db=good, **wrong_catalogue),
        "no catalogue": lambda file: packed_as(file, nothing, state_dot_db=good, **foreign_catalogue),
        "a missing catalogue": lambda file: packed_as(file, names_no_catalogue, state_dot_db=good),
        "of the future": lambda file: packed_as(file, of_the_future, state_dot_db=good),
    }
    for name, make in cases.items():
        file = tmp_path / f"{name}.zip"
        made = make(file)
        assert made is None or made
        with pytest.raises(BackupRefused, match=r"\.$"):
            put_back(file, small)
        untouched(small)
    assert not (tmp_path / "evil").exists()


def test_a_damaged_database_is_not_backed_up_as_if_it_were_sound(small: Path, tmp_path: Path) -> None:
    asyncio.run(write(small, **{f"name {number}": "x" * 5_000 for number in range(200)}))
    with (small / "state.db").open("r+b") as file:
        file.seek(40 * 16_384)
        file.write(b"\xa5" * 16_384 * 10)
    with pytest.raises(StorageFailed, match=r"damaged|could not be copied"):
        saved(small, tmp_path / "backup.zip")
    assert not list(tmp_path.glob("*backup*"))


def test_a_model_of_the_same_name_that_is_damaged_is_replaced(state: Path, tmp_path: Path) -> None:
    saved(state, tmp_path / "backup.zip")
    name = model_of(state)
    for file in (state / "models" / name).iterdir():
        file.write_bytes(b"damaged")
    put_back(tmp_path / "backup.zip", state)
    assert model_of(state) == name


def test_a_model_that_could_not_be_served_is_left_out(state: Path, tmp_path: Path) -> None:
    """A forged model with matching digests is left out; the rest of the backup is restored."""
    place = state / "models" / model_of(state)
    radii = np.load(place / "radii.npy")
    np.save(place / "radii.npy", np.full_like(radii, np.inf))
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    manifest["files"]["radii.npy"] = hashlib.sha256((place / "radii.npy").read_bytes()).hexdigest()
    (place / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    saved(state, tmp_path / "backup.zip")
    done = put_back(tmp_path / "backup.zip", tmp_path / "elsewhere")
    assert not done.model
    assert not (tmp_path / "elsewhere" / "models").exists()
    assert CatalogueFolder(tmp_path / "elsewhere" / "catalogues").current()


def test_a_backup_of_the_version_before_is_brought_to_this_one(tmp_path: Path) -> None:
    make_old_state(tmp_path / "old")
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        content = (tmp_path / "old" / "samewave.db").read_bytes()
        archive.writestr("samewave.db", content)
        listed = {"samewave.db": {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}}
        made = {"samewave_backup": 1, "made": "2026-11-21T10:00:00+00:00", "files": listed}
        archive.writestr("backup.json", json.dumps(made))
    put_back(tmp_path / "old.zip", tmp_path / "new")
    assert not (tmp_path / "new" / "samewave.db").exists()
    upgraded(tmp_path / "new")
