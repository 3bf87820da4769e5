"""Kills and full disks: the catalogue is that of before or after, and a second run completes."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.services.catalogue.import_tables import ImportCatalogue, ImportReport
from bot.storage.catalogue.folder import CatalogueFolder
from tests.sources.tables.fictional import EMBEDDED, csv_file, song

PROJECT = Path(__file__).parents[3]
IMPORT = """
import asyncio, resource, sys
from pathlib import Path
from bot.domain.errors import StorageFailed
from bot.services.catalogue.import_tables import ImportCatalogue
from bot.storage.catalogue.folder import CatalogueFolder

async def main(state: Path, table: Path, embedded: Path, largest_file: int) -> None:
    if largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    print("begun", flush=True)
    catalogues = CatalogueFolder(state / "catalogues")
    try:
        await ImportCatalogue(catalogues, embedded=embedded, models=state / "models")(table)
    except StorageFailed as error:
        print("refused:", error, flush=True)

asyncio.run(main(*map(Path, sys.argv[1:4]), int(sys.argv[4])))
"""
ROWS = 2_000


def start(state: Path, table: Path, *, largest_file: int = 0) -> subprocess.Popen[str]:
    """Import in a separate process, that can be killed; files may have so many bytes, 0 for any."""
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(state), str(table), str(EMBEDDED), str(largest_file)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )


def counts(state: Path) -> tuple[int, ...]:
    """Tracks, indexed tracks, labelled tracks, finished imports; the file is sound, and the only one."""
    catalogues = CatalogueFolder(state / "catalogues")
    catalogue = catalogues.open()
    assert catalogue.look_up("PRAGMA integrity_check") == [("ok",)]
    catalogues.tidy()  # as the next start does
    assert len(list(catalogues.path.glob("*.db"))) == bool(catalogue.digest)
    assert not list(catalogues.path.glob("*.part"))
    [found] = catalogue.look_up(
        """
        SELECT (SELECT count(*) FROM tracks), (SELECT count(*) FROM ranked),
          (SELECT count(*) FROM track_labels), (SELECT count(*) FROM imports),
          (SELECT count(*) FROM track_words WHERE track_words MATCH 'imaginary')
        """
    )
    return found


async def import_here(state: Path, table: Path) -> ImportReport:
    catalogues = CatalogueFolder(state / "catalogues")
    return await ImportCatalogue(catalogues, embedded=EMBEDDED, models=state / "models")(table)


def kill_and_finish(tmp_path: Path, kills: int, seed: int) -> None:
    table = csv_file(tmp_path / "table.csv", [song(n) for n in range(ROWS)])
    state = tmp_path / "state"
    before, after = (0, 0, 0, 0, 0), (ROWS, ROWS, ROWS, 1, ROWS)
    chance = random.Random(seed)
    usual = asyncio.run(import_here(tmp_path / "timed", table)).seconds
    for _ in range(kills):
        running = start(state, table)
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0, usual))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        now = counts(state)
        assert now in (before, after)
        if now == after:
            shutil.rmtree(state)
    assert asyncio.run(import_here(state, table)).new == ROWS
    assert counts(state) == after


def test_killed_midway(tmp_path: Path) -> None:
    kill_and_finish(tmp_path, kills=3, seed=1)


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on file sizes")
@pytest.mark.parametrize("kilobytes", [200, 500, 800])
def test_a_full_disk(tmp_path: Path, kilobytes: int) -> None:
    """The limit is met while adding tracks, and while indexing them."""
    table = csv_file(tmp_path / "table.csv", [song(n) for n in range(ROWS)])
    state = tmp_path / "state"
    refused, _ = start(state, table, largest_file=kilobytes << 10).communicate()
    assert (
        "refused: The import could not be saved: the disk may be full. The catalogue is as it was" in refused
    )
    assert [file.name for file in (state / "catalogues").iterdir()] == ["import.lock"]
    assert asyncio.run(import_here(state, table)).new == ROWS
    assert counts(state) == (ROWS, ROWS, ROWS, 1, ROWS)
