"""Titles one slip away, the beginnings of titles, and the artists of a title: what the indexes must find."""

import sqlite3
import string
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.tracks import Track
from bot.storage.catalogue.prefix_search import few_rows_beginning
from bot.storage.catalogue.tracks import Tracks
from bot.storage.catalogue.typo_search import (
    HALF_IN_COMMON,
    rows_one_typo_away,
    swapped_in_the_middle,
    typos_between,
)
from bot.storage.database import MIGRATIONS, Database
from ml.features import AudioFeatures

FEATURES = AudioFeatures(0.1, 0.5, 0.5, 0.0, 0.1, -7.0, 0.05, 120.0, 0.5)
LETTERS = st.sampled_from(string.ascii_lowercase + "éßжあ ")
TITLES = st.text(LETTERS, min_size=1, max_size=40).map(str.split).map(" ".join).filter(bool)


@pytest.fixture(scope="module")
def catalogue() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for file in sorted(MIGRATIONS.glob("*.sql")):
            connection.executescript(file.read_text("utf-8"))
        yield connection


def title(connection: sqlite3.Connection, row: int, key: str) -> None:
    connection.execute(
        """
        INSERT INTO tracks (row, id, title, artists, title_key, artist_key, source, used_at)
        VALUES (?1, ?1, ?2, '[]', ?2, '', 'spotify', 1.0)
        """,
        (row, key),
    )


@given(TITLES, st.lists(TITLES, max_size=5), st.data())
def test_every_title_one_slip_away_is_among_those_with_half_a_title_in_common(
    catalogue: sqlite3.Connection, wanted: str, others: list[str], data: st.DataObject
) -> None:
    at, letter = data.draw(st.integers(0, len(wanted) - 1)), data.draw(LETTERS)
    catalogue.execute("DELETE FROM tracks")
    for row, key in enumerate([wanted, *others], start=1):
        title(catalogue, row, key)
    for typed in {
        wanted,
        wanted[:at] + letter + wanted[at:],
        wanted + letter,
        wanted[:at] + wanted[at + 1 :],
        wanted[:at] + letter + wanted[at + 1 :],
        wanted[:at] + wanted[at + 1 : at + 2] + wanted[at : at + 1] + wanted[at + 2 :],
    } - {""}:
        found = catalogue.execute(HALF_IN_COMMON, (typed, swapped_in_the_middle(typed))).fetchall()
        near = [row for key, _, row in found if typos_between(typed, [key])[0] <= 1]
        keys = [wanted, *others]
        assert set(near) == {row for row, key in enumerate(keys, 1) if typos_between(typed, [key])[0] <= 1}
        assert 1 in near


@pytest.mark.parametrize(
    ("typed", "key", "slips"),
    [
        ("yelow", "yellow", 1),
        ("yellwo", "yellow", 1),
        ("yellow", "yellow", 0),
        ("yelwo", "yellow", 2),
        ("", "yellow", 2),
    ],
)
def test_letters_that_changed_places_are_one_slip(typed: str, key: str, slips: int) -> None:
    assert typos_between(typed, [key]) == [slips]
    assert typos_between(typed, []) == []


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "samewave.db")
    yield opened
    await opened.close()


async def kept(tracks: Tracks, number: int, title: str, artist: str, popularity: int | None) -> Track:
    track = Track(f"{number:022d}", title, (artist,), source="spotify", features=FEATURES)
    return await tracks.keep(replace(track, popularity=popularity))


async def test_each_title_comes_once_before_any_comes_twice(database: Database) -> None:
    tracks = Tracks(database)
    for number, (name, popularity) in enumerate(
        [("Mamma Mia", 50), ("Mama Mia", 90), ("Mama Mia", 80), ("Mamma Mia", None), ("Mamma Maria", 99)]
    ):
        await kept(tracks, number, name, f"Artist {number}", popularity)
    found = await tracks.one_typo_away("mamam mia")
    assert [(track.title, track.popularity) for track in found] == [
        ("Mama Mia", 90),
        ("Mamma Mia", 50),
        ("Mama Mia", 80),
        ("Mamma Mia", None),
    ]


async def test_a_fetched_track_is_found_by_a_slip_until_it_expires(database: Database) -> None:
    tracks = Tracks(database)
    song = await kept(tracks, 1, "Bohemian Rhapsody - Remastered", "Queen", 80)
    assert await rows_one_typo_away(database, "bohemain rhapsody") == [song.row]
    assert await few_rows_beginning(database, "bohemian rh") == [song.row]
    assert await tracks.expire(9e9) == 1
    assert await rows_one_typo_away(database, "bohemain rhapsody") == []
    assert await few_rows_beginning(database, "bohemian rh") == []


async def test_a_catalogue_of_an_earlier_version_is_found_by_a_slip(tmp_path: Path) -> None:
    path = tmp_path / "earlier.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for file in sorted(MIGRATIONS.glob("*.sql")):
            if int(file.name[:4]) <= 6:
                connection.executescript(file.read_text("utf-8"))
        title(connection, 7, "bohemian rhapsody")
        connection.execute("PRAGMA user_version = 6")
    opened = await Database.open(path)
    try:
        assert await rows_one_typo_away(opened, "bohemian rapsody") == [7]
        assert [track.row for track in await Tracks(opened).titled("bohemian rhapsody")] == [7]
    finally:
        await opened.close()


async def test_beginnings_come_most_popular_first_whatever_their_length(database: Database) -> None:
    tracks = Tracks(database)
    for number, (name, popularity) in enumerate(
        [("Love", 10), ("Love Me Do", 70), ("Lovesick", None), ("Glove", 90), ("Love " + "la " * 60, 99)]
    ):
        await kept(tracks, number, name, "Somebody", popularity)
    found = [track.title.strip() for track in await tracks.few_beginning_with("love")]
    assert found == [("Love " + "la " * 60).strip(), "Love Me Do", "Love", "Lovesick"]
    assert await tracks.few_beginning_with("love", limit=1)
    assert await tracks.few_beginning_with("hate") == []


async def test_an_artist_is_found_among_hundreds_who_sang_the_title(database: Database) -> None:
    tracks = Tracks(database)
    for number in range(40):
        await kept(tracks, number, "The Christmas Song", f"Singer {number:02d}", 99 - number)
    last = await kept(tracks, 99, "The Christmas Song", "Nat King Cole & Friends", 1)
    found = await tracks.titled("the christmas song", artists=["nat king cole"], limit=5)
    assert [track.row for track in found] == [last.row]
    assert len(await tracks.titled("the christmas song", limit=5)) == 5
    assert await tracks.titled("the christmas song", artists=["nobody"]) == []
