"""Backups are of one moment and whole; restoring refuses what is not, and saves what was there."""

import asyncio
import json
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services.catalogue.backup import BackupRefused, Restored, back_up, restore
from bot.services.model_store import ModelStore
from bot.storage.catalogue.copies import look_over
from bot.storage.database import Database, newest_schema
from bot.storage.state.metadata import Metadata

NUMBERS = count()


def quiet(stage: str, share: float) -> None:
    assert stage.strip()
    assert 0 <= share <= 1


def saved(state: Path, file: Path) -> int:
    return back_up(state / "samewave.db", state / "models", file, quiet)


def put_back(file: Path, state: Path) -> Restored:
    return restore(file, state / "samewave.db", state / "models", quiet)


def facts_of(state: Path) -> dict[str, str]:
    with closing(sqlite3.connect(state / "samewave.db")) as connection:
        return dict(connection.execute("SELECT name, value FROM facts"))


async def write(state: Path, **facts: str) -> None:
    opened = await Database.open(state / "samewave.db")
    for name, value in facts.items():
        await Metadata(opened).set(name, value)
    await opened.close()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A state without songs or model."""
    asyncio.run(write(tmp_path / "small", kept="yes"))
    return tmp_path / "small"


def model_of(state: Path) -> str:
    keeper = ModelStore(state / "models")
    asyncio.run(keeper.load())
    return keeper.recommender.name


def test_there_and_back(state: Path, tmp_path: Path) -> None:
    asyncio.run(write(state, mood="before"))
    name = model_of(state)
    assert saved(state, tmp_path / "backup.zip") > 100_000
    asyncio.run(write(state, mood="after"))
    shutil.rmtree(state / "models")
    done = put_back(tmp_path / "backup.zip", state)
    assert done.model
    assert facts_of(state)["mood"] == "before"
    assert model_of(state) == name
    assert done.saved is not None
    assert facts_of(done.saved)["mood"] == "after"
    assert not [path.name for path in state.iterdir() if "unfinished" in path.name]
    assert not list(tmp_path.glob(".backup*"))


def test_into_an_empty_folder(state: Path, tmp_path: Path) -> None:
    saved(state, tmp_path / "backup.zip")
    elsewhere = tmp_path / "elsewhere"
    done = put_back(tmp_path / "backup.zip", elsewhere)
    assert done.saved is None
    assert model_of(elsewhere) == model_of(state)
    assert facts_of(elsewhere) == facts_of(state)


def test_a_copy_is_of_one_moment_while_others_write(small: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    written = 0

    async def keep_writing() -> None:
        nonlocal written
        opened = await Database.open(small / "samewave.db")
        while not stop.is_set():
            async with opened.transaction() as writer:
                for name in ("left", "right"):
                    row = (name, f"{written}" * 5_000)
                    await writer.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", row)
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
        found = facts_of(place)
        assert found.get("left") == found.get("right")
        assert look_over(place / "samewave.db") == newest_schema()


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
    opened = await Database.open(small / "samewave.db")
    with pytest.raises(BackupRefused, match="stop it first"):
        put_back(tmp_path / "backup.zip", small)
    assert await Metadata(opened).get("kept") == "yes"
    await opened.close()
    put_back(tmp_path / "backup.zip", small)


def test_what_is_there_may_be_no_database(small: Path, tmp_path: Path) -> None:
    saved(small, tmp_path / "backup.zip")
    (small / "samewave.db").write_bytes(b"words, not a database" * 100)
    done = put_back(tmp_path / "backup.zip", small)
    assert facts_of(small)["kept"] == "yes"
    assert done.saved is not None
    assert (done.saved / "samewave.db").read_bytes().startswith(b"words")


def untouched(state: Path) -> None:
    assert facts_of(state)["kept"] == "yes"
    assert sorted(path.name for path in state.iterdir()) == ["samewave.db"]


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
        assert facts_of(place)["kept"] == "no"


def packed_as(file: Path, change: Callable[[dict[str, object]], None], **parts: bytes) -> None:
    """An archive with these parts, its list of contents changed."""
    import hashlib  # noqa: PLC0415

    names = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    listed = {n: {"bytes": len(p), "sha256": hashlib.sha256(p).hexdigest()} for n, p in names.items()}
    contents: dict[str, object] = {"samewave_backup": 1, "made": "2026-11-21T10:00:00+00:00", "files": listed}
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
    shutil.copy(small / "samewave.db", tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as newer:
        newer.execute("PRAGMA user_version = 9999")
    good = (small / "samewave.db").read_bytes()
    bomb = bytes(50_000_000)

    def claims_little(contents: dict[str, object]) -> None:
        contents["files"] = {"samewave.db": {"bytes": 10, "sha256": ""}}

    def claims_much(contents: dict[str, object]) -> None:
        contents["files"] = {"samewave.db": {"bytes": 10**15, "sha256": ""}}

    def of_the_future(contents: dict[str, object]) -> None:
        contents["samewave_backup"] = 2

    cases: dict[str, Callable[[Path], None]] = {
        "text": lambda file: file.write_text("a letter") and None,  # type: ignore[func-returns-value]
        "other zip": lambda file: zipfile.ZipFile(file, "w").writestr("a", "b"),
        "foreign database": lambda file: packed_as(file, nothing, samewave_dot_db=foreign),
        "no database": lambda file: packed_as(file, nothing, samewave_dot_db=b"words" * 500),
        "newer schema": lambda file: packed_as(
            file, nothing, samewave_dot_db=(tmp_path / "newer.db").read_bytes()
        ),
        "climbs out": lambda file: packed_as(file, nothing, samewave_dot_db=good, **{"..__..__evil": b"x"}),
        "climbs out as a model": lambda file: packed_as(
            file, nothing, samewave_dot_db=good, **{"model__..__evil_dot_json": b"x"}
        ),
        "bomb": lambda file: packed_as(file, claims_little, samewave_dot_db=bomb),
        "too big for the disk": lambda file: packed_as(file, claims_much, samewave_dot_db=good),
        "of the future": lambda file: packed_as(file, of_the_future, samewave_dot_db=good),
    }
    for name, make in cases.items():
        file = tmp_path / f"{name}.zip"
        made = make(file)
        assert made is None or made
        with pytest.raises(BackupRefused, match=r"\.$"):
            put_back(file, small)
        untouched(small)
    assert not (tmp_path / "evil").exists()
