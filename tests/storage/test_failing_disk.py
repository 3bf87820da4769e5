"""Failures of disk or memory: a sentence, no partial writes, and recovery afterwards."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.errors import StorageFailed
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.database import Database
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.history import History, RecentPick
from bot.storage.state.metadata import Metadata
from tests.support.clocks import HANG_SECONDS
from tests.support.disks import failing_disk
from tests.support.reading import BOHEMIAN
from tests.support.settings import environment_for

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed elsewhere")


async def test_reads_that_fail_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    opened = await SqliteDatabase.open(path)
    await Metadata(opened).set("big", "x" * 100_000)
    await opened.close()
    opened = await SqliteDatabase.open(path)
    sql = "SELECT value FROM metadata WHERE name = ?"
    with failing_disk(path, "reads"):
        for read in (opened.fetch, opened.look_up):
            with pytest.raises(StorageFailed, match="try again in a moment") as failed:
                await read(sql, ["big"])
            assert "disk I/O error" in failed.value.detail
    for read in (opened.fetch, opened.look_up):
        assert await read(sql, ["big"]) == [("x" * 100_000,)]
    await opened.close()


async def test_writes_that_fail_are_a_sentence_and_leave_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    opened = await SqliteDatabase.open(path)
    await Metadata(opened).set("a", "kept")
    with failing_disk(path, "writes"):
        with pytest.raises(StorageFailed, match="I could not save that"):
            await Metadata(opened).set("a", "lost")
        with pytest.raises(StorageFailed, match="I could not save that"):
            await replace_all(opened)
        assert await Metadata(opened).get("a") == "kept"
    assert await opened.fetch("SELECT name, value FROM metadata") == [("a", "kept")]
    await Metadata(opened).set("a", "anew")
    await opened.close()
    again = await SqliteDatabase.open(path)
    await again.check()
    assert await Metadata(again).get("a") == "anew"
    await again.close()


async def replace_all(opened: Database) -> None:
    async with opened.transaction() as connection:
        await connection.execute("DELETE FROM metadata")
        await connection.execute("INSERT INTO metadata (name, value) VALUES ('b', 'lost')")


def test_a_song_that_could_not_be_read_is_not_taken_for_unknown(state: Path) -> None:
    folder = CatalogueFolder(state / "catalogues")
    catalogue, file = folder.open(), folder.current_file()
    assert file is not None
    with failing_disk(file, "reads"), pytest.raises(StorageFailed, match="try again in a moment"):
        catalogue.rows_of([BOHEMIAN])
    assert len(catalogue.rows_of([BOHEMIAN])) == 1


async def test_picks_that_cannot_be_written_are_bounded_in_memory(tmp_path: Path) -> None:
    opened = await SqliteDatabase.open(tmp_path / "state.db")
    history = History(opened, remembered=5)
    with failing_disk(tmp_path / "state.db", "writes"):
        for number in range(12_000):
            await history.add(number % 3, RecentPick(f"track {number}", None))
        with pytest.raises(StorageFailed):
            await history.flush()
    assert (await history.recent(0, since=0))[0].track_id == "track 11997"
    await history.flush()
    assert await opened.fetch("SELECT count(*) FROM recommendations") == [(10_000,)]
    await opened.close()


LITTLE_MEMORY = """
import asyncio, sys
from contextlib import suppress
from pathlib import Path
from bot.domain.errors import StorageFailed
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.metadata import Metadata

async def main() -> None:
    opened = await SqliteDatabase.open(Path(sys.argv[1]))
    for number in range(50):
        await Metadata(opened).set(f"name {number}", "x" * 50_000)
    with suppress(StorageFailed):  # which has to allocate, too
        await opened.fetch("PRAGMA hard_heap_limit = 500000")
    refused = 0
    for number in range(50):
        for work in (
            opened.fetch("SELECT value, count(*) OVER () FROM metadata ORDER BY value, name"),
            opened.look_up("SELECT value, name FROM metadata ORDER BY value, name", []),
            Metadata(opened).set("more", "y" * 400_000),
        ):
            try:
                await work
            except StorageFailed as error:
                refused += "MemoryError" in error.detail
    print("refused", refused > 50)
    await opened.close()

asyncio.run(main())
"""


def test_a_database_without_memory_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    done = subprocess.run(
        [sys.executable, "-c", LITTLE_MEMORY, str(path)],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "refused True\n"), done.stderr


def test_too_little_memory_for_a_command_is_a_sentence(tmp_path: Path) -> None:
    # From what the imports hold, with 12 MB more: in an import, a library in C may meet the limit and abort.
    limited = (
        "import resource as r, sys; import bot.cli.catalogue; from bot.cli import main; "
        "taken = int(open('/proc/self/statm').read().split()[0]) * r.getpagesize(); "
        f"r.setrlimit(r.RLIMIT_AS, (taken + {12 << 20},) * 2); "
        "sys.argv[1:] = ['build']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited],
        env=environment_for(tmp_path / "state", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1"),
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "memory" in done.stderr
