"""What one process changes, another on the same PostgreSQL no longer answers from memory."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest

from bot.services.use_cases import Services
from bot.wiring import open_services
from tests.support.clocks import HANG_SECONDS
from tests.support.postgres import cut_listeners, execute
from tests.support.reading import BOHEMIAN
from tests.support.settings import settings_for

HERE, ME, MODERATOR = 501, 1234567890123456789, 77


@pytest.fixture
async def two(state: Path, postgres_url: str) -> AsyncIterator[list[Services]]:
    """On two machines."""
    opened = []
    async with AsyncExitStack() as stack:
        for seed, folder in enumerate((state, shutil.copytree(state, other_machine(state)))):
            settings = settings_for(folder, database_url=postgres_url)
            services = open_services(settings, rng=np.random.default_rng(seed))
            opened.append(await stack.enter_async_context(services))
        for services in opened:
            await services.models.load()
        yield opened


def other_machine(state: Path) -> Path:
    return state.with_name("there")


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(HANG_SECONDS):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def disliked_by_me(services: Services) -> bool:
    scope = await services.scope(9, guild=HERE, user=ME, age_restricted=False)
    return bool(scope.unwanted.songs)


async def test_a_setting_a_pin_a_block_and_a_dislike_are_seen_in_every_process(two: list[Services]) -> None:
    here, there = two
    guilds = there.guilds
    assert not (await guilds.settings.of(HERE)).quiet
    assert not await guilds.moderation.pins(HERE)
    assert not (await guilds.moderation.unwanted_in(HERE)).artists
    assert not await disliked_by_me(there)
    await here.guilds.settings.change(HERE, MODERATOR, quiet=True)
    scope = await here.scope(9, guild=HERE, user=ME, age_restricted=False)
    await here.guilds.moderation.add(HERE, MODERATOR, BOHEMIAN, "pinned", scope)
    await here.guilds.moderation.block_artist(HERE, MODERATOR, "Queen")
    await here.guilds.feedback.press(ME, BOHEMIAN, scope, liked=False)

    async def seen() -> bool:
        return (
            (await guilds.settings.of(HERE)).quiet
            and bool(await guilds.moderation.pins(HERE))
            and bool((await guilds.moderation.unwanted_in(HERE)).artists)
            and await disliked_by_me(there)
        )

    await until(seen)
    await here.guilds.settings.forget(HERE)  # the server removed the bot

    async def gone() -> bool:
        return not (await guilds.settings.of(HERE)).quiet and not await guilds.moderation.pins(HERE)

    await until(gone)


async def test_while_nothing_is_heard_nothing_is_answered_from_memory(
    two: list[Services], postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = two
    settings = there.guilds.settings
    [hear] = [job for job in there.jobs if job.name == "hear other processes"]
    await here.guilds.settings.change(HERE, MODERATOR, quiet=True)

    async def quiet() -> bool:
        return (await settings.of(HERE)).quiet

    async def loud() -> bool:
        return not await quiet()

    await until(quiet)
    await cut_listeners(postgres_url)
    await execute(postgres_url, "UPDATE guilds SET quiet = 0")  # which tells nobody
    await until(loud)
    for change in (True, False, True):
        await here.guilds.settings.change(HERE, MODERATOR, quiet=change)
        assert await quiet() is change

    async def both_logged() -> bool:
        return logged(caplog, "are not heard") == len(two)

    await until(both_logged)
    caplog.set_level("INFO")
    for _ in range(3):
        assert await hear.attempt()
    assert logged(caplog, "heard again") == 1
    assert await quiet()
    await execute(postgres_url, "UPDATE guilds SET quiet = 0")
    assert await quiet(), "it is kept again"
    await here.guilds.settings.change(HERE, MODERATOR, prefix="?")
    await until(loud)


async def test_whoever_is_forgotten_is_dropped_from_the_memory_of_every_process(
    two: list[Services], postgres_url: str, state: Path
) -> None:
    here, there = two
    told: list[int | None] = []
    there.guilds.privacy.on_forget = told.append
    scope = await here.scope(9, guild=HERE, user=ME, age_restricted=False)
    await here.guilds.feedback.press(ME, BOHEMIAN, scope, liked=False)

    async def disliked() -> bool:
        return await disliked_by_me(there)

    async def forgotten() -> bool:
        return told == [ME] and not await disliked()

    async def noted() -> bool:
        file = other_machine(state) / "forgotten"
        return file.exists() and len(json.loads(file.read_text("utf-8"))["people"]) == 1

    async def anybody() -> bool:
        return told[1:] == [None]

    await until(disliked)
    await here.guilds.privacy.forget(ME)
    await until(forgotten)
    await until(noted)  # so that no restore there brings them back
    await cut_listeners(postgres_url)  # who is forgotten meanwhile is not heard of
    await until(anybody)


def logged(caplog: pytest.LogCaptureFixture, words: str) -> int:
    return sum(words in record.message for record in caplog.records)
