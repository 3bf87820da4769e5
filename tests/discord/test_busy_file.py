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


async def test_songs_come_meanwhile_and_presses_are_acknowledged_in_time(state: Path) -> None:
    async with open_discord() as service, connected(service, settings_for(state)):
        answered = await service.answer_to(await service.say(SONG))
        [like] = [name for name in answered.buttons if name.startswith("like:")]
        asked = await service.answer_to(await service.slash("forgetme"))
        [forget] = [name for name in asked.buttons if name.startswith("forget")]
        with closing(sqlite3.connect(state / "samewave.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await service.answer_to(await service.say(SONG), seconds=5)
            pressed = [await service.press(answered, like), await service.press(asked, forget)]
            await asyncio.sleep(PATIENCE)  # the picks wait to be written by now
            await service.answer_to(await service.say(SONG, channel=CHANNELS[1]), seconds=5)
            await until(lambda: service.rest.signs.issuperset(pressed))
            assert not any(service.answers_to(press) for press in pressed)
            other.execute("ROLLBACK")
        texts = [(await service.answer_to(press)).text for press in pressed]
        assert "you like" in texts[0]
        assert "forg" in texts[1].casefold()
