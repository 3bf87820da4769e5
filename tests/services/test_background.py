"""Background jobs continue after any error, and their state can be read."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import StorageFailed
from bot.services.background import LOG_AGAIN_SECONDS, Job, every, in_background
from bot.services.jobs import STORAGE_CHECKS
from bot.services.use_cases import Services
from bot.wiring import open_services
from tests.support.clocks import Pauses, TurnedClock
from tests.support.settings import settings_for

JOBS = [
    "refresh hot list",
    "load newer catalogue and model",
    "write history",
    "run sessions",
    "post daily",
    "expire fetched songs",
    "expire songs played together",
    "expire history",
    "expire feedback",
    "expire logs",
    "expire radios",
    "expire playlists",
    "expire sessions",
    "expire unknown songs",
    "expire unfound songs",
    "expire counts",
    "expire daily posts",
    "expire odd rounds",
    "expire forget marks",
    "write counts",
]
ELSEWHERE = {"empty journal", *STORAGE_CHECKS, "remove replaced states"}
"""Jobs that do not read the tables: they are in `test_damage_and_clocks`."""


@pytest.fixture
async def services(state: Path) -> AsyncIterator[Services]:
    async with open_services(settings_for(state), rng=np.random.default_rng(1)) as opened:
        yield opened


@contextmanager
def nothing_readable(state: Path) -> Iterator[None]:
    """Drop all tables and corrupt the model's pointer, as after a failed restore."""
    pointer = state / "models" / "current"
    before = pointer.read_bytes()
    pointer.write_bytes(b"\xff")
    rename_all(state, "", "_away")
    yield
    rename_all(state, "_away", "")
    pointer.write_bytes(before)


def rename_all(state: Path, old: str, new: str, *, only: str | None = None) -> None:
    for file in state.glob("*.db"):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA legacy_alter_table = ON")
            tables = [
                name
                for _, name, kind, *_ in connection.execute("PRAGMA table_list").fetchall()
                if kind == "table" and not name.startswith("sqlite_") and only in (None, name)
            ]
            for table in tables:
                connection.execute(f"ALTER TABLE {table} RENAME TO {table.removesuffix(old)}{new}")


def test_every_job_is_tried_here(services: Services) -> None:
    assert sorted(job.name for job in services.jobs) == sorted([*JOBS, *ELSEWHERE])


@pytest.mark.parametrize("name", JOBS)
async def test_a_job_whose_run_fails_runs_again(
    services: Services, state: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    [job] = [job for job in services.jobs if job.name == name]
    await services.models.load()
    await services.recommend.song("Bohemian Rhapsody", replace(services.scope.nowhere, channel=7))
    pauses = Pauses()
    async with in_background([job], sleep=pauses):
        with nothing_readable(state):
            await pauses.begin(1)
        assert (job.failures, job.last_success) == (1, None)
        assert job.error
        assert any(name in record.message for record in caplog.records)
        pauses.end()
        await pauses.begin(2)
        assert job.last_success is not None
        assert (job.failures, job.error) == (1, "")
    assert pauses.asked[0] <= pauses.asked[1] == job.seconds


async def test_an_unforeseen_error_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    runs = 0

    async def fail_once() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ZeroDivisionError

    pauses = Pauses()
    job = Job("divide", 5.0, fail_once)
    async with in_background([job], sleep=pauses):
        await pauses.begin(1)
        pauses.end()
        await pauses.begin(2)
    assert runs == 2
    [record] = [record for record in caplog.records if "divide" in record.message]
    assert record.exc_info is not None
    assert "ZeroDivisionError" in record.message
    caplog.clear()


async def test_the_same_failure_is_not_logged_every_second(caplog: pytest.LogCaptureFixture) -> None:
    clock = TurnedClock()
    failure = StorageFailed("It is full.", detail="disk")

    async def fail() -> None:
        raise failure

    job = Job("write", 1.0, fail, clock=clock)

    def logged() -> int:
        return sum("It is full. (disk)" in record.message for record in caplog.records)

    for _ in range(100):
        await job.attempt()
    assert (logged(), job.failures) == (1, 100)
    failure.detail = "quota"
    await job.attempt()
    assert any("quota" in record.message for record in caplog.records)
    failure.detail = "disk"
    await job.attempt()
    clock.turn(LOG_AGAIN_SECONDS)
    await job.attempt()
    assert logged() == 3


async def test_a_job_ends_when_it_is_cancelled() -> None:
    started = asyncio.Event()

    async def hang() -> None:
        started.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(every(Job("hang", 1.0, hang)))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_expires_is_removed_while_another_table_is_broken(services: Services, state: Path) -> None:
    """A failure of one table does not delay the others: the retention times are kept."""
    rename_all(state, "", "_away", only="playlists")
    jobs = {job.name: job for job in services.jobs if job.name.startswith("expire")}
    assert [name for name, job in jobs.items() if not await job.attempt()] == ["expire playlists"]
