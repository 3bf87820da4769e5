"""Another process holds the write lock of the database for seconds."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.client.interactions import DEFER_AFTER_SECONDS
from tests.support.gateway_bot import connected
from tests.support.settings import settings_for
from tests.support.stand_ins.discord_service.payloads import CHANNELS
from tests.support.stand_ins.discord_service.service import open_discord, until

LESS_THAN_A_WRITER_WAITS = 50.0
"""Seconds, of the 60 for which a writer waits for another: what comes sooner did not wait for it."""
SONG = "!recommend Bohemian Rhapsody"


@contextmanager
def writing_elsewhere(state: Path) -> Iterator[None]:
    """Nobody else can write meanwhile."""
    with closing(sqlite3.connect(state / "state.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_songs_are_answered_and_presses_acknowledged_in_time(state: Path) -> None:
    async with open_discord() as service, connected(service, settings_for(state)):
        answered = await service.answer_to(await service.say(SONG))
        [like] = [name for name in answered.buttons if name.startswith("like:")]
        asked = await service.answer_to(await service.slash("forgetme"))
        [forget] = [name for name in asked.buttons if name.startswith("forget")]
        with writing_elsewhere(state):
            await service.answer_to(await service.say(SONG), seconds=LESS_THAN_A_WRITER_WAITS)
            pressed = [await service.press(answered, like), await service.press(asked, forget)]
            await asyncio.sleep(DEFER_AFTER_SECONDS)  # the picks wait to be written by now
            await service.answer_to(
                await service.say(SONG, channel=CHANNELS[1]), seconds=LESS_THAN_A_WRITER_WAITS
            )
            await until(lambda: service.rest.signs.keys() >= set(pressed))
            assert not any(service.answers_to(press) for press in pressed)
        texts = [(await service.answer_to(press)).text for press in pressed]
        assert "you like" in texts[0]
        assert "forg" in texts[1].casefold()


async def test_a_playlist_and_a_radio_show_that_they_wait(state: Path) -> None:
    async with open_discord() as service, connected(service, settings_for(state)):
        playing = await service.answer_to(await service.slash("radio", song="Bohemian Rhapsody"))
        with writing_elsewhere(state):
            asked = [
                await service.slash("playlist", mood="chill", channel=CHANNELS[1]),
                await service.slash("radio", song="Hotel California", channel=CHANNELS[1]),
                await service.press(playing, "radio:next"),
            ]
            await until(lambda: service.rest.signs.keys() >= set(asked), seconds=LESS_THAN_A_WRITER_WAITS)
            assert not any(service.answers_to(one) for one in asked)
        playlist, begun, following = [(await service.answer_to(one)).text for one in asked]
        assert "chill" in playlist
        assert " by " in begun
        assert following != playing.text
