import json
import random
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import StorageFailed
from bot.domain.titles import normalise, title_key
from bot.sources.tables.cleaning import LABELS, TRACKS
from bot.storage.catalogue import staged_index
from bot.storage.catalogue.fulltext import append_to_index, rank_of, remove_from_index
from bot.storage.catalogue.importing import (
    FinishedImport,
    finished_import,
    import_lock,
    publish,
    staging_path,
)
from bot.storage.catalogue.prepared_tracks import prepared_tracks
from bot.storage.catalogue.search_keys import artist_key, full_keys, title_keys
from bot.storage.catalogue.staging import STAGED, Staging, part
from bot.storage.catalogue.training_rows import labelled_songs, sample_features
from bot.storage.database import Database
from ml.features import FEATURE_NAMES
from tests.sources.tables.fictional import FEATURES, song_id

DUMP = "SELECT * FROM tracks ORDER BY row"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "samewave.db")
    yield database
    await database.close()


def track(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "id": song_id(number),
        "title": f"The Imaginary Lighthouse Number {number}",
        "artists": ["The Paper Weathervanes"],
        "album": None,
        "popularity": None,
        "duration_ms": None,
        "release_year": None,
        "explicit": None,
        "key": None,
        "mode": None,
        **FEATURES,
    } | changed


async def bring(
    database: Database, digest: str, tracks: list[dict[str, Any]], labels: Sequence[tuple[int, str, str]] = ()
) -> FinishedImport:
    staging = Staging(staging_path(database), database.path)
    given_labels = [dict(zip(LABELS.names, label, strict=True)) for label in labels]
    staging.add(
        len(tracks),
        prepared_tracks(pa.Table.from_pylist(tracks, schema=TRACKS)),
        pa.Table.from_pylist(given_labels, schema=LABELS),
        {},
    )
    staging.finish()
    return publish(database, staging, digest=digest, name="table.csv")[0]


async def fingerprint(database: Database) -> str:
    [(value,)] = await database.fetch("SELECT value FROM facts WHERE name = 'catalogue'")
    return str(value)


async def found(database: Database, words: str) -> list[str]:
    rows = await database.fetch(
        """
        SELECT tracks.title
        FROM track_words JOIN ranked ON ranked.rank = track_words.rowid JOIN tracks USING (row)
        WHERE track_words MATCH ? LIMIT 10
        """,
        (words,),
    )
    return [title for (title,) in rows]


async def test_what_is_known_stays_and_what_was_unknown_is_filled_in(database: Database) -> None:
    first = await bring(database, "a", [track(1, popularity=10), track(2)])
    assert first == FinishedImport(rows=2, imported=2, updated=0, merged=0)
    before = await fingerprint(database)
    second = await bring(
        database,
        "b",
        [track(1, title="Other", popularity=99, release_year=1999, energy=0.1), track(2), track(3)],
    )
    assert second == FinishedImport(rows=3, imported=1, updated=1, merged=0)
    assert await fingerprint(database) != before
    assert await database.fetch("SELECT row, title, popularity, release_year, energy FROM tracks") == [
        (1, "The Imaginary Lighthouse Number 1", 10, 1999, 0.75),
        (2, "The Imaginary Lighthouse Number 2", None, None, 0.75),
        (3, "The Imaginary Lighthouse Number 3", None, None, 0.75),
    ]


async def test_rows_of_one_track_are_merged_and_their_labels_united(database: Database) -> None:
    labels = [
        (0, "genre", "sea shanty"),
        (1, "genre", "lullaby"),
        (2, "genre", "lullaby"),
        (2, "playlist", "p"),
    ]
    finished = await bring(database, "a", [track(1), track(2), track(1, popularity=5)], labels)
    assert finished == FinishedImport(rows=3, imported=2, updated=0, merged=1)
    songs, rows = await labelled_songs(database)
    assert rows.tolist() == [1, 2]
    assert list(songs.genres) == [{"sea shanty", "lullaby"}, {"lullaby"}]
    assert list(songs.playlists) == [{"p"}, frozenset()]
    assert songs.columns.popularity[0] == 5


async def test_the_same_content_in_another_file_changes_nothing(database: Database) -> None:
    content = ([track(1), track(2)], [(0, "genre", "sea shanty")])
    await bring(database, "a", *content)
    before = await database.fetch(DUMP), await fingerprint(database)
    assert await bring(database, "b", *content) == FinishedImport(2, 0, 0, 0)
    assert (await database.fetch(DUMP), await fingerprint(database)) == before
    assert (await bring(database, "c", content[0], [(1, "genre", "sea shanty")])).updated == 1
    assert await fingerprint(database) != before[1]
    assert await finished_import(database, "b") == FinishedImport(2, 0, 0, 0)
    assert await finished_import(database, "never") is None


async def test_an_imported_row_replaces_a_fetched_one_in_its_place(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            """
            INSERT INTO tracks (row, id, title, artists, title_key, artist_key, isrc, key, source, used_at)
            VALUES (7, ?, 'Fetched', '["Somebody"]', 'fetched', 'somebody', 'XX', 3, 'spotify', ?)
            """,
            (song_id(1), time.time()),
        )
        await append_to_index(connection, 7, "Fetched", ["Somebody"], None)
    assert await found(database, "fetched") == ["Fetched"]
    songs, _ = await labelled_songs(database)
    assert len(songs) == 0
    assert (await bring(database, "a", [track(1)])).updated == 1
    assert await database.fetch("SELECT row, title, key, isrc, source, used_at, valence FROM tracks") == [
        (7, "The Imaginary Lighthouse Number 1", 3, "XX", "import", None, 0.375)
    ]
    assert await found(database, "fetched") == []
    assert await found(database, "imaginary weathervanes") == ["The Imaginary Lighthouse Number 1"]


async def test_the_index_is_in_order_of_popularity(database: Database) -> None:
    songs = [
        track(1, popularity=None),
        track(2, popularity=5, artists=["Zeppelin Nobody"]),
        track(3, popularity=5, artists=["Aardvark Nobody"], title="The Imaginary Song - Live"),
        track(4, popularity=80),
    ]
    await bring(database, "a", songs)
    ranked = await database.fetch("SELECT tracks.row FROM ranked JOIN tracks USING (row) ORDER BY rank")
    assert ranked == [(4,), (2,), (3,), (1,)]
    assert len(await found(database, "imag*")) == 4
    assert await found(database, "title: live") == ["The Imaginary Song - Live"]
    trigrams = await database.fetch(
        "SELECT rowid FROM title_trigrams WHERE title_trigrams MATCH 'sng OR son'"
    )
    assert trigrams == [(rank_of(3, 5),)]
    assert await database.fetch("SELECT rowid FROM title_trigrams WHERE title_trigrams MATCH 'ive'") == []


async def test_one_track_comes_and_goes(database: Database) -> None:
    await bring(database, "a", [track(1), track(2, title="Étude (Café) - Live", artists=["Zoë", "Nobody"])])
    async with database.transaction() as connection:
        await remove_from_index(connection, 2)
        await remove_from_index(connection, 99)
    assert await found(database, "etude") == []
    assert await database.fetch("SELECT rowid FROM title_trigrams WHERE title_trigrams MATCH 'etu'") == []
    async with database.transaction() as connection:
        await append_to_index(connection, 2, "Étude (Café) - Live", ["Zoë", "Nobody"], None)
    assert await found(database, "etude zoe") == ["Étude (Café) - Live"]


async def test_ranks_of_an_earlier_version_are_laid_down_anew(database: Database) -> None:
    await bring(database, "a", [track(1, title="Étude (Café)"), track(2, popularity=9)])
    async with database.transaction() as connection:
        await connection.execute("UPDATE ranked SET rank = row")
    await bring(database, "b", [track(3, popularity=5)])
    assert await database.fetch("SELECT row FROM ranked ORDER BY rank") == [(2,), (3,), (1,)]
    assert await found(database, "etude cafe") == ["Étude (Café)"]
    assert len(await found(database, "imaginary")) == 2


async def test_what_becomes_popular_moves_up(database: Database) -> None:
    await bring(database, "a", [track(1, popularity=50), track(2), track(3)])
    await bring(database, "b", [track(2, popularity=60), track(2), track(4, popularity=55), track(4)])
    assert await found(database, "imaginary") == [
        f"The Imaginary Lighthouse Number {number}" for number in (2, 4, 1, 3)
    ]
    await bring(database, "c", [track(5), track(5, popularity=70)])
    assert (await found(database, "imaginary"))[0] == "The Imaginary Lighthouse Number 5"
    await database.execute("INSERT INTO track_words (track_words) VALUES ('integrity-check')")


@pytest.mark.parametrize("block", [2, 7, 1_000])
async def test_blocks_of_any_size_give_one_index(
    database: Database, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """Tracks that come again, become popular and move, in the same block or a later one."""
    monkeypatch.setattr(staged_index, "BLOCK", block)
    chance = random.Random(1)
    await bring(database, "a", [track(n, popularity=chance.choice([None, 5, 70])) for n in range(10)])
    again = [track(chance.randrange(30), popularity=chance.choice([None, 50])) for _ in range(80)]
    await bring(database, "b", again)
    await bring(database, "c", [track(n, popularity=60) for n in range(20, 40)])
    ranked = await database.fetch("SELECT rank, row FROM ranked ORDER BY rank")
    tracks = await database.fetch("SELECT row, popularity FROM tracks")
    assert ranked == sorted((rank_of(row, popularity), row) for row, popularity in tracks)
    for words in ("imaginary", "imag*", "lighthouse number"):
        indexed = await database.fetch("SELECT rowid FROM track_words WHERE track_words MATCH ?", (words,))
        assert indexed == [(rank,) for rank, _ in ranked]
    indexed = await database.fetch("SELECT rowid FROM title_trigrams WHERE title_trigrams MATCH 'lig'")
    assert indexed == [(rank,) for rank, _ in ranked]
    for table in ("track_words", "title_trigrams"):
        await database.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")


async def test_two_imports_at_once(database: Database) -> None:
    with import_lock(database), pytest.raises(StorageFailed, match="Another import"), import_lock(database):
        pass
    with import_lock(database):
        pass


async def test_training_rows(database: Database) -> None:
    known = track(1, duration_ms=1000, release_year=1999, key=2, mode=1, popularity=3, explicit=1)
    await bring(database, "a", [known, track(2, artists=["A", "B & C"])])
    songs, rows = await labelled_songs(database)
    assert rows.tolist() == [1, 2]
    assert list(songs.ids) == [song_id(1), song_id(2)]
    assert list(songs.artists) == [("The Paper Weathervanes",), ("A", "B & C")]
    assert songs.columns.features.tolist() == [[FEATURES[name] for name in FEATURE_NAMES]] * 2
    assert songs.columns.duration_ms.tolist() == pytest.approx([1000, float("nan")], nan_ok=True)
    assert songs.columns.release_year.tolist() == pytest.approx([1999, float("nan")], nan_ok=True)
    assert songs.explicit is not None
    assert songs.explicit.tolist() == [True, False]
    assert (await sample_features(database, 1)).shape == (1, 9)
    assert (await sample_features(database, 10)).shape == (2, 9)


async def test_what_an_interrupted_import_left_is_passed_over(database: Database) -> None:
    place = staging_path(database)
    for name in STAGED:
        part(place, name).write_bytes(b"no database at all" * 1_000)
    assert (await bring(database, "a", [track(1)])).imported == 1
    assert not list(database.path.parent.glob("*-import-*"))


WORDS = st.text(st.characters(codec="utf-8"), max_size=20) | st.from_regex(
    r"\A[ -~]{0,12}( \(| -| \[| feat\.? | ft\. |&|'|  ){0,2}[ -~\té]{0,8}\Z"
)


@given(st.lists(WORDS.map(lambda words: "".join(c for c in words if c.isprintable())), max_size=6))
def test_prepared_tracks(texts: list[str]) -> None:
    tracks = [track(at, title=text, artists=[text, *texts]) for at, text in enumerate(texts)]
    found = prepared_tracks(pa.Table.from_pylist(tracks, schema=TRACKS)).to_pylist()
    for asked, row in zip(tracks, found, strict=True):
        assert row["title_key"] == title_key(asked["title"])
        assert row["full_key"] == normalise(asked["title"])
        assert json.loads(row["artists"]) == asked["artists"]


@given(st.lists(WORDS, max_size=6))
def test_keys_in_bulk_are_the_keys_one_by_one(titles: list[str]) -> None:
    assert full_keys(titles) == [normalise(title) for title in titles]
    assert title_keys(titles) == [title_key(title) for title in titles]


def test_artist_keys() -> None:
    assert artist_key(["Beyoncé Nobody", "Guns N' Neon", "!!!"]) == "beyonce nobody guns n neon !!!"
    assert json.dumps(artist_key([])) == '""'
