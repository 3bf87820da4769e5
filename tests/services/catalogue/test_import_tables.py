import asyncio
import gzip
from pathlib import Path

import pytest

from bot.domain.errors import StorageFailed, UnreadableTable
from bot.services.catalogue import read_table
from bot.services.catalogue.import_tables import ImportCatalogue, ImportReport, Progress
from bot.storage.catalogue.folder import CatalogueFolder
from tests.sources.tables.fictional import EMBEDDED, csv_file, csv_text, song, song_id
from tests.support.shared_data import shared_file


@pytest.fixture
def catalogues(tmp_path: Path) -> CatalogueFolder:
    return CatalogueFolder(tmp_path / "state" / "catalogues")


@pytest.fixture
def import_catalogue(catalogues: CatalogueFolder, tmp_path: Path) -> ImportCatalogue:
    return ImportCatalogue(catalogues, embedded=EMBEDDED, models=tmp_path / "state" / "models")


def adds_up(report: ImportReport) -> bool:
    skipped = sum(some.count for some in report.skipped)
    return report.rows == report.new + report.completed + report.unchanged + report.merged + skipped


async def test_the_embedded_table_and_again(
    catalogues: CatalogueFolder, import_catalogue: ImportCatalogue
) -> None:
    steps: list[tuple[str, float]] = []
    report = await import_catalogue(EMBEDDED, progress=lambda *step: steps.append(step))
    assert (report.rows, report.new, report.completed, report.merged) == (6_000, 5_849, 0, 151)
    assert adds_up(report)
    assert report.survey is not None
    assert report.survey.kind == "Parquet"
    assert not report.skipped
    assert not report.already_imported
    assert [*dict.fromkeys(stage for stage, _ in steps)] == [
        "Looking at the file",
        "Reading the table",
        "Building the search index",
        "Adding the songs to the catalogue",
        "Tidying up",
    ]
    assert all(0 <= fraction <= 1 for _, fraction in steps)
    before = catalogues.current()
    again = await import_catalogue(EMBEDDED)
    assert again.already_imported
    assert (again.rows, again.new, again.completed, again.merged) == (6_000, 0, 0, 0)
    assert catalogues.current() == before
    assert {file.name for file in catalogues.path.iterdir()} == {"current", "import.lock", f"{before}.db"}


async def test_bad_rows_are_reported(tmp_path: Path, import_catalogue: ImportCatalogue) -> None:
    rows = [song(1), song(1, genres=["lullaby"]), song(2, energy=7), song(3, title=""), song(4, id="?")]
    path = csv_file(tmp_path / "table.csv", rows)
    path.write_text(path.read_text() + "too,few\n")
    report = await import_catalogue(path)
    assert (report.rows, report.new, report.merged) == (6, 1, 1)
    assert adds_up(report)
    assert {str(some) for some in report.skipped} == {
        "not between 0 and 1 in energy: 1, for example row 3: “7”",
        "no title in track_name: 1, for example row 4",
        "no Spotify track id in track_id: 1, for example row 5: “?”",
        "wrong number of cells: 1, for example 2 in place of 19: too,few",
    }


async def test_a_missing_feature_is_estimated_and_said(
    tmp_path: Path, catalogues: CatalogueFolder, import_catalogue: ImportCatalogue
) -> None:
    rows = [song(1, danceability=0.8, energy=0.8), song(2, danceability=0.2, energy=0.1, acousticness=0.9)]
    path = csv_file(tmp_path / "table.csv", rows, "songs without ids")
    report = await import_catalogue(path)
    assert report.survey is not None
    assert report.survey.missing_features == ("valence",)
    [(lively,), (quiet,)] = catalogues.open().look_up("SELECT valence FROM tracks ORDER BY row")
    assert 0 <= quiet < lively <= 1
    assert (await import_catalogue(EMBEDDED)).new == 5_849


@pytest.mark.parametrize(
    ("file", "imported", "merged"),
    [("catalogue/nigerian-songs.csv", 509, 21), ("evaluation/playlist_tracks.csv.gz", 20_165, 3_333)],
)
async def test_real_tables(import_catalogue: ImportCatalogue, file: str, imported: int, merged: int) -> None:
    report = await import_catalogue(shared_file(file))
    assert (report.new, report.merged) == (imported, merged)
    assert adds_up(report)


async def test_what_cannot_be_read_changes_nothing(
    tmp_path: Path, catalogues: CatalogueFolder, import_catalogue: ImportCatalogue
) -> None:
    await import_catalogue(csv_file(tmp_path / "first.csv", [song(1)]))
    before = catalogues.current()
    packed = gzip.compress(csv_text([song(n) for n in range(10, 7_000)]).encode(), 1)
    path = tmp_path / "table.csv.gz"
    path.write_bytes(packed[:-1_000])
    with pytest.raises(UnreadableTable, match="cut short"):
        await import_catalogue(path)
    with pytest.raises(UnreadableTable, match="There is no file"):
        await import_catalogue(tmp_path / "nothing.csv")
    assert catalogues.current() == before
    assert not list(catalogues.path.glob("*.part"))
    path.write_bytes(packed)
    assert (await import_catalogue(path)).new == 6_990


async def test_a_large_table_is_read_in_a_separate_process(
    tmp_path: Path, import_catalogue: ImportCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_table, "OWN_PROCESS_FROM", 0)
    without_valence = csv_file(
        tmp_path / "table.csv", [song(1), song(2), song(3, title="")], "songs without ids"
    )
    report = await import_catalogue(without_valence)
    assert report.new == 2
    assert [str(some) for some in report.skipped] == ["no title in name: 1, for example row 3"]
    assert report.survey is not None
    assert report.survey.missing_features == ("valence",)
    packed = gzip.compress(csv_text([song(n) for n in range(10, 7_000)]).encode(), 1)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(packed[:-1_000])
    with pytest.raises(UnreadableTable, match="cut short"):
        await import_catalogue(cut)


async def test_a_fresh_import_begins_with_nothing(
    tmp_path: Path, catalogues: CatalogueFolder, import_catalogue: ImportCatalogue
) -> None:
    await import_catalogue(EMBEDDED)
    before = catalogues.open()
    report = await import_catalogue(csv_file(tmp_path / "table.csv", [song(1), song(2)]), fresh=True)
    assert (report.new, report.completed) == (2, 0)
    newest = catalogues.open()
    assert await newest.fetch("SELECT count(*) FROM tracks") == [(2,)]
    assert not newest.is_made_of(before.digest)
    assert (await import_catalogue(EMBEDDED)).new == 5_849
    nothing = csv_file(tmp_path / "nothing.csv", [song(1, title="")])
    assert not (await import_catalogue(nothing, fresh=True)).changed
    assert await catalogues.open().fetch("SELECT count(*) FROM tracks") == [(5_851,)]


async def test_a_song_without_an_id_is_the_one_with_it(
    tmp_path: Path, catalogues: CatalogueFolder, import_catalogue: ImportCatalogue
) -> None:
    bare = csv_file(tmp_path / "bare.csv", [song(1), song(2)], "songs without ids")
    assert (await import_catalogue(bare)).new == 2
    report = await import_catalogue(csv_file(tmp_path / "table.csv", [song(1), song(3)]))
    assert (report.new, report.completed) == (1, 1)
    assert adds_up(report)
    ids = {id for (id,) in catalogues.open().look_up("SELECT id FROM tracks")}
    assert len(ids) == 3
    assert {song_id(1), song_id(3)} < ids


async def test_a_second_import_at_the_same_time_is_refused(
    catalogues: CatalogueFolder, import_catalogue: ImportCatalogue
) -> None:
    with catalogues.lock(), pytest.raises(StorageFailed, match="Another import"):
        await import_catalogue(EMBEDDED)
    assert (await import_catalogue(EMBEDDED)).new == 5_849


def cancel_at(stage: str) -> Progress:
    """Cancel the task that reports this stage."""

    def cancel(reported: str, fraction: float) -> None:
        task = asyncio.current_task()
        if reported == stage and task:
            task.cancel()

    return cancel


async def test_a_cancelled_import_leaves_the_catalogue_and_can_be_repeated(
    tmp_path: Path, catalogues: CatalogueFolder, import_catalogue: ImportCatalogue
) -> None:
    path = csv_file(tmp_path / "table.csv", [song(n) for n in range(2_000)])
    for stage in ("Reading the table", "Adding the songs to the catalogue", "Building the search index"):
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(import_catalogue(path, progress=cancel_at(stage)))
        assert catalogues.current() == ""
        assert not list(catalogues.path.glob("*.part"))
    assert (await import_catalogue(path)).new == 2_000
