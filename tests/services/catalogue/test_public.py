"""A public catalogue: downloaded from a stand-in, checked, imported, trained on."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import DownloadFailed, UnreadableTable
from bot.model_building import MaintenanceServices, open_maintenance
from bot.services.catalogue.import_tables import ImportReport
from bot.services.catalogue.public import GetPublicCatalogue
from bot.sources.catalogues.download import fetch_file
from bot.sources.catalogues.public import PublicCatalogue, licences_of, public_catalogues
from tests.sources.tables.fictional import csv_text, song
from tests.support.settings import NOWHERE, settings_for
from tests.support.stand_ins.file_server import FileServer

ROWS = 60
SONGS = [
    song(
        n,
        artists=[f"Band {n}"],
        title=f"Song {n}",
        energy=(n % 100) / 100,
        tempo=80 + n % 90,
        valence=(n % 7) / 7,
    )
    for n in range(ROWS)
]
CONTENT = csv_text(SONGS).encode()


@pytest.fixture
async def maintenance(tmp_path: Path) -> AsyncIterator[MaintenanceServices]:
    async with open_maintenance(settings_for(tmp_path / "state")) as maintenance:
        yield maintenance


def known(server: FileServer, rows: int = ROWS) -> PublicCatalogue:
    catalogues = public_catalogues(spotify_114k=server.address, tidytuesday_2020=NOWHERE)
    return replace(catalogues["spotify-114k"], rows=rows)


async def get(
    maintenance: MaintenanceServices,
    folder: Path,
    catalogue: PublicCatalogue,
    stages: list[str] | None = None,
) -> ImportReport:
    getter = GetPublicCatalogue(folder, fetch_file, maintenance.import_catalogue, maintenance.train)

    def progress(stage: str, fraction: float) -> None:
        if stages is not None and stage not in stages:
            stages.append(stage)

    report, _ = await getter(catalogue, clusters=5, seed=1, progress=progress)
    return report


async def test_in_one_go(maintenance: MaintenanceServices, tmp_path: Path) -> None:
    stages: list[str] = []
    async with FileServer(CONTENT, redirects=1, break_after=[5_000]) as server:
        report = await get(maintenance, tmp_path / "downloads", known(server), stages)
    assert report.new == ROWS
    assert stages[:3] == ["Fetching spotify-114k", "Checking the file", "Looking at the file"]
    catalogue = maintenance.catalogues.open()
    assert catalogue.imported_files() == ["spotify-114k.csv"]
    assert licences_of(catalogue.imported_files()) == [
        ("spotify-114k", "BSD on Hugging Face and ODbL 1.0 on Kaggle, by the same author")
    ]
    assert not list((tmp_path / "downloads").iterdir())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (csv_text(SONGS[: ROWS // 2]).encode(), "it has 30 rows, 60 are known"),
        (CONTENT.replace(b"track_genre", b"style"), "it has no column track_genre"),
        (CONTENT.replace(b"Made0up0", b"Made-up-"), "only 0 of its 60 rows are songs"),
        (b"<html><body>Sign in</body></html>", "is a web page in place of a table"),
        (b"a,b\n1,2\n", "I find no column for title"),
    ],
)
async def test_another_file_is_refused(
    maintenance: MaintenanceServices, tmp_path: Path, content: bytes, why: str
) -> None:
    async with FileServer(content) as server:
        with pytest.raises(UnreadableTable, match=why):
            await get(maintenance, tmp_path / "downloads", known(server))
    assert maintenance.catalogues.current() == ""
    assert not list((tmp_path / "downloads").iterdir())


async def test_after_another_file_the_right_one_is_taken(
    maintenance: MaintenanceServices, tmp_path: Path
) -> None:
    async with FileServer(csv_text(SONGS[: ROWS // 2]).encode()) as server:
        with pytest.raises(UnreadableTable):
            await get(maintenance, tmp_path / "downloads", known(server))
        server.content = CONTENT
        assert (await get(maintenance, tmp_path / "downloads", known(server))).new == ROWS


async def test_an_unavailable_catalogue_changes_nothing(
    maintenance: MaintenanceServices, tmp_path: Path
) -> None:
    async with FileServer(CONTENT, status=404) as server:
        with pytest.raises(DownloadFailed, match="HTTP 404"):
            await get(maintenance, tmp_path / "downloads", known(server))
    assert maintenance.catalogues.current() == ""
