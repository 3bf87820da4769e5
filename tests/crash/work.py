"""The process that is killed: one kind of work. It prints "begun", then a line for each step done."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib import import_module
from itertools import count
from pathlib import Path

import numpy as np

from bot.domain.sessions import Person, Session
from bot.domain.taste import KnownSong
from bot.model_building import open_maintenance
from bot.services.catalogue.backup import StateFolder, back_up
from bot.services.catalogue.restore import restore
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.feedback import FeedbackTable
from bot.storage.state.guilds import Guilds
from bot.storage.state.history import History, RecentPick
from bot.storage.state.sessions import Sessions
from bot.wiring import open_services
from tests.support.settings import NOWHERE, settings_for

GUILD, CHANNEL, MODERATOR = 1, 2, 3


def tell(line: object) -> None:
    print(line, flush=True)


def quiet(stage: str, share: float) -> None:
    """No progress."""


async def do_import(state: Path, table: str) -> None:
    async with open_maintenance(settings_for(state)) as maintenance:
        tell("begun")
        await maintenance.import_catalogue(Path(table))


async def do_train(state: Path, seed: str) -> None:
    import_module("bot.services.catalogue.train_bundle")  # else most kills would meet nothing but imports
    async with open_maintenance(settings_for(state)) as maintenance:
        tell("begun")
        await maintenance.train(clusters=10, seed=int(seed), progress=quiet)


async def do_refresh(state: Path, charts: str) -> None:
    settings = settings_for(state, apple_url=charts, deezer_url=charts, hotlist_cooldown_minutes=0)
    assert settings.billboard_url == NOWHERE
    async with open_services(settings, rng=np.random.default_rng(1)) as services:
        tell("begun")
        for number in count(1):
            await services.hot_list.refresh()
            tell(number)


async def do_writes(state: Path, first: str) -> None:
    """Thumbs, a setting, a pick, a listening session: each numbered, each told of once it is stored."""
    database = await SqliteDatabase.open(state / "state.db")
    sessions = Sessions(database)
    feedback, guilds, history = FeedbackTable(database), Guilds(database), History(database, remembered=50)
    tell("begun")
    for number in count(int(first)):
        song = KnownSong(f"song{number}", f"Song {number}", ("Nobody",))
        await feedback.press(number, GUILD, song, liked=bool(number % 2))
        await guilds.change(GUILD, MODERATOR, {"prefix": f"p{number}"})
        await history.add(CHANNEL, RecentPick(f"song{number}", None), number)
        await history.flush()
        begun = await sessions.begin(Session(0, 1_000_000 + number, GUILD, "fair", 1.0, 1.0))
        assert begun is not None
        people = (Person(number, 0, 0), Person(number + 1, 1, 0))
        await sessions.save(begun, replace(begun, panel=number, people=people, skips=frozenset({number})))
        tell(number)


async def do_backup(state: Path, folder: str) -> None:
    tell("begun")
    for number in count():
        back_up(StateFolder(state), Path(folder) / f"{number}.zip", quiet)
        tell(number)


async def do_restore(state: Path, folder: str) -> None:
    tell("begun")
    for number in count():
        restore(Path(folder) / f"{'ab'[number % 2]}.zip", StateFolder(state), quiet)
        tell(number)


KINDS: dict[str, Callable[[Path, str], Awaitable[None]]] = {
    "import": do_import,
    "train": do_train,
    "refresh": do_refresh,
    "writes": do_writes,
    "backup": do_backup,
    "restore": do_restore,
}


async def main() -> None:
    await KINDS[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])


if __name__ == "__main__":
    asyncio.run(main())
