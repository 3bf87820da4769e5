"""Titles one slip away, the beginnings of titles, and the artists of a title: what the indexes must find."""

import sqlite3
import string
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.catalogue.building import make_empty
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.tracks import Tracks
from bot.storage.catalogue.typo_search import (
    HALF_IN_COMMON,
    swapped_in_the_middle,
    typos_between,
)
from bot.storage.database import Database
from bot.storage.state.fetched_songs import FetchedSongs
from ml.features import FEATURE_NAMES
from tests.sources.tables.fictional import FEATURES
from tests.support.catalogues import add_songs

LETTERS = st.sampled_from(string.ascii_lowercase + "éßжあ ")
TITLES = st.text(LETTERS, min_size=1, max_size=40).map(str.split).map(" ".join).filter(bool)


@pytest.fixture(scope="module")
def catalogue() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        make_empty(connection)
        yield connection


def title(connection: sqlite3.Connection, row: int, key: str) -> None:
    names = ", ".join(FEATURE_NAMES)
    connection.execute(
        f"""
        INSERT INTO tracks (row, id, title, artists, title_key, artist_key, {names})
        VALUES (?1, ?1, ?2, '[]', ?2, '', 0, 0, 0, 0, 0, 0, 0, 0, 0)
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


Song = tuple[str, str, int | None]
"""Title, artist, popularity."""


def song(number: int, title: str, artist: str, popularity: int | None) -> dict[str, Any]:
    optional = dict.fromkeys(("album", "duration_ms", "release_year", "explicit", "key", "mode"))
    return {"id": f"{number:022d}", "title": title, "artists": [artist], "popularity": popularity} | {
        **optional,
        **FEATURES,
    }


@asynccontextmanager
async def tracks_of(tmp_path: Path, songs: Sequence[Song]) -> AsyncIterator[Tracks]:
    """A catalogue of these songs."""
    catalogues = CatalogueFolder(tmp_path / "catalogues")
    add_songs(catalogues, [song(number, *one) for number, one in enumerate(songs)])
    state = await Database.open(tmp_path / "state.db")
    yield Tracks(catalogues.open(), FetchedSongs(state))
    await state.close()


async def test_each_title_comes_once_before_any_comes_twice(tmp_path: Path) -> None:
    songs = [("Mamma Mia", 50), ("Mama Mia", 90), ("Mama Mia", 80), ("Mamma Mia", None), ("Mamma Maria", 99)]
    named = [(name, f"Artist {number}", popularity) for number, (name, popularity) in enumerate(songs)]
    async with tracks_of(tmp_path, named) as tracks:
        found = await tracks.one_typo_away("mamam mia")
    assert [(track.title, track.popularity) for track in found] == [
        ("Mama Mia", 90),
        ("Mamma Mia", 50),
        ("Mama Mia", 80),
        ("Mamma Mia", None),
    ]


async def test_beginnings_come_most_popular_first_whatever_their_length(tmp_path: Path) -> None:
    long = ("Love " + "la " * 60).strip()
    songs = [("Love", 10), ("Love Me Do", 70), ("Lovesick", None), ("Glove", 90), (long, 99)]
    async with tracks_of(tmp_path, [(name, "Somebody", popularity) for name, popularity in songs]) as tracks:
        found = [track.title for track in await tracks.few_beginning_with("love")]
        assert found == [long, "Love Me Do", "Love", "Lovesick"]
        assert await tracks.few_beginning_with("love", limit=1)
        assert await tracks.few_beginning_with("hate") == []


async def test_an_artist_is_found_among_hundreds_who_sang_the_title(tmp_path: Path) -> None:
    songs: list[Song] = [("The Christmas Song", f"Singer {n:02d}", 99 - n) for n in range(40)]
    songs.append(("The Christmas Song", "Nat King Cole & Friends", 1))
    async with tracks_of(tmp_path, songs) as tracks:
        found = await tracks.titled("the christmas song", artists=["nat king cole"], limit=5)
        assert [track.artists for track in found] == [("Nat King Cole & Friends",)]
        assert len(await tracks.titled("the christmas song", limit=5)) == 5
        assert await tracks.titled("the christmas song", artists=["nobody"]) == []
