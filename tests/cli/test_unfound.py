"""`samewave unfound`, as the host uses it."""

import asyncio
import json
import time
from pathlib import Path

from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.metadata import Metadata
from bot.storage.state.unfound_songs import UnfoundSongs
from tests.support.settings import samewave

WORDS = "zzyx blorptastic"


async def ask(state: Path, people: int) -> None:
    database = await SqliteDatabase.open(state / "state.db")
    try:
        for person in range(people):
            await UnfoundSongs(database, Metadata(database)).note(
                "zzyxblorptastic", WORDS, person, time.time()
            )
    finally:
        await database.close()


def test_the_host_lists_names_and_takes_back(state: Path) -> None:
    asyncio.run(ask(state, 20))
    assert samewave("unfound", state=state).stdout.split() == ["20", "×", *WORDS.split()]
    assert WORDS in samewave("doctor", state=state).stdout
    assert samewave("unfound", "again", state=state).stdout == "0 found, 1 left.\n"
    said = samewave("unfound", "meant", "Zzyx  Blorptastic!", "Queen - Bohemian Rhapsody", state=state)
    assert "from now on" in said.stdout, said
    answer = samewave("recommend", "--json", WORDS.upper(), state=state)
    assert json.loads(answer.stdout)["seed"]["artists"] == ["Queen"]
    assert "no longer" in samewave("unfound", "back", WORDS, state=state).stdout
    assert "meant" not in samewave("unfound", state=state).stdout
