import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.domain.errors import StorageFailed, UnreadableTable
from bot.domain.tracks import Track
from bot.services.catalogue import read_table
from bot.services.catalogue.import_tables import ImportCatalogue, ImportProgress
from bot.storage.catalogue.importing import import_lock
from bot.storage.catalogue.tracks import Tracks
from bot.storage.database import Database
from tests.sources.tables.fictional import EMBEDDED, csv_file, csv_text, song
from tests.support.shared_data import shared_file

WHOLE = """
SELECT tracks.*, (SELECT group_concat(label) FROM track_labels WHERE row = tracks.row),
  (SELECT value FROM facts WHERE name = 'catalogue')
FROM tracks ORDER BY row
"""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "state" / "samewave.db")
    yield database
    await database.close()


@pytest.fixture
def import_catalogue(database: Database) -> ImportCatalogue:
    return ImportCatalogue(database, embedded=EMBEDDED)


async def test_the_embedded_table_and_again(database: Database, import_catalogue: ImportCatalogue) -> None:
    steps: list[ImportProgress] = []
    report = await import_catalogue(EMBEDDED, progress=steps.append)
    assert (report.rows, report.imported, report.updated, report.merged) == (6_000, 5_849, 0, 151)
    assert report.survey is not None
    assert report.survey.kind == "Parquet"
    assert not report.skipped
    assert not report.already_imported
    assert [*dict.fromkeys(step.stage for step in steps)] == [
        "Looking at the file",
        "Reading the table",
        "Building the search index",
        "Adding the songs to the catalogue",
        "Tidying up",
    ]
    assert all(0 <= step.fraction <= 1 for step in steps)
    before = await database.fetch(WHOLE)
    again = await import_catalogue(EMBEDDED)
    assert again.already_imported
    assert (again.rows, again.imported, again.updated, again.merged) == (6_000, 0, 0, 0)
    assert await database.fetch(WHOLE) == before
    assert not list(database.path.parent.glob("*-import-*"))


async def test_bad_rows_are_reported(tmp_path: Path, import_catalogue: ImportCatalogue) -> None:
    rows = [song(1), song(1, genres=["lullaby"]), song(2, energy=7), song(3, title=""), song(4, id="?")]
    path = csv_file(tmp_path / "table.csv", rows)
    path.write_text(path.read_text() + "too,few\n")
    report = await import_catalogue(path)
    assert (report.rows, report.imported, report.merged) == (6, 1, 1)
    assert {str(some) for some in report.skipped} == {
        "not between 0 and 1 in energy: 1, for example row 3: “7”",
        "no title in track_name: 1, for example row 4",
        "no Spotify track id in track_id: 1, for example row 5: “?”",
        "wrong number of cells: 1, for example 2 in place of 19: too,few",
    }


async def test_a_missing_feature_is_estimated_and_said(
    tmp_path: Path, database: Database, import_catalogue: ImportCatalogue
) -> None:
    rows = [song(1, danceability=0.8, energy=0.8), song(2, danceability=0.2, energy=0.1, acousticness=0.9)]
    path = csv_file(tmp_path / "table.csv", rows, "songs without ids")
    report = await import_catalogue(path)
    assert report.survey is not None
    assert report.survey.missing_features == ("valence",)
    [(lively,), (quiet,)] = await database.fetch("SELECT valence FROM tracks ORDER BY row")
    assert 0 <= quiet < lively <= 1
    assert (await import_catalogue(EMBEDDED)).imported == 5_849


@pytest.mark.parametrize(
    ("file", "imported", "merged"),
    [("catalogue/nigerian-songs.csv", 509, 21), ("evaluation/playlist_tracks.csv.gz", 20_165, 3_333)],
)
async def test_real_tables(import_catalogue: ImportCatalogue, file: str, imported: int, merged: int) -> None:
    report = await import_catalogue(shared_file(file))
    assert (report.imported, report.merged) == (imported, merged)


async def test_what_cannot_be_read_changes_nothing(
    tmp_path: Path, database: Database, import_catalogue: ImportCatalogue
) -> None:
    await import_catalogue(EMBEDDED)
    before = await database.fetch(WHOLE)
    packed = gzip.compress(csv_text([song(n) for n in range(30_000)]).encode(), 1)
    path = tmp_path / "table.csv.gz"
    path.write_bytes(packed[:-1_000])
    with pytest.raises(UnreadableTable, match="cut short"):
        await import_catalogue(path)
    with pytest.raises(UnreadableTable, match="There is no file"):
        await import_catalogue(tmp_path / "nothing.csv")
    assert await database.fetch(WHOLE) == before
    path.write_bytes(packed)
    assert (await import_catalogue(path)).imported == 30_000


async def test_a_big_table_is_read_apart(
    tmp_path: Path, import_catalogue: ImportCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_table, "APART_FROM", 0)
    path = csv_file(tmp_path / "table.csv", [song(1), song(2), song(3, title="")])
    report = await import_catalogue(path)
    assert report.imported == 2
    assert [str(some) for some in report.skipped] == ["no title in track_name: 1, for example row 3"]
    packed = gzip.compress(csv_text([song(n) for n in range(10, 10_000)]).encode(), 1)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(packed[:-1_000])
    with pytest.raises(UnreadableTable, match="cut short"):
        await import_catalogue(cut)
    without_valence = csv_file(tmp_path / "other.csv", [song(4)], "songs without ids")
    report = await import_catalogue(without_valence)
    assert report.survey is not None
    assert report.survey.missing_features == ("valence",)


async def test_what_was_fetched_during_an_import_is_kept(
    tmp_path: Path, database: Database, import_catalogue: ImportCatalogue
) -> None:
    path = csv_file(tmp_path / "table.csv", [song(1)])
    tracks = Tracks(database)
    fetching: list[asyncio.Task[Track]] = []

    def fetch(step: ImportProgress) -> None:
        if step.stage == "Reading the table":
            fetching.append(asyncio.create_task(tracks.keep(fetched)))

    fetched = Track("0fetched0fetched0fetch", "The Latecomer", ("Somebody Else",), source="spotify")
    await import_catalogue(path, progress=fetch)
    await asyncio.gather(*fetching)
    assert await tracks.count() == 2
    assert [track.id for track in await tracks.with_words(["latecomer"])] == [fetched.id]


async def test_a_second_import_at_the_same_time_is_refused(
    database: Database, import_catalogue: ImportCatalogue
) -> None:
    with import_lock(database), pytest.raises(StorageFailed, match="Another import"):
        await import_catalogue(EMBEDDED)
    assert (await import_catalogue(EMBEDDED)).imported == 5_849


def cancel_at(stage: str) -> Callable[[ImportProgress], None]:
    """Cancel the task that reports this stage."""

    def cancel(step: ImportProgress) -> None:
        task = asyncio.current_task()
        if step.stage == stage and task:
            task.cancel()

    return cancel


async def test_a_cancelled_import_leaves_the_catalogue_and_can_be_repeated(
    tmp_path: Path, database: Database, import_catalogue: ImportCatalogue
) -> None:
    path = csv_file(tmp_path / "table.csv", [song(n) for n in range(20_000)])
    for stage in ("Reading the table", "Adding the songs to the catalogue", "Building the search index"):
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(import_catalogue(path, progress=cancel_at(stage)))
        assert await database.fetch("SELECT count(*) FROM tracks") == [(0,)]
    assert (await import_catalogue(path)).imported == 20_000


async def test_the_event_loop_goes_on(tmp_path: Path, import_catalogue: ImportCatalogue) -> None:
    path = csv_file(tmp_path / "table.csv", [song(n) for n in range(20_000)])
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - began)

    ticking = asyncio.create_task(tick())
    await import_catalogue(path)
    ticking.cancel()
    assert longest < 0.5  # generous: other tests run on the same cores
