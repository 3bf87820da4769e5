"""What Discord may refuse or fail to serve at a start: the bot retries, or ends with one sentence."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import click
import numpy as np
import pytest
from discord.http import Route

from bot.cli.connect import Connection, stay_connected
from bot.services.catalogue.backup import StateFolder, back_up
from bot.services.catalogue.restore import restore
from bot.wiring import open_services
from tests.support.clocks import Pauses
from tests.support.gateway_bot import addresses_of, connected
from tests.support.settings import NOWHERE, settings_for
from tests.support.stand_ins.discord_service import payloads
from tests.support.stand_ins.discord_service.service import DiscordService, open_discord, until

SONG = "!recommend Bohemian Rhapsody"


@pytest.fixture
async def service() -> AsyncIterator[DiscordService]:
    async with open_discord() as opened:
        yield opened


async def test_a_refused_upload_is_tried_again_while_text_commands_work(
    service: DiscordService, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    statuses, pauses = [400, 403, 429, 503], Pauses()
    service.rest.refusals["/commands"].extend(statuses)
    async with connected(service, settings_for(state), sync="changed", sleep=pauses):
        for number in range(1, len(statuses) + 1):
            await pauses.begin(number)
            assert not service.rest.synced
            await service.answer_to(await service.say(SONG))
            pauses.end()
        await until(lambda: bool(service.rest.synced))
        await service.answer_to(await service.slash("recommend", song="Bohemian Rhapsody"))
    assert pauses.asked == [15.0, 30.0, 60.0, 120.0]
    told = [record for record in caplog.records if "did not take the slash commands" in record.message]
    assert len(told) == len(statuses)
    assert not any(record.exc_info for record in told)


async def test_commands_are_sent_once_to_each_application_and_anew_after_a_restore(
    service: DiscordService, state: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot")
    settings = settings_for(state)

    async def start(application: int) -> None:
        service.rest.application = application
        caplog.clear()
        async with connected(service, settings, sync="changed"):
            await until(lambda: any("commands" in record.message for record in caplog.records))

    uploads = []
    for application in (payloads.BOT, payloads.BOT, payloads.BOT + 1, payloads.BOT):
        await start(application)
        uploads.append(service.rest.uploads)
    assert uploads == [1, 1, 2, 2]
    archive = tmp_path / "backup.zip"
    back_up(StateFolder(state), archive, lambda what, share: None)
    restore(archive, StateFolder(state), lambda what, share: None)
    await start(payloads.BOT)
    assert service.rest.uploads == 3


async def test_an_outdated_command_is_a_sentence_and_sends_the_commands_again(
    service: DiscordService, state: Path
) -> None:
    async with connected(service, settings_for(state), sync="changed"):
        await until(lambda: bool(service.rest.synced))
        # An answer takes longer than the bot needs to note that its commands were taken.
        await service.answer_to(await service.slash("recommend", song="Bohemian Rhapsody"))
        known = dict(service.rest.synced[0])
        service.rest.synced.append({**known, "name": "gone-long-ago", "type": 1})
        for name, options in (("gone-long-ago", {}), ("cluster", {"unheard": "of"})):
            posted = await service.answer_to(await service.slash(name, **options))
            assert "not taken over my new commands" in posted.text
        await until(lambda: service.rest.uploads == 2)
        await service.answer_to(await service.slash("recommend", song="Bohemian Rhapsody"))
    assert service.rest.uploads == 2


@asynccontextmanager
async def staying(service: DiscordService, state: Path, pauses: Pauses) -> AsyncIterator[asyncio.Task[None]]:
    """`samewave run`'s loop on the stand-in."""
    settings = settings_for(state, discord_token=service.token)
    async with addresses_of(service), open_services(settings, rng=np.random.default_rng(1)) as services:
        await services.models.load()
        task = asyncio.create_task(stay_connected(services, settings, lambda bot: None, sleep=pauses))
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, click.ClickException):
                await task


async def test_the_connection_outlasts_what_waits_for_it_until_it_is_ended(
    service: DiscordService, state: Path
) -> None:
    """So that the background jobs stop before the bot closes."""
    settings = settings_for(state, discord_token=service.token)
    async with addresses_of(service), open_services(settings, rng=np.random.default_rng(1)) as services:
        await services.models.load()
        connection = Connection(services, settings, lambda bot: None)
        waiting = asyncio.create_task(connection.stay())
        await until(lambda: service.gateway.connected)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await service.answer_to(await service.say(SONG))
        await connection.end()
        assert not service.gateway.connected


async def test_temporary_failures_of_discord_are_retried(
    service: DiscordService, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pauses = Pauses()
    service.rest.refusals["/users/@me"].extend([503, 429])
    service.rest.refusals["/gateway/bot"].append(403)
    service.gateway.without_shard = 1
    there, service.rest.url = service.rest.url, NOWHERE
    async with staying(service, state, pauses):
        for number in range(1, 6):
            await pauses.begin(number)
            Route.BASE = there
            pauses.end()
        await until(lambda: service.gateway.connected)
        await service.answer_to(await service.say(SONG))
    assert pauses.asked == [2.0, 4.0, 8.0, 16.0, 32.0]
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1  # the READY that could not be read
    caplog.clear()


async def test_an_event_that_cannot_be_parsed_is_skipped(
    service: DiscordService, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with staying(service, state, Pauses()):
        await until(lambda: service.gateway.connected)
        said = payloads.message(1, payloads.CHANNELS[0], payloads.LISTENER_USER, SONG)
        inside = {
            "guild_id": str(payloads.GUILD),
            "member": payloads.member(payloads.LISTENER_USER, whole=False),
        }
        await service.gateway.dispatch("MESSAGE_CREATE", {**said, **inside, "thread": None})
        await service.gateway.dispatch("INTERACTION_CREATE", {"id": "2", "type": 2})
        await service.answer_to(await service.say(SONG))
        assert len(service.gateway.identified) == 1
    assert len([record for record in caplog.records if "could not be read" in record.message]) == 2
    caplog.clear()


async def test_a_token_that_is_reset_while_it_runs_is_a_sentence(
    service: DiscordService, state: Path
) -> None:
    async with staying(service, state, Pauses()) as running:
        await until(lambda: service.gateway.connected)
        service.gateway.token = "another"
        await service.gateway.invalidate(resumable=False)
        with pytest.raises(click.ClickException, match="does not take this token"):
            await running


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_start_that_discord_refuses_for_good_is_a_sentence(
    service: DiscordService, state: Path, status: int
) -> None:
    service.rest.refusals["/users/@me"].append(status)
    async with staying(service, state, Pauses()) as running:
        with pytest.raises(click.ClickException, match=f"refuses the start.*{status}"):
            await running
