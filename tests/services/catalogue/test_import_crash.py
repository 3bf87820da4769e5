"""Kills and full disks: the catalogue is that of before or after, and a second run completes."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.domain.errors import StorageFailed
from bot.services.catalogue.import_tables import ImportCatalogue, ImportReport
from bot.storage.catalogue import importing as imports
from bot.storage.database import Database
from tests.sources.tables.fictional import EMBEDDED, csv_file, song

PROJECT = Path(__file__).parents[3]
IMPORT = """
import asyncio, resource, sys
from pathlib import Path
from bot.domain.errors import StorageFailed
from bot.services.catalogue.import_tables import ImportCatalogue
from bot.storage.database import Database

async def main(database: Path, table: Path, embedded: Path, largest_file: int) -> None:
    opened = await Database.open(database)
    if largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    print("begun", flush=True)
    try:
        await ImportCatalogue(opened, embedded=embedded)(table)
    except StorageFailed as error:
        print("refused:", error, flush=True)
    finally:
        await opened.close()

asyncio.run(main(*map(Path, sys.argv[1:4]), int(sys.argv[4])))
"""
ROWS = 20_000


def start(database: Path, table: Path, *, largest_file: int = 0) -> subprocess.Popen[str]:
    """Import in a process of its own, that can be killed; files may have so many bytes, 0 for any."""
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(database), str(table), str(EMBEDDED), str(largest_file)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )


def counts(database: Path) -> tuple[int, ...]:
    """Tracks, indexed tracks, labelled tracks, finished imports; the file is sound."""
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        [found] = connection.execute(
            """
            SELECT (SELECT count(*) FROM tracks), (SELECT count(*) FROM ranked),
              (SELECT count(*) FROM track_labels), (SELECT count(*) FROM imports),
              (SELECT count(*) FROM track_words WHERE track_words MATCH 'imaginary')
            """
        )
        return tuple(found)
    finally:
        connection.close()


async def import_here(database: Path, table: Path) -> ImportReport:
    opened = await Database.open(database)
    try:
        return await ImportCatalogue(opened, embedded=EMBEDDED)(table)
    finally:
        await opened.close()


def kill_and_finish(tmp_path: Path, kills: int, seed: int) -> None:
    table = csv_file(tmp_path / "table.csv", [song(n) for n in range(ROWS)])
    database = tmp_path / "samewave.db"
    before, after = (0, 0, 0, 0, 0), (ROWS, ROWS, ROWS, 1, ROWS)
    chance = random.Random(seed)
    usual = asyncio.run(import_here(tmp_path / "timed.db", table)).seconds
    for _ in range(kills):
        running = start(database, table)
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0, usual))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        now = counts(database)
        assert now in (before, after)
        if now == after:
            for path in tmp_path.glob("samewave*"):
                path.unlink()
    assert asyncio.run(import_here(database, table)).imported == ROWS
    assert counts(database) == after
    assert not list(tmp_path.glob("*-import-*"))


def test_killed_midway(tmp_path: Path) -> None:
    kill_and_finish(tmp_path, kills=3, seed=1)


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on file sizes")
@pytest.mark.parametrize("megabytes", [1, 5, 8])
def test_a_full_disk(tmp_path: Path, megabytes: int) -> None:
    """The limit is met while staging, while indexing, while publishing."""
    table = csv_file(tmp_path / "table.csv", [song(n) for n in range(ROWS)])
    database = tmp_path / "samewave.db"
    refused, _ = start(database, table, largest_file=megabytes << 20).communicate()
    assert (
        "refused: The import could not be saved: the disk may be full. The catalogue is as it was" in refused
    )
    assert counts(database) == (0, 0, 0, 0, 0)
    assert not list(tmp_path.glob("*-import-*"))
    assert asyncio.run(import_here(database, table)).imported == ROWS
    assert counts(database) == (ROWS, ROWS, ROWS, 1, ROWS)


async def test_a_database_that_somebody_else_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_PATIENCE", 0.1)
    table = csv_file(tmp_path / "table.csv", [song(n) for n in range(100)])
    database = await Database.open(tmp_path / "samewave.db")
    try:
        async with database.transaction():
            with pytest.raises(StorageFailed, match="Something else is writing"):
                await ImportCatalogue(database, embedded=EMBEDDED)(table)
        assert await database.fetch("SELECT count(*) FROM tracks") == [(0,)]
        assert (await ImportCatalogue(database, embedded=EMBEDDED)(table)).imported == 100
    finally:
        await database.close()
