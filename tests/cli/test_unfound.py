"""`samewave unfound`, as the host uses it."""

import asyncio
import json
import time
from pathlib import Path

from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.unfound_songs import UnfoundSongs
from tests.support.command_line import Run

WORDS = "zzyx blorptastic"


async def ask(state: Path, people: int) -> None:
    database = await SqliteDatabase.open(state / "state.db")
    try:
        for person in range(people):
            await UnfoundSongs(database).note("zzyxblorptastic", WORDS, person, time.time())
    finally:
        await database.close()


def test_the_host_lists_names_and_takes_back(here: Run, state: Path) -> None:
    asyncio.run(ask(state, 20))
    assert here("unfound", state=state).stdout.split() == ["20", "×", *WORDS.split()]
    assert WORDS in here("doctor", state=state).stdout
    assert here("unfound", "again", state=state).stdout == "0 found, 1 left.\n"
    said = here("unfound", "meant", "Zzyx  Blorptastic!", "Queen - Bohemian Rhapsody", state=state)
    assert "from now on" in said.stdout, said
    answer = here("recommend", "--json", WORDS.upper(), state=state)
    assert json.loads(answer.stdout)["seed"]["artists"] == ["Queen"]
    assert "no longer" in here("unfound", "back", WORDS, state=state).stdout
    assert "meant" not in here("unfound", state=state).stdout
