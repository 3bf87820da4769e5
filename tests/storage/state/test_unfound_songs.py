"""Queries without results: askers are distinguished but not stored."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.unfound import ASKERS_NEEDED, asker_mark
from bot.storage.database import Database
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.metadata import Metadata
from bot.storage.state.retention import expire
from bot.storage.state.unfound_songs import UnfoundSongs

DAY = 24 * 3600.0
NOW = 1_800_000_000.0
SALT = b"0123456789abcdef"


def distinct(key: str, people: int) -> list[int]:
    """Ids with different marks."""
    found: dict[int, int] = {}
    for user in range(10**17, 10**17 + 1_000):
        found.setdefault(asker_mark(SALT, user, key), user)
    return list(found.values())[:people]


async def test_three_askers_within_thirty_days(database: Database) -> None:
    metadata = Metadata(database)
    await metadata.set("unfound salt", SALT.hex())
    songs = UnfoundSongs(database)
    first, second, third, fourth = distinct("blorp", 4)
    for _ in range(9):
        await songs.note("blorp", "blorp", first, NOW)
    await songs.note("blorp", "blorp", second, NOW + 29 * DAY)
    await songs.note("blorp", "blorp", third, NOW + 31 * DAY)  # the first asked too long ago
    assert await songs.shown(NOW + 31 * DAY) == []
    await songs.note("blorp", "blorp", fourth, NOW + 32 * DAY)
    [shown] = await songs.shown(NOW + 32 * DAY)
    assert (shown.words, shown.asked) == ("blorp", 12)
    assert await database.fetch("SELECT * FROM unfound_marks") == []
    await songs.note("blorp", "blorp", first, NOW + 33 * DAY)
    assert await database.fetch("SELECT * FROM unfound_marks") == []
    assert await songs.shown(NOW + 64 * DAY) == []
    await expire(database, "unfound songs", NOW + (64 - 30) * DAY)
    assert await database.fetch("SELECT * FROM unfound_songs") == []
    assert ASKERS_NEEDED == 3


async def test_marks_of_a_forgotten_person_are_deleted(tmp_path: Path) -> None:
    database = await SqliteDatabase.open(tmp_path / "state.db")
    try:
        metadata = Metadata(database)
        await metadata.set("unfound salt", SALT.hex())
        songs = UnfoundSongs(database)
        me, you = distinct("blorp", 2)
        for user in (me, you):
            await songs.note("blorp", "blorp", user, NOW)
        await songs.forget(me)
        assert await database.fetch("SELECT mark FROM unfound_marks") == [(asker_mark(SALT, you, "blorp"),)]
    finally:
        await database.close()
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        everything = "\n".join(connection.iterdump())
    assert str(me) not in everything
    assert str(you) not in everything


def test_a_mark_is_shared_by_one_in_a_thousand_and_differs_for_each_song() -> None:
    marks = [asker_mark(SALT, user, "blorp") for user in range(20_480)]
    assert all(0 <= mark < 1_024 for mark in marks)
    fitting = sum(mark == marks[0] for mark in marks)
    assert 5 <= fitting <= 50
    assert [asker_mark(SALT, user, "other") for user in range(100)] != marks[:100]
