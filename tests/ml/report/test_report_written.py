"""Writing the report to a folder: atomic, with failures in a sentence."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from bot.domain.errors import StorageFailed, UnreadableTable
from bot.services.catalogue.report import Subject, WriteReport, table_subject
from ml.model.cluster_profiles import profile_clusters
from ml.model.training import train
from ml.songs import LabelledSongs
from tests.ml.made_up_songs import made_up_songs
from tests.sources.tables.fictional import EMBEDDED, csv_file, song


def untold(stage: str, fraction: float) -> None:
    assert stage
    assert 0.0 <= fraction <= 1.0


def subject_of(songs: LabelledSongs) -> Subject:
    model = train(songs, clusters=None, seed=1)
    return Subject(songs, model, profile_clusters(songs, model.labels_, len(model.cluster_centers_)))


@pytest.fixture(scope="module")
def subject() -> Subject:
    return subject_of(made_up_songs(20))  # too few for classifiers, which take most of a report's time


async def test_writes_a_page_and_its_numbers(subject: Subject, tmp_path: Path) -> None:
    write = WriteReport(tmp_path / "new" / "folder")
    page, numbers = await write(subject, seed=3, evaluation=False, progress=untold)
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert json.loads(numbers.read_text("utf-8"))["seed"] == 3
    assert sorted(file.name for file in page.parent.iterdir()) == ["report.html", "report.json"]


async def test_says_why_it_could_not_evaluate(tmp_path: Path) -> None:
    subject = subject_of(made_up_songs(20, labels=False))
    page, numbers = await WriteReport(tmp_path)(subject, seed=1, evaluation=True, progress=untold)
    assert "The table carries no genres or playlists" in page.read_text("utf-8")
    assert json.loads(numbers.read_text("utf-8"))["evaluation"] is None


async def test_a_folder_that_cannot_be_written_is_a_sentence(subject: Subject, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(StorageFailed, match="name another folder with --out"):
        await WriteReport(taken)(subject, seed=1, evaluation=False, progress=untold)


@pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="needs /dev/full, which takes as much as a full disk"
)
async def test_a_full_disk_leaves_the_earlier_report(subject: Subject, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("earlier")
    (tmp_path / ".report.html.part").symlink_to("/dev/full")
    with pytest.raises(StorageFailed):
        await WriteReport(tmp_path)(subject, seed=1, evaluation=False, progress=untold)
    assert os.listdir(tmp_path) == ["report.html"]
    assert (tmp_path / "report.html").read_text() == "earlier"


async def test_a_table_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableTable):
        await table_subject(table, embedded=EMBEDDED, seed=1, progress=untold)


async def test_a_table_that_lacks_a_feature_says_what_was_estimated(tmp_path: Path) -> None:
    rows = [
        song(n, energy=(n % 50) / 50, tempo=80 + n % 70, danceability=(n % 30) / 30, title=f"Song {n}")
        for n in range(200)
    ]
    table = csv_file(tmp_path / "table.csv", rows, "songs without ids")
    subject = await table_subject(table, embedded=EMBEDDED, seed=1, progress=untold)
    assert subject.estimated == ("valence",)
    assert len(subject.songs) == 200


@pytest.mark.slow
async def test_a_part_of_the_embedded_catalogue_is_reported(tmp_path: Path) -> None:
    table = tmp_path / "part.parquet"
    pd.read_parquet(EMBEDDED).iloc[::14].to_parquet(table)
    subject = await table_subject(table, embedded=EMBEDDED, seed=1234, progress=untold)
    page, numbers = await WriteReport(tmp_path)(subject, seed=1234, evaluation=True, progress=untold)
    found = json.loads(numbers.read_text("utf-8"))
    assert found["tracks"] == len(subject.songs)
    assert found["evaluation"]["methods"]["samewave_cluster"]["genre@5"]["mean"] > 0.3
    assert page.stat().st_size < 8_000_000
