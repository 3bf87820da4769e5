"""The database file: creation, migration, concurrent use, refusal."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.domain.errors import DatabaseTooNew, StorageFailed
from bot.storage.database import MIGRATIONS, Database
from bot.storage.migrating import newest_schema
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.external_cache import SourceBlocks, UnknownSongs
from bot.storage.state.metadata import Metadata


def tables(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        [(number,)] = connection.execute("PRAGMA user_version")
        return int(number)


async def test_a_new_file_gets_the_newest_schema_in_wal_mode(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "folder" / "state.db"
    opened = await SqliteDatabase.open(path)
    assert await opened.fetch("PRAGMA journal_mode") == [("wal",)]
    await opened.close()
    assert version(path) == newest_schema(MIGRATIONS)
    assert {"charts", "metadata", "fetched_songs"} <= set(tables(path))


async def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    for _ in range(2):
        opened = await SqliteDatabase.open(path)
        await Metadata(opened).set("a", "1")
        await opened.close()
    opened = await SqliteDatabase.open(path)
    assert await Metadata(opened).get("a") == "1"
    assert await Metadata(opened).get("b") is None
    await opened.close()


async def test_a_transaction_cancelled_at_any_moment_ends_as_cancelled_and_blocks_nobody(
    database: Database,
) -> None:
    async def write(number: int) -> None:
        async with database.transaction() as writer:
            await writer.execute("INSERT INTO metadata (name, value) VALUES (?, 'a')", (str(number),))
            await writer.execute("INSERT INTO metadata (name, value) VALUES (?, 'b')", (f"{number} too",))

    for number in range(400):
        task = asyncio.create_task(write(number))
        for _ in range(number % 20):
            await asyncio.sleep(0)
        if number % 3 == 0:
            await asyncio.sleep(number % 40 * 1e-5)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert task.cancelled() or task.exception() is None
    await Metadata(database).set("after", "fine")
    written = {name for (name,) in await database.fetch("SELECT name FROM metadata")} - {"after"}
    assert len(written) < 800
    assert all(
        (name.removesuffix(" too") in written) and (f"{name.removesuffix(' too')} too" in written)
        for name in written
    )


async def test_a_migration_that_fails_leaves_the_schema_of_before(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    await (await SqliteDatabase.open(path)).close()
    before = tables(path), version(path)
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / f"{before[1] + 1:04d}_wrong.sql").write_text(
        "CREATE TABLE half_done (a INTEGER);\nINSERT INTO nowhere VALUES (1);\n", "utf-8"
    )
    with pytest.raises(StorageFailed):
        await SqliteDatabase.open(path, migrations=folder)
    assert (tables(path), version(path)) == before


async def test_a_database_of_a_newer_samewave_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    await (await SqliteDatabase.open(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    before = tables(path)
    with pytest.raises(DatabaseTooNew, match="newer version"):
        await SqliteDatabase.open(path)
    assert version(path) == 9999
    assert tables(path) == before


@pytest.mark.parametrize(
    "content", [b"words, not a database" * 200, b"\x00" * 5_000, b"SQLite format 3\x00" + b"\x01" * 5_000]
)
async def test_a_file_that_is_no_database_is_refused_and_untouched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(content)
    with pytest.raises(StorageFailed, match=r"state\.db"):
        await SqliteDatabase.open(path)
    assert path.read_bytes() == content


async def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.db").mkdir()
    with pytest.raises(StorageFailed):
        await SqliteDatabase.open(tmp_path / "state.db")


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_no_thread_answers_after_the_event_loop_has_closed(tmp_path: Path) -> None:
    """Also if a file cannot be opened, or the program ends while opening or closing one."""
    (tmp_path / "folder").mkdir()

    async def refused() -> None:
        with pytest.raises(StorageFailed):
            await SqliteDatabase.open(tmp_path / "folder")

    async def used() -> None:
        opened = await SqliteDatabase.open(tmp_path / "state.db")
        reading = asyncio.create_task(opened.fetch("SELECT count(*) FROM sqlite_master"))
        await asyncio.sleep(0)
        reading.cancel()
        await opened.close()

    async def cancelled_after(switches: int) -> None:
        task = asyncio.create_task(used())
        for _ in range(switches):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    before = set(threading.enumerate())
    for number in range(40):
        asyncio.run(refused())
        asyncio.run(cancelled_after(number))
    for thread in threading.enumerate():
        if "_connection_worker" in thread.name:
            thread.join()
    assert not set(threading.enumerate()) - before


OPEN = """
import asyncio, sys
from pathlib import Path
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.metadata import Metadata

async def main() -> None:
    opened = await SqliteDatabase.open(Path(sys.argv[1]))
    for number in range(20):
        await Metadata(opened).set(f"{sys.argv[2]} {number}", "written")
    await opened.close()

asyncio.run(main())
"""


def test_several_processes_open_and_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(path), name],
            cwd=Path(__file__).parents[2],
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in "abc"
    ]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM metadata").fetchone() == (60,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_transaction_is_whole_or_not_at_all(database: Database) -> None:
    with pytest.raises(RuntimeError):
        await fail_in_the_middle(database)
    assert await Metadata(database).get("a") is None
    task = asyncio.create_task(hold(database))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await Metadata(database).get("a") is None
    await Metadata(database).set("a", "2")
    assert await Metadata(database).get("a") == "2"


async def fail_in_the_middle(opened: Database) -> None:
    async with opened.transaction() as connection:
        await connection.execute("INSERT INTO metadata (name, value) VALUES ('a', '1')")
        raise RuntimeError


async def hold(opened: Database) -> None:
    async with opened.transaction() as connection:
        await connection.execute("INSERT INTO metadata (name, value) VALUES ('a', '1')")
        await asyncio.sleep(60)


async def test_readers_cannot_write(tmp_path: Path) -> None:
    opened = await SqliteDatabase.open(tmp_path / "state.db")
    with pytest.raises(StorageFailed):
        await opened.fetch("DELETE FROM metadata")
    await opened.close()


@pytest.mark.parametrize("read", [SqliteDatabase.fetch, SqliteDatabase.look_up])
async def test_what_cannot_be_read_is_a_sentence(
    tmp_path: Path, read: Callable[..., Awaitable[object]]
) -> None:
    """Pages overwritten under an open database are what a broken disk looks like to SQLite."""
    path = tmp_path / "state.db"
    opened = await SqliteDatabase.open(path)
    await Metadata(opened).set("a", "x" * 200_000)
    await opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    await opened.close()
    path.write_bytes(path.read_bytes()[:-150_000] + b"\xff" * 150_000)  # most of the value, no table
    opened = await SqliteDatabase.open(path)
    with pytest.raises(StorageFailed, match="My database is damaged") as failed:
        await read(opened, "SELECT value FROM metadata WHERE name = ?", ("a",))
    assert "malformed" in failed.value.detail
    await opened.close()


async def test_a_full_disk_is_a_sentence_and_loses_nothing(tmp_path: Path) -> None:
    """A page limit on the connection that writes is what a full disk looks like to SQLite."""
    opened = await SqliteDatabase.open(tmp_path / "state.db")
    await Metadata(opened).set("kept", "yes")
    [(pages,)] = await opened.fetch("PRAGMA page_count")
    await opened.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFailed, match="disk may be full"):
        await Metadata(opened).set("big", "x" * 500_000)
    with pytest.raises(StorageFailed, match="disk may be full"):
        await write_much(opened)
    assert await Metadata(opened).get("kept") == "yes"
    assert await Metadata(opened).get("big") is None
    await opened.execute(f"PRAGMA max_page_count = {pages + 1_000}")
    await Metadata(opened).set("big", "x" * 500_000)
    await opened.close()


async def write_much(opened: Database) -> None:
    async with opened.transaction() as connection:
        await connection.execute("INSERT INTO metadata (name, value) VALUES ('big', ?)", ["x" * 500_000])


async def test_blocks_and_unknown_songs_expire(tmp_path: Path) -> None:
    opened = await SqliteDatabase.open(tmp_path / "state.db")
    unknown, blocks = UnknownSongs(opened), SourceBlocks(opened)
    await unknown.add("a", 60)
    await unknown.add("b", -1)
    assert await unknown.holds("a")
    assert not await unknown.holds("b")
    await unknown.forget_expired()
    assert await opened.fetch("SELECT song FROM unknown_songs") == [("a",)]
    assert await blocks.all() == []
    await opened.close()


@pytest.mark.looptime
async def test_turns_are_apart(tmp_path: Path) -> None:
    opened = await SqliteDatabase.open(tmp_path / "state.db")
    began, loop = [], asyncio.get_running_loop()

    async def take(name: str) -> None:
        await opened.take_turn(name, 5.0)
        began.append(loop.time())

    await asyncio.gather(*(take(name) for name in ("a", "a", "b", "a", "b")))
    assert began == pytest.approx([0.0, 0.0, 5.0, 5.0, 10.0])
    await opened.close()
