"""Names by key, misspelt names and prefixes in the indexes."""

import string
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.spelling import name_key
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.names import Name, halves_of
from bot.storage.catalogue.tracks import Tracks
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.fetched_songs import FetchedSongs
from tests.sources.tables.fictional import FEATURES
from tests.support.catalogues import add_songs

LETTERS = st.sampled_from(string.ascii_lowercase + "éßжあ")
KEYS = st.text(LETTERS, min_size=2, max_size=40)


@given(KEYS, st.data())
def test_a_typo_leaves_a_half_that_is_searched(key: str, data: st.DataObject) -> None:
    at, letter = data.draw(st.integers(0, len(key) - 1)), data.draw(LETTERS)
    for typed in {
        key,
        key[:at] + letter + key[at:],
        key + letter,
        key[:at] + key[at + 1 :],
        key[:at] + letter + key[at + 1 :],
        key[:at] + key[at + 1 : at + 2] + key[at : at + 1] + key[at + 2 :],
    } - {""}:
        middle = len(key) // 2
        assert any(
            size == len(key) and (beginning == key[:middle] or end == key[middle:])
            for size, beginning, end in halves_of(typed)
        )


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
    state = await SqliteDatabase.open(tmp_path / "state.db")
    yield Tracks(catalogues.open(), FetchedSongs(state))
    await state.close()


async def test_titles_and_artists_are_found_by_every_key(tmp_path: Path) -> None:
    songs: list[Song] = [("I'm Gonna Be (500 Miles)", "The Proclaimers", 70), ("Thunderstruck", "AC/DC", 90)]
    async with tracks_of(tmp_path, songs) as tracks:
        assert tracks.names.titles(["thunderstruck", "500miles"]) == {"thunderstruck": [1], "500miles": [2]}
        assert tracks.names.artists(["acdc", "nobody"]) == {"acdc": [1]}
        found = tracks.names.tracks([1, 2])
        assert [found[rank].title for rank in (1, 2)] == ["Thunderstruck", "I'm Gonna Be (500 Miles)"]


async def test_misspelt_names_are_found(tmp_path: Path) -> None:
    songs: list[Song] = [("Bohemian Rhapsody", "Queen", 90), ("Mamma Mia", "ABBA", 80)]
    async with tracks_of(tmp_path, songs) as tracks:
        assert Name("mammamia", False) in await tracks.names.one_typo_away(name_key("mama mia"))
        assert Name("queen", True) in await tracks.names.one_typo_away(name_key("qeuen"))
        assert Name("bohemianrhapsody", False) in await tracks.names.alike(name_key("bohemain rapsody"), 10)
        assert await tracks.names.alike("", 10) == []


async def test_an_artist_is_found_among_hundreds_who_sang_the_title(tmp_path: Path) -> None:
    songs: list[Song] = [("The Christmas Song", f"Singer {n:02d}", 99 - n) for n in range(40)]
    songs.append(("The Christmas Song", "Nat King Cole & Friends", 1))
    async with tracks_of(tmp_path, songs) as tracks:
        first, others = await tracks.ids_by("Nat King Cole")
        assert len(first) + len(others) == 1
        assert len(await tracks.titled(name_key("The Christmas Song"), limit=5)) == 5


async def test_prefix_matches_come_most_popular_first(tmp_path: Path) -> None:
    long = ("Love " + "la " * 60).strip()
    songs = [("Love", 10), ("Love Me Do", 70), ("Lovesick", None), ("Glove", 90), (long, 99)]
    async with tracks_of(tmp_path, [(name, "Somebody", popularity) for name, popularity in songs]) as tracks:
        found = [track.title for track in await tracks.few_with_prefix("love")]
        assert found == [long, "Love Me Do", "Love", "Lovesick"]
        assert await tracks.few_with_prefix("love", limit=1)
        assert await tracks.few_with_prefix("hate") == []
