"""Results of queries in the embedded catalogue, and in a large one where it is available."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.charts import ChartEntry
from bot.domain.titles import artist_keys, title_key
from bot.domain.tracks import Track
from bot.services.catalogue.import_tables import ImportCatalogue
from bot.services.search.find import Finding, find_songs
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.tracks import Tracks
from bot.storage.state.fetched_songs import FetchedSongs
from tests.sources.tables.fictional import EMBEDDED
from tests.support.shared_data import shared_file

KNOWN_ENOUGH = 60
"""Popularity of the songs of the large table that are taken along: a few thousand, so that it is quick."""


class NothingFetched(FetchedSongs):
    """A state without fetched songs."""

    def __init__(self) -> None:
        pass

    async def titled(self, keys: Sequence[str]) -> list[Track]:
        return []

    async def one_typo_away(self, key: str) -> list[Track]:
        return []


def _tracks(folder: Path, table: Path) -> Tracks:
    catalogues = CatalogueFolder(folder / "catalogues")
    asyncio.run(ImportCatalogue(catalogues, embedded=EMBEDDED, models=folder / "models")(table))
    return Tracks(catalogues.open(), NothingFetched())


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Tracks:
    return _tracks(tmp_path_factory.mktemp("embedded"), EMBEDDED)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Tracks:
    folder = tmp_path_factory.mktemp("large")
    songs = pd.read_csv(shared_file("catalogue/spotify_tracks_114k.csv.gz"), index_col=0)
    songs[(songs.popularity >= KNOWN_ENOUGH) | songs.artists.eq("Zedd;Kesha")].to_csv(folder / "songs.csv")
    return _tracks(folder, folder / "songs.csv")


def is_song(found: Finding, title: str, artist: str) -> bool:
    song = found.songs[0].song
    return (
        found.outcome == "song"
        and title_key(song.title) == title_key(title)
        and bool(artist_keys(song.artists) & artist_keys(artist))
    )


@pytest.mark.parametrize(
    ("query", "title", "artist"),
    [
        ("hotel california", "Hotel California", "Eagles"),
        ("Eagles - Hotel California (Official Video)", "Hotel California", "Eagles"),
        ("hotel california by the eagles", "Hotel California", "Eagles"),
        ("**hotel california**", "Hotel California", "Eagles"),
        ("hotl california eagles", "Hotel California", "Eagles"),
    ],
)
async def test_a_song_of_the_embedded_catalogue_is_meant(
    embedded: Tracks, query: str, title: str, artist: str
) -> None:
    assert is_song(await find_songs(query, embedded), title, artist)


@pytest.mark.parametrize(
    "query",
    ["love yourself", "back to black", "unholy (feat. Kim Petras) Sam Smith", "U2 - With Or Without You",
     "In My Life - Remastered 2009 The Beatles", "billie jean", "the hills", "stay rihanna"],
)  # fmt: skip
async def test_another_song_is_never_answered_silently(embedded: Tracks, query: str) -> None:
    found = await find_songs(query, embedded)
    assert found.outcome == "unknown" or (found.outcome == "choice" and found.unsure)


@pytest.mark.parametrize("times", [3, 5, 12, 40])
async def test_a_word_that_is_repeated_asks_for_the_title_that_repeats_it(
    embedded: Tracks, times: int
) -> None:
    found = await find_songs("girls " * times, embedded)
    assert [one.song.title for one in found.songs[:1]] == ["Girls, Girls, Girls"]


async def test_a_misspelling_is_a_question(embedded: Tracks) -> None:
    found = await find_songs("love yourself", embedded)
    assert found.unsure
    assert found.songs[0].song.name.startswith("Lose Yourself")


@pytest.mark.parametrize(
    ("query", "artist"),
    [
        ("In My Life - Remastered 2009 The Beatles", "The Beatles"),
        ("Eminem & Nobody At All - Lantern Weather", "Eminem"),
        ("Nobody, Queen x Drake - Lantern Weather", "Queen"),
        ("Lantern Weather - Queen", "Queen"),
        ("Nobody At All, Nobody Else & A Third - Queen", None),  # a title that somebody is called by
    ],
)
async def test_the_artist_of_an_unknown_song_is_known(
    embedded: Tracks, query: str, artist: str | None
) -> None:
    assert (await find_songs(query, embedded)).artist == artist


@pytest.mark.parametrize(
    ("query", "artist"),
    [("queen", "Queen"), ("eminem", "Eminem"), ("the beatles", "The Beatles"), ("Beatles", "The Beatles"),
     ("something by Queen", "Queen"), ("songs by the beatles", "The Beatles"),
     ("the beatels", "The Beatles")],
)  # fmt: skip
async def test_an_artist_alone_is_an_artist(embedded: Tracks, query: str, artist: str) -> None:
    found = await find_songs(query, embedded)
    assert (found.outcome, found.artist) == ("artist", artist)
    assert all(artist in track.artists for track in found.artist_songs)
    popularity = [track.popularity or 0 for track in found.artist_songs]
    assert popularity == sorted(popularity, reverse=True)


@pytest.mark.parametrize(
    ("query", "title", "artist"),
    [
        ("Thunderstruck (AC/DC)", "Thunderstruck", "AC/DC"),
        ("thunderstruck", "Thunderstruck", "AC/DC"),
        ("blinding lights", "Blinding Lights", "The Weeknd"),
        ("hello", "Hello", "Adele"),
        ("ac/dc - thunderstruck lyrics", "Thunderstruck", "AC/DC"),
        ("acdc thunderstruck", "Thunderstruck", "AC/DC"),
        ("the song africa", "Africa", "TOTO"),
        ("jimmy cooks w/ 21 savage", "Jimmy Cooks", "Drake"),
        ("songs like creep", "Creep", "Radiohead"),
        ("dock of the bay", "(Sittin' On) the Dock of the Bay", "Otis Redding"),
        ("teen spirit", "Smells Like Teen Spirit", "Nirvana"),
        ("강남스타일", "Gangnam Style", "PSY"),
        ("sound of silence simon and garfunkel", "The Sound of Silence", "Simon & Garfunkel"),
        ("ke$ha - true colors", "True Colors", "Kesha"),
        ("7 nation army", "Seven Nation Army", "The White Stripes"),
        ("smels like teen spirit nirvana", "Smells Like Teen Spirit", "Nirvana"),
        ("smells like teen spirit nirvanna", "Smells Like Teen Spirit", "Nirvana"),
        ("shallow gaga", "Shallow", "Lady Gaga"),
    ],
)
async def test_a_song_of_the_large_catalogue_is_meant(
    large: Tracks, query: str, title: str, artist: str
) -> None:
    assert is_song(await find_songs(query, large), title, artist)


async def test_other_songs_of_the_name_are_alternatives(large: Tracks) -> None:
    found = await find_songs("hello", large)
    names = [one.song.name for one in found.songs]
    assert len(names) == len(set(names)) > 1


async def test_the_beatles_are_an_artist(large: Tracks) -> None:
    found = await find_songs("The Beatles", large)
    assert (found.outcome, found.artist) == ("artist", "The Beatles")


async def test_a_named_artist_is_never_dropped(large: Tracks) -> None:
    assert (await find_songs("U2 - With Or Without You", large)).outcome != "song"


async def test_a_hot_song_need_not_be_in_the_catalogue(embedded: Tracks) -> None:
    entry = ChartEntry(1, "Nobody Has This Title", "Some Artist")
    found = await find_songs("nobody has this title", embedded, [entry])
    assert (found.outcome, found.songs[0].song.entry) == ("song", entry)


@given(query=st.text(max_size=200))
@settings(max_examples=60)
async def test_any_text_has_a_result(embedded: Tracks, query: str) -> None:
    found = await find_songs(query, embedded)
    assert found.outcome in ("song", "choice", "artist", "unknown")
    assert bool(found.songs or found.artist_songs) or found.outcome == "unknown"
