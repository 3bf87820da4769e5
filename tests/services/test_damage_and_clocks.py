"""Damaged files, jumps of the clock, readers during a deletion, backups with deleted data."""

import asyncio
import os
import random
import shutil
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from time import time

import numpy as np
import pytest

from bot.domain.charts import Chart, ChartEntry
from bot.domain.errors import SamewaveError, StorageFailed
from bot.services.background import Job
from bot.services.catalogue.backup import BackupRefused, StateFolder, back_up
from bot.services.catalogue.restore import remove_saved, restore
from bot.services.jobs import STORAGE_CHECKS
from bot.services.use_cases import Services
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.charts import Charts
from bot.storage.state.external_cache import SourceBlocks, UnknownSongs
from bot.wiring import open_services
from tests.support.command_line import Run
from tests.support.reading import BOHEMIAN
from tests.support.settings import settings_for

ME, YOU = 1234567890123456789, 1234567890123456790
DAY = 24 * 3600.0


@asynccontextmanager
async def opened(state: Path, clock: Callable[[], float] = time) -> AsyncIterator[Services]:
    async with open_services(settings_for(state), rng=np.random.default_rng(1), clock=clock) as services:
        await services.models.load()
        yield services


async def like(services: Services, user: int) -> None:
    scope = await services.scope(9, guild=501, user=user, age_restricted=False)
    await services.guilds.feedback.press(user, BOHEMIAN, scope, liked=True)


def job(services: Services, name: str) -> Job:
    [found] = [job for job in services.jobs if job.name == name]
    return found


def on_disk(state: Path, user: int) -> bool:
    return any(user.to_bytes(8, "big") in file.read_bytes() for file in state.glob("state.db*"))


def rows_of(state: Path, user: int) -> int:
    with closing(sqlite3.connect(state / "state.db")) as connection:
        return connection.execute('SELECT count(*) FROM feedback WHERE "user" = ?', [user]).fetchone()[0]


def overwrite(file: Path) -> None:
    """Every third page, but for the first."""
    data = bytearray(file.read_bytes())
    for page in range(4_096 * 3, len(data) - 4_096, 4_096 * 3):
        data[page : page + 4_096] = b"\xa5" * 4_096
    file.chmod(0o600)
    file.write_bytes(data)


@pytest.mark.parametrize("what", ["database", "catalogue"])
async def test_damage_is_found_by_the_daily_check_by_doctor_and_before_a_backup(
    here: Run, state: Path, what: str
) -> None:
    damaged = state / "state.db"
    if what == "catalogue":
        damaged = CatalogueFolder(state / "catalogues").current_file() or damaged
    async with opened(state) as services:
        assert all([await job(services, name).attempt() for name in STORAGE_CHECKS])
        overwrite(damaged)
        check = job(services, f"check {what}")
        assert not await check.attempt()
        assert "samewave restore" in check.error
    with pytest.raises((BackupRefused, StorageFailed), match="damaged"):
        back_up(StateFolder(state), state.parent / "backup.zip", lambda *_: None)
    assert not (state.parent / "backup.zip").exists()
    told = await asyncio.to_thread(here, "doctor", state=state)
    assert told.returncode == 1
    assert "is damaged" in told.stdout + told.stderr
    assert "Traceback" not in told.stderr


async def test_whatever_is_damaged_each_question_is_answered_in_a_sentence(state: Path) -> None:
    """Bytes in the middle of values too, which SQLite does not see."""
    rng, told = random.Random(1), 0
    for kept in ("catalogues", "state.db"):
        place = state.parent / f"damaged-{kept}"
        shutil.copytree(state, place)
        file = CatalogueFolder(place / "catalogues").current_file()
        if kept == "state.db" or file is None:
            file = place / "state.db"
        data = bytearray(file.read_bytes())
        for _ in range(len(data) // 400):
            data[rng.randrange(20_000, len(data))] = rng.randrange(256)
        file.chmod(0o600)
        file.write_bytes(data)
        asked = 0
        try:
            async with opened(place) as services:
                for number, title in product(range(8), ("Bohemian Rhapsody", "Toxic", "bohemain", "Queen")):
                    scope = await services.scope(number, guild=501, user=number, age_restricted=False)
                    for question in (
                        services.recommend.song(title, scope),
                        services.recommend.similar(title, scope),
                        services.playlists.make.from_song(title, 10, scope),
                        services.guilds.settings.change(number, ME, quiet=True),
                        services.guilds.privacy.about(number),
                    ):
                        asked += 1
                        try:
                            await question
                        except SamewaveError:
                            told += 1
        except SamewaveError:
            assert not asked
            told += 1
    assert told


async def test_a_reader_delays_nothing_and_the_journal_is_emptied_afterwards(state: Path) -> None:
    async with opened(state) as services:
        await like(services, ME)
        with closing(sqlite3.connect(state / "state.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM feedback").fetchone()
            assert not await services.guilds.privacy.forget(ME)
            assert rows_of(state, ME) == 0
            assert await job(services, "empty journal").attempt()
            assert on_disk(state, ME)
            await like(services, YOU)  # others write meanwhile
        assert await job(services, "empty journal").attempt()
        assert not on_disk(state, ME)
        assert await services.guilds.privacy.forget(YOU)
        assert not on_disk(state, YOU)


async def test_a_restore_brings_nobody_back_who_was_forgotten_since(state: Path) -> None:
    async with opened(state) as services:
        await like(services, ME)
        await like(services, YOU)
    backup = state.parent / "backup.zip"
    back_up(StateFolder(state), backup, lambda *_: None)
    async with opened(state) as services:
        await services.guilds.privacy.forget(ME)
    assert str(ME) not in (state / "forgotten").read_text("utf-8")
    restore(backup, StateFolder(state), lambda *_: None)
    assert (rows_of(state, ME), rows_of(state, YOU)) == (0, 1)
    async with opened(state) as services:
        await like(services, ME)  # they came back, and a later backup may know them
    later = state.parent / "later.zip"
    back_up(StateFolder(state), later, lambda *_: None)
    restore(later, StateFolder(state), lambda *_: None)
    assert (rows_of(state, ME), rows_of(state, YOU)) == (1, 1)


def test_what_a_restore_replaced_is_removed_after_a_month(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in ("before-restore-1", "before-restore-2", "models"))
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "state.db").touch()
    for folder in (old, other):
        os.utime(folder, (time() - 31 * DAY, time() - 31 * DAY))
    remove_saved(tmp_path)
    assert [folder.exists() for folder in (old, young, other)] == [False, True, True]


@pytest.mark.parametrize("jump", [400 * DAY, -400 * DAY])
async def test_after_a_jump_of_the_clock_nothing_is_deleted_until_it_is_confirmed(
    state: Path, jump: float
) -> None:
    now = [time()]
    async with opened(state, lambda: now[0]) as services:
        await like(services, ME)
        expire = job(services, "expire feedback")
        assert await expire.attempt()
        now[0] += 2 * DAY
        assert await expire.attempt()
        now[0] += jump
        for one in services.jobs:
            if one.name.startswith("expire") and one.name not in (
                "expire unknown songs",
                "expire forget marks",
            ):
                assert not await one.attempt(), one.name
                assert "--trust-clock" in one.error
        assert rows_of(state, ME) == 1
        now[0] -= jump
        assert await expire.attempt()
        now[0] += jump
        await services.clock_guard.trust()
        assert await expire.attempt()
        assert rows_of(state, ME) == (0 if jump > 0 else 1)


def test_doctor_takes_a_persons_word_for_the_clock(here: Run, state: Path) -> None:
    with closing(sqlite3.connect(state / "state.db")) as connection, connection:
        connection.execute("INSERT INTO metadata (name, value) VALUES ('last tidied', '1000000')")
    assert "✗ Clock: The clock moved by" in here("doctor", state=state).stdout
    assert "✓ Clock" in here("doctor", "--trust-clock", state=state).stdout
    assert "✓ Clock" in here("doctor", state=state).stdout


async def test_times_of_next_year_from_a_wrong_clock_are_ignored(state: Path) -> None:
    ahead = datetime.now(UTC) + timedelta(days=365)
    database = await SqliteDatabase.open(state / "state.db")
    tunes = tuple(ChartEntry(rank, f"Fictional Tune {rank}", "The Imaginary") for rank in range(1, 6))
    await Charts(database).replace(Chart("billboard", "Hot 100", date(2027, 11, 21), tunes), ahead)
    await SourceBlocks(database).block("ReccoBeats", ahead, "403", elsewhere=ahead)
    await UnknownSongs(database).add("a song", 365 * DAY)
    assert await SourceBlocks(database).blocked_until("ReccoBeats") is None
    assert not await SourceBlocks(database).all()
    assert not await UnknownSongs(database).holds("a song")
    await database.close()
    async with opened(state) as services:
        assert not await job(services, "refresh hot list").attempt()  # it asks, and nobody answers
        assert services.hot_list._tried_at is not None


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes there")
def test_state_and_backups_are_for_their_owner_alone(here: Run, state: Path, tmp_path: Path) -> None:
    state.chmod(0o755)
    backup, elsewhere = tmp_path / "backup.zip", tmp_path / "elsewhere"
    assert here("backup", str(backup), state=state).returncode == 0
    assert here("restore", str(backup), state=elsewhere).returncode == 0
    assert here("recommend", "Bohemian Rhapsody", state=state).returncode == 0
    for path in (backup, state, elsewhere, *elsewhere.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes there")
def test_doctor_tells_when_others_can_read_the_token(here: Run, state: Path) -> None:
    secrets = state / ".env"
    secrets.write_text("SAMEWAVE_SEED=1\n", "utf-8")
    for mode, told in ((0o644, True), (0o600, False)):
        secrets.chmod(mode)
        assert (f"chmod 600 {secrets}" in here("doctor", state=state).stdout) == told
