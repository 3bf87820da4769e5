"""Imports: tracks added, counts, and the new file."""

import json
import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import StorageFailed
from bot.domain.spelling import normalise
from bot.domain.titles import title_key
from bot.sources.tables.cleaning import made_id
from bot.storage.catalogue.building import SCHEMA, ImportedRows
from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.incoming import OPTIONAL
from bot.storage.catalogue.training_rows import labelled_songs, sample_features
from ml.features import FEATURE_NAMES
from tests.sources.tables.fictional import FEATURES, song_id
from tests.support.catalogues import add_songs

Bring = Callable[..., ImportedRows]


@pytest.fixture
def catalogues(tmp_path: Path) -> CatalogueFolder:
    return CatalogueFolder(tmp_path / "catalogues")


@pytest.fixture
def bring(catalogues: CatalogueFolder) -> Bring:
    def bringing(
        tracks: Sequence[dict[str, Any]], labels: Sequence[tuple[int, str, str]] = (), digest: str = "a"
    ) -> ImportedRows:
        return add_songs(catalogues, tracks, labels, digest=digest)

    return bringing


def track(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "id": song_id(number),
        "title": f"The Imaginary Lighthouse Number {number}",
        "artists": ["The Paper Weathervanes"],
        **dict.fromkeys(OPTIONAL),
        **FEATURES,
    } | changed


def unnamed(number: int, **changed: Any) -> dict[str, Any]:
    """The same song from a table without ids."""
    song = track(number, **changed)
    return song | {"id": made_id(song["title"], song["artists"])}


def rows(catalogues: CatalogueFolder, sql: str) -> list[tuple[Any, ...]]:
    return catalogues.open().look_up(sql)


def found(catalogues: CatalogueFolder, words: str) -> list[str]:
    titles = catalogues.open().look_up(
        """
        SELECT tracks.title
        FROM track_words JOIN ranked ON ranked.rank = track_words.rowid JOIN tracks USING (row)
        WHERE track_words MATCH ? LIMIT 10
        """,
        [words],
    )
    return [title for (title,) in titles]


def test_known_values_stay_and_missing_ones_are_filled_in(catalogues: CatalogueFolder, bring: Bring) -> None:
    assert bring([track(1, popularity=10), track(2)]) == ImportedRows(2, 2, 0, 0, 0, 0)
    before = catalogues.current()
    again = [track(1, title="Other", popularity=99, release_year=1999, energy=0.1), track(2), track(3)]
    assert bring(again, digest="b") == ImportedRows(3, new=1, completed=1, unchanged=1, merged=0, skipped=0)
    assert catalogues.current() != before
    assert rows(catalogues, "SELECT row, title, popularity, release_year, energy FROM tracks") == [
        (1, "The Imaginary Lighthouse Number 1", 10, 1999, 0.75),
        (2, "The Imaginary Lighthouse Number 2", None, None, 0.75),
        (3, "The Imaginary Lighthouse Number 3", None, None, 0.75),
    ]
    assert rows(catalogues, "SELECT digest, rows FROM imports ORDER BY digest") == [("a", 2), ("b", 3)]


async def test_rows_of_one_track_are_merged_and_their_labels_united(
    catalogues: CatalogueFolder, bring: Bring
) -> None:
    labels = [
        (0, "genre", "sea shanty"),
        (1, "genre", "lullaby"),
        (2, "genre", "lullaby"),
        (2, "playlist", "p"),
    ]
    counts = bring([track(1), track(2), track(1, popularity=5)], labels)
    assert counts == ImportedRows(3, new=2, completed=0, unchanged=0, merged=1, skipped=0)
    songs, numbers = await labelled_songs(catalogues.current_file())
    assert numbers.tolist() == [1, 2]
    assert list(songs.genres) == [{"sea shanty", "lullaby"}, {"lullaby"}]
    assert list(songs.playlists) == [{"p"}, frozenset()]
    assert songs.columns.popularity[0] == 5


def test_the_same_content_in_another_file_changes_nothing(catalogues: CatalogueFolder, bring: Bring) -> None:
    content = ([track(1), track(2)], [(0, "genre", "sea shanty")])
    bring(*content)
    before = catalogues.current()
    assert bring(*content, digest="b") == ImportedRows(2, 0, 0, unchanged=2, merged=0, skipped=0)
    assert catalogues.current() == before
    assert bring(content[0], [(1, "genre", "sea shanty")], digest="c").completed == 1
    assert catalogues.current() != before


def test_the_same_tables_give_the_same_file(tmp_path: Path) -> None:
    digests = set()
    for name in "ab":
        catalogues = CatalogueFolder(tmp_path / name)
        for first in (0, 5):
            tables = [track(n, popularity=n) for n in range(first, first + 10)]
            add_songs(catalogues, tables, [(0, "genre", "sea shanty")], digest=str(first))
        digests.add(catalogues.current())
    assert len(digests) == 1


@pytest.mark.parametrize("unnamed_first", [True, False])
def test_a_song_with_and_without_its_id_is_one(
    catalogues: CatalogueFolder, bring: Bring, unnamed_first: bool
) -> None:
    """Whichever table comes first, the id stays, and the made one still finds the track."""
    tables = [unnamed(1, popularity=7), unnamed(2)], [track(1, album="Ten Invented Rooms"), track(2)]
    first, second = tables if unnamed_first else tables[::-1]
    assert bring(first).new == 2
    counts = bring(second, [(0, "genre", "lullaby")], digest="b")
    assert counts == ImportedRows(
        2, 0, 2 if unnamed_first else 1, 0 if unnamed_first else 1, merged=0, skipped=0
    )
    assert rows(catalogues, "SELECT row, id, popularity, album FROM tracks ORDER BY row") == [
        (1, song_id(1), 7, "Ten Invented Rooms"),
        (2, song_id(2), None, None),
    ]
    if unnamed_first:
        assert catalogues.open().rows_of([unnamed(2)["id"], "nobody's", song_id(1)]) == [2, 1]
        assert bring(first, digest="c") == ImportedRows(2, 0, 0, unchanged=2, merged=0, skipped=0)


def test_a_name_that_several_tracks_have_is_the_most_popular_one(
    catalogues: CatalogueFolder, bring: Bring
) -> None:
    same = {"title": "Same Name", "artists": ["Nobody", "Somebody"]}
    bring([track(1, popularity=3, **same), track(2, popularity=50, **same), track(3, popularity=99)])
    other = unnamed(5, title="Same Name - Live", artists=["Nobody", "Somebody"])
    counts = bring([unnamed(4, album="An Album", **same), other], digest="b")
    assert (counts.new, counts.completed) == (1, 1)
    assert rows(catalogues, "SELECT id FROM tracks WHERE album IS NOT NULL") == [(song_id(2),)]


def test_one_table_may_hold_both_and_several_ids(catalogues: CatalogueFolder, bring: Bring) -> None:
    same = {"title": "Same Name", "artists": ["Nobody"]}
    bring([unnamed(1, **same)])
    counts = bring([unnamed(1, **same), track(2, **same), track(3, **same), unnamed(4, **same)], digest="b")
    assert (counts.new, counts.completed, counts.unchanged, counts.merged) == (1, 1, 0, 2)
    assert sorted(rows(catalogues, "SELECT id FROM tracks")) == [(song_id(2),), (song_id(3),)]


def test_the_index_is_in_order_of_popularity(catalogues: CatalogueFolder, bring: Bring) -> None:
    songs = [
        track(1, popularity=None),
        track(2, popularity=5, artists=["Zeppelin Nobody"]),
        track(3, popularity=5, artists=["Aardvark Nobody"], title="The Imaginary Song - Live"),
        track(4, popularity=80),
    ]
    bring(songs)
    assert rows(catalogues, "SELECT row FROM ranked ORDER BY rank") == [(4,), (2,), (3,), (1,)]
    assert len(found(catalogues, "imag*")) == 4
    assert found(catalogues, "title: live") == ["The Imaginary Song - Live"]
    trigrams = "SELECT rowid FROM title_trigrams WHERE title_trigrams MATCH '{}'"
    assert rows(catalogues, trigrams.format("sng OR son")) == [(3,)]
    assert rows(catalogues, trigrams.format("ive")) == []


def test_what_becomes_popular_moves_up_and_rows_stay(catalogues: CatalogueFolder, bring: Bring) -> None:
    bring([track(1, popularity=50), track(2), track(3)])
    bring([track(2, popularity=60), track(2), track(4, popularity=55), track(4)], digest="b")
    assert found(catalogues, "imaginary") == [f"The Imaginary Lighthouse Number {n}" for n in (2, 4, 1, 3)]
    bring([track(5), track(5, popularity=70)], digest="c")
    assert found(catalogues, "imaginary")[0] == "The Imaginary Lighthouse Number 5"
    assert catalogues.open().rows_of([song_id(number) for number in range(1, 6)]) == [1, 2, 3, 4, 5]


def test_many_imports_give_one_whole_index(catalogues: CatalogueFolder, bring: Bring) -> None:
    """Tracks that come again, become popular and move."""
    chance = random.Random(1)
    bring([track(n, popularity=chance.choice([None, 5, 70])) for n in range(10)])
    bring([track(chance.randrange(30), popularity=chance.choice([None, 50])) for _ in range(80)], digest="b")
    bring([track(n, popularity=60) for n in range(20, 40)], digest="c")
    ranked = rows(catalogues, "SELECT row FROM ranked ORDER BY rank")
    tracks = rows(catalogues, "SELECT coalesce(-popularity, 1), row FROM tracks")
    assert [row for (row,) in ranked] == [row for _, row in sorted(tracks)]
    file = catalogues.current_file()
    assert file is not None
    with closing(sqlite3.connect(file)) as connection:
        for words in ("imaginary", "imag*", "lighthouse number"):
            sql = "SELECT count(*) FROM track_words WHERE track_words MATCH ?"
            assert connection.execute(sql, [words]).fetchone() == (len(ranked),)
        for table in ("track_words", "title_trigrams"):
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")


def test_keys_are_those_of_the_domain(catalogues: CatalogueFolder, bring: Bring) -> None:
    names = ["Beyoncé Nobody", "Guns N' Neon", "!!!"]
    bring([track(1, title='Étude "No. 1" (Café) - Live', artists=names), track(2, title="÷", artists=["÷"])])
    stored = rows(catalogues, "SELECT title, title_key, artists, artist_key FROM tracks ORDER BY row")
    for title, key, artists, artist_key in stored:
        assert key == title_key(title)
        assert artist_key == " ".join(map(normalise, json.loads(artists)))
    assert json.loads(stored[0][2]) == names
    assert found(catalogues, "etude 1 live") == ['Étude "No. 1" (Café) - Live']


@pytest.mark.parametrize(
    ("before", "later", "after"),
    [(0, 1, 1), (1, 0, 1), (None, 1, 1), (None, 0, 0), (0, None, 0), (1, None, 1), (None, None, None)],
)
def test_a_song_is_explicit_if_any_table_says_so(
    catalogues: CatalogueFolder, bring: Bring, before: int | None, later: int | None, after: int | None
) -> None:
    bring([track(1, explicit=before)])
    bring([track(1, explicit=later)])
    assert rows(catalogues, "SELECT explicit FROM tracks") == [(after,)]


async def test_training_rows(catalogues: CatalogueFolder, bring: Bring) -> None:
    known = track(1, duration_ms=1000, release_year=1999, key=2, mode=1, popularity=3, explicit=1)
    bring([known, track(2, artists=["A", "B & C"])])
    songs, numbers = await labelled_songs(catalogues.current_file())
    assert numbers.tolist() == [1, 2]
    assert list(songs.ids) == [song_id(1), song_id(2)]
    assert list(songs.artists) == [("The Paper Weathervanes",), ("A", "B & C")]
    assert songs.columns.features.tolist() == [[FEATURES[name] for name in FEATURE_NAMES]] * 2
    assert songs.columns.duration_ms.tolist() == pytest.approx([1000, float("nan")], nan_ok=True)
    assert songs.columns.release_year.tolist() == pytest.approx([1999, float("nan")], nan_ok=True)
    assert songs.explicit is not None
    assert songs.explicit.tolist() == [True, False]
    assert (await sample_features(catalogues.open(), 1)).shape == (1, 9)
    assert (await sample_features(catalogues.open(), 10)).shape == (2, 9)
    assert len((await labelled_songs(None))[0]) == 0


def test_a_catalogue_is_gone_when_nobody_needs_it(catalogues: CatalogueFolder, bring: Bring) -> None:
    """Open readers continue; the model's catalogue and the current one stay."""
    bring([track(1)])
    first, reading = catalogues.current(), catalogues.open()
    bring([track(2)], digest="b")
    second = catalogues.current()
    bring([track(3)], digest="c")
    (catalogues.path / "next.part").write_bytes(b"left by an import that was killed")
    catalogues.tidy({second})
    assert sorted(file.stem for file in catalogues.path.glob("*.db")) == sorted(
        [second, catalogues.current()]
    )
    assert not list(catalogues.path.glob("*.part"))
    assert reading.look_up("SELECT id FROM tracks") == [(song_id(1),)]
    newest = catalogues.open()
    assert newest.is_made_of(first)
    assert newest.is_made_of(second)
    assert not reading.is_made_of(second)


def test_what_an_import_writes_is_not_tidied_away(catalogues: CatalogueFolder) -> None:
    with catalogues.lock():
        builder = catalogues.builder()
        catalogues.tidy()
        assert (catalogues.path / "next.part").exists()
        builder.close()
    with catalogues.lock(), pytest.raises(StorageFailed, match="Another import"), catalogues.lock():
        pass


def test_a_catalogue_of_an_older_schema_is_rebuilt(
    catalogues: CatalogueFolder, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring([track(1, title="Étude"), track(2)], [(1, "genre", "lullaby")])
    older = catalogues.current()
    for module in ("building", "folder", "catalogue"):
        monkeypatch.setattr(f"bot.storage.catalogue.{module}.SCHEMA", SCHEMA + 1)
    with pytest.raises(StorageFailed, match="older version"):
        catalogues.open()
    catalogues.bring_up_to_date()
    newer = catalogues.open()
    assert newer.digest != older
    assert newer.is_made_of(older)
    assert newer.rows_of([song_id(1), song_id(2)]) == [1, 2]
    assert newer.look_up("SELECT title_key, (SELECT count(*) FROM track_labels) FROM tracks LIMIT 1") == [
        ("etude", 1)
    ]
    catalogues.bring_up_to_date()
    assert catalogues.current() == newer.digest


@pytest.mark.parametrize("damage", [b"words, no database" * 500, b"", b"SQLite format 3\0" + b"\1" * 9_000])
def test_a_damaged_catalogue_is_a_sentence(catalogues: CatalogueFolder, bring: Bring, damage: bytes) -> None:
    bring([track(1)])
    file = catalogues.current_file()
    assert file is not None
    file.write_bytes(damage)
    with pytest.raises(StorageFailed, match=r"is damaged|older version"):
        catalogues.open()
    file.unlink()
    with pytest.raises(StorageFailed, match="is damaged or cannot be read"):
        catalogues.open()


@pytest.mark.parametrize("pointer", [b"", b"../../etc/passwd", b"\xff\xfe", b"A" * 64])
def test_a_damaged_pointer_is_a_sentence(catalogues: CatalogueFolder, bring: Bring, pointer: bytes) -> None:
    bring([track(1)])
    (catalogues.path / "current").write_bytes(pointer)
    with pytest.raises(StorageFailed, match="does not name a catalogue"):
        catalogues.open()


async def test_damaged_pages_are_a_sentence(catalogues: CatalogueFolder, bring: Bring) -> None:
    bring([track(n) for n in range(500)])
    file = catalogues.current_file()
    assert file is not None
    opened = catalogues.open()
    content = file.read_bytes()
    file.write_bytes(content[:16_384] + b"\xa5" * (len(content) - 16_384))
    with pytest.raises(StorageFailed, match="My catalogue is damaged"):
        await opened.fetch("SELECT count(*) FROM tracks WHERE title LIKE '%x%'")
    with pytest.raises(StorageFailed, match="My catalogue is damaged"):
        opened.look_up("SELECT title FROM tracks WHERE id = ?", [song_id(3)])


async def test_before_the_first_import_there_is_an_empty_one(catalogues: CatalogueFolder) -> None:
    empty = catalogues.open()
    assert empty.digest == ""
    assert await empty.fetch("SELECT count(*) FROM tracks") == [(0,)]
    assert empty.rows_of([song_id(1)]) == []
    assert isinstance(empty, Catalogue)
