"""Catalogue and model are replaced while the bot answers."""

import asyncio
import sys
from pathlib import Path

from bot.services.background import in_background
from tests.discord.test_gateway import is_recommendation
from tests.sources.tables.fictional import csv_file, song
from tests.support.gateway_bot import connected
from tests.support.settings import environment_for, settings_for
from tests.support.stand_ins.discord_service.service import open_discord, until

PROJECT = Path(__file__).parents[2]
BETWEEN_SECONDS = 0.1
SONGS = ("Queen - Bohemian Rhapsody", "Eminem - Without Me", "Eagles - Hotel California", "TOTO - Africa")


async def command_line(state: Path, *arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        env=environment_for(state),
        cwd=PROJECT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()


async def test_every_command_is_answered_while_catalogue_and_model_are_replaced(
    small_state: Path, tmp_path: Path
) -> None:
    state = small_state
    songs = [song(number, artists=[f"Nobody {number}"], energy=number % 97 / 97) for number in range(300)]
    table, done = csv_file(tmp_path / "table.csv", songs), asyncio.Event()
    settings = settings_for(state, covers=False)  # commands that wait for covers would pile up
    async with (
        open_discord() as service,
        connected(service, settings) as there,
        in_background(there.services.jobs),
    ):
        before = there.services.models.recommender.name

        async def ask(title: str) -> int:
            asked = 0
            while not done.is_set():
                message = await service.say(f"!recommend {title}")
                answers = [await service.answer_to(message)]
                pressed = [name for name in answers[0].buttons if name.startswith("like:")]
                assert is_recommendation(answers[0]), answers[0].text
                answers.append(await service.answer_to(await service.press(answers[0], pressed[0])))
                assert "like" in answers[1].text or "Taken back" in answers[1].text
                asked += 1
                await asyncio.sleep(BETWEEN_SECONDS)
            return asked

        asking = [asyncio.create_task(ask(title)) for title in SONGS]
        try:
            for arguments in (("import", str(table)), ("train", "--clusters", "12")):
                assert await command_line(state, *arguments) == 0
            await until(lambda: there.services.models.current().recommender.name != before)
        finally:
            done.set()
            counts = await asyncio.gather(*asking)
        assert min(counts) > 0
        assert await there.services.models.is_current()
        posted = await service.answer_to(await service.say("!recommend The Imaginary Lighthouse Number 7"))
        assert is_recommendation(posted), posted.text
