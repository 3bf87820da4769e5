"""Another process writes into the database for seconds, as an import does when it is put in place."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.once import PATIENCE
from tests.conftest import settings_for
from tests.discord.gateway_bot import connected
from tests.stand_ins.discord_service.payloads import CHANNELS
from tests.stand_ins.discord_service.service import open_discord, until

SONG = "!recommend Bohemian Rhapsody"


async def test_songs_come_meanwhile_and_a_press_is_acknowledged_in_time(state: Path) -> None:
    async with open_discord() as service, connected(service, settings_for(state)):
        answered = await service.answer_to(await service.say(SONG))
        [like] = [name for name in answered.buttons if name.startswith("like:")]
        with closing(sqlite3.connect(state / "samewave.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await service.answer_to(await service.say(SONG), seconds=5)
            pressed = await service.press(answered, like)
            await asyncio.sleep(PATIENCE)  # the picks wait to be written by now
            await service.answer_to(await service.say(SONG, channel=CHANNELS[1]), seconds=5)
            await until(lambda: pressed in service.rest.thinking)
            assert not service.answers_to(pressed)
            other.execute("ROLLBACK")
        assert "you like" in (await service.answer_to(pressed)).text
