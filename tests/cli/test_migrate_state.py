"""From SQLite to PostgreSQL and back with the command line, a bot on each; backups of both."""

import asyncio
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

from bot.domain.shards import UNSHARDED
from bot.storage.opening import open_database
from bot.storage.process_lock import shard_locks
from tests.cli.test_run import running
from tests.support.command_line import Run
from tests.support.postgres import execute


def moods(database: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT value FROM metadata WHERE name = 'mood'").fetchall()


async def take_over(url: str, bot: subprocess.Popen[str]) -> None:
    """Cut the bot's connections, as a restart of the server does, and take its lock before it is back."""
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    while bot.poll() is None:
        await execute(url, cut)
        database = await open_database(Path("unused"), url)
        async with database.lock(*shard_locks(UNSHARDED)) as free:
            if free:
                await asyncio.to_thread(bot.wait)
        await database.close()


def test_there_and_back(here: Run, state: Path, postgres_url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(state / "state.db")) as connection, connection:
        connection.execute("INSERT INTO metadata VALUES ('mood', 'kept')")
    moved = here("migrate-state", "--to", postgres_url, state=state)
    assert moved.returncode == 0, moved.stderr
    assert "set SAMEWAVE_DATABASE_URL to it" in moved.stderr
    again = here("migrate-state", "--to", postgres_url, state=state)
    assert (again.returncode, "is not empty" in again.stderr) == (1, True)
    assert moods(state / "state.db") == [("kept",)]

    there = {"SAMEWAVE_DATABASE_URL": postgres_url}
    (state / "state.db").rename(tmp_path / "before.db")
    with running(state, **there) as (bot, _, _):
        elsewhere = tmp_path / "elsewhere"  # another machine
        second = here("run", state=elsewhere, **there)
        assert (second.returncode, "already: stop it first" in second.stderr) == (1, True), second.stderr
        busy = here("migrate-state", "--to", "sqlite", state=elsewhere, **there)
        assert (busy.returncode, "stop it first" in busy.stderr) == (1, True), busy.stderr
        answered = here("recommend", "Bohemian Rhapsody", state=state, **there)
        assert answered.returncode == 0, answered.stderr
        backed_up = here("backup", str(tmp_path / "backup.zip"), state=state, **there)
        assert backed_up.returncode == 0, backed_up.stderr
        asyncio.run(take_over(postgres_url, bot))
        rest, _ = bot.communicate()
        assert (bot.returncode, "already: stop it first" in rest) == (1, True), rest
        assert "Traceback" not in rest
    assert not (state / "state.db").exists()
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        archive.extract("state.db", tmp_path)
    assert moods(tmp_path / "state.db") == [("kept",)]
    refused = here("restore", str(tmp_path / "backup.zip"), state=state, **there)
    assert (refused.returncode, "migrate-state" in refused.stderr) == (1, True)

    back = here("migrate-state", "--to", "sqlite", state=state, **there)
    assert back.returncode == 0, back.stderr
    assert "unset SAMEWAVE_DATABASE_URL" in back.stderr
    assert moods(state / "state.db") == [("kept",)]
    for done in (second, busy, again, refused):
        assert "Traceback" not in done.stderr


def test_wrong_urls_are_sentences_without_the_password(here: Run, state: Path) -> None:
    for url, words in (
        ("mysql://me:secret@127.0.0.1/a", "postgresql://"),
        ("postgresql://me:secret@127.0.0.1:9/a", "cannot be opened"),
    ):
        for told in (
            here("migrate-state", "--to", url, state=state),
            here("recommend", "Toxic", state=state, SAMEWAVE_DATABASE_URL=url),
        ):
            assert told.returncode == 1
            assert words in told.stderr
            assert "secret" not in told.stderr
            assert "Traceback" not in told.stderr
    same = here("migrate-state", "--to", "sqlite", state=state)
    assert "in SQLite already" in same.stderr
