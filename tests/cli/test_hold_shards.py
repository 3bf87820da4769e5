"""Locks of shards on one PostgreSQL: who holds, waits, is refused, and loses the connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest

from bot.cli.hold_shards import hold_shards
from bot.services.use_cases import Services
from bot.storage.state.processes import DEAD_SECONDS
from bot.wiring import open_services
from tests.support.command_line import Run
from tests.support.postgres import execute
from tests.support.settings import settings_for
from tests.support.stand_ins.discord_service.service import until

Open = Callable[..., AbstractAsyncContextManager[Services]]


@pytest.fixture
def process(tmp_path: Path, postgres_url: str) -> Open:
    """Opens the services of a process that holds its shards."""

    @asynccontextmanager
    async def opened(
        *, patience: float = 0.0, stand_by: Callable[[], object] = lambda: None, **settings: Any
    ) -> AsyncIterator[Services]:
        chosen = settings_for(tmp_path, database_url=postgres_url, **settings)
        async with (
            open_services(chosen, rng=np.random.default_rng(1)) as services,
            hold_shards(services, patience=patience, stand_by=stand_by),
        ):
            yield services

    return opened


async def test_processes_with_shards_of_their_own_run_together_and_know_of_each_other_while_they_beat(
    process: Open, tmp_path: Path, postgres_url: str
) -> None:
    page = settings_for(tmp_path, database_url=postgres_url, process="3/3")
    async with (
        process(process="1/3") as one,
        process(process="2/3") as other,
        open_services(page, rng=np.random.default_rng(1)) as looking_on,
    ):
        assert await looking_on.processes.alive() == [one.processes.shards, other.processes.shards]
        await execute(postgres_url, f"UPDATE processes SET seen_at = seen_at - {DEAD_SECONDS + 5}")
        for services in (one, looking_on):
            await services.processes.beat()
        assert await looking_on.processes.alive() == [one.processes.shards]


@pytest.mark.parametrize(
    ("held", "wanted", "sentence"),
    [
        ({}, {}, "A bot is running on the database"),
        ({"process": "1/2"}, {"process": "1/2"}, "Another process runs some of the shards 0/2"),
        ({"shard_ids": "0-3", "shard_count": 8}, {"shard_ids": "3-7", "shard_count": 8}, "shards 3-7/8"),
        ({"process": "2/2"}, {}, "a shard count of 2"),
        ({}, {"process": "2/4"}, "a shard count of 1"),
        ({"shard_ids": "0", "shard_count": 8}, {"process": "4/4"}, "SAMEWAVE_SHARD_COUNT to 8"),
    ],
)
async def test_what_another_process_holds_is_refused_in_a_sentence(
    process: Open, held: dict[str, Any], wanted: dict[str, Any], sentence: str
) -> None:
    async with process(**held):
        with pytest.raises(click.ClickException, match=sentence):
            async with process(**wanted):
                pass
    async with process(**wanted):
        pass


@pytest.mark.parametrize(("wanted", "stands_by"), [("0-1", True), ("1-2", False)])
async def test_a_process_waits_for_the_one_before_it_and_stands_by_where_that_one_has_the_same_shards(
    process: Open, caplog: pytest.LogCaptureFixture, wanted: str, stands_by: bool
) -> None:
    stood_by = asyncio.Event()
    async with AsyncExitStack() as before:
        await before.enter_async_context(process(shard_ids="0-1", shard_count=4))
        later = process(shard_ids=wanted, shard_count=4, patience=600.0, stand_by=stood_by.set)
        entering = asyncio.create_task(later.__aenter__())
        await until(lambda: "Waiting for up to" in caplog.text)
        assert stood_by.is_set() == stands_by
        assert not entering.done()
        await before.aclose()
        await entering
        assert "going on" in caplog.text
        await later.__aexit__(None, None, None)


async def test_who_was_killed_is_forgotten(process: Open, postgres_url: str) -> None:
    async with process(process="1/2"):
        pass
    await execute(
        postgres_url,
        "INSERT INTO processes VALUES ('killed', '[0]', 3, "
        f"extract(epoch FROM now())::double precision - {DEAD_SECONDS + 5})",
    )
    async with process(process="1/2"):
        pass


async def test_a_lost_connection_takes_the_locks_again_unless_another_process_has_them(
    process: Open, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"

    async def replaced() -> None:
        async with process(process="1/2"):
            await execute(postgres_url, cut)
            await until(lambda: "taking them again" in caplog.text)
            async with process(process="1/2", patience=600.0):
                await asyncio.Event().wait()

    with pytest.raises(click.ClickException, match="Another process runs"):
        await replaced()


def test_settings_that_contradict_each_other_are_a_sentence(here: Run, tmp_path: Path) -> None:
    for changes, words in (
        ({"SAMEWAVE_PROCESS": "2/4"}, "need a PostgreSQL"),
        ({"SAMEWAVE_PROCESS": "2/4", "SAMEWAVE_SHARD_IDS": "1"}, "set one of them"),
    ):
        told = here("run", state=tmp_path, **changes)
        assert told.returncode == 1
        assert words in told.stderr
        assert len(told.stderr.splitlines()) == 1
