"""Workbooks and Parquet files: what they hold, and what would swell."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from bot.domain.errors import UnreadableTable
from bot.services.catalogue.read_table import survey_table
from bot.sources.tables.plan import ReadOptions
from tests.sources.tables.fictional import FEATURES
from tests.sources.tables.reading import read, refusal
from tests.sources.tables.workbooks import workbook

CASES = Path(__file__).parent / "cases"
SONGS = json.loads((CASES / "30_records.json").read_text("utf-8"))
ROWS = 16_384


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "songs.xlsx"
    rows = [
        ["My songs"],
        [],
        [*SONGS[0], "explicit", "duration"],
        *([*song.values(), True, 217] for song in SONGS),
    ]
    path.write_bytes(workbook(rows, name="2024"))
    found = read(path)
    assert [track["title"] for track in found.tracks] == [
        " ".join(song["track_name"].split()) for song in SONGS
    ]
    assert {(track["explicit"], track["duration_ms"]) for track in found.tracks} == {(1, 217_000)}
    assert found.plan.kind == "workbook, sheet “2024”"


def test_a_workbook_without_songs(tmp_path: Path) -> None:
    path = tmp_path / "songs.xlsx"
    path.write_bytes(workbook([]))
    assert "no sheet with anything in it" in refusal(path)
    path.write_bytes(workbook([["title", "artist"], ["A", "B"]]))
    assert "is a playlist export" in refusal(path)


def test_a_sheet_with_one_cell_far_away_is_refused_by_the_limit_of_memory(tmp_path: Path) -> None:
    path = tmp_path / "songs.xlsx"
    first = '<row r="1"><c r="A1"><v>1</v></c></row>'
    path.write_bytes(workbook([], other=f'{first}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    with pytest.raises(UnreadableTable, match="needs more memory than a table may take"):
        survey_table(path, ReadOptions())


def bomb(path: Path, megabytes: float) -> Path:
    """Every row has the same long title: a dictionary of one value, a few kilobytes in all."""
    same = pa.array(np.zeros(ROWS, np.int32))
    columns = {
        "track_id": pa.DictionaryArray.from_arrays(same, ["Made1up1Song0000000000"]),
        "track_name": pa.DictionaryArray.from_arrays(same, ["x" * int(megabytes * (1 << 20))]),
        "artists": pa.DictionaryArray.from_arrays(same, ["Nobody"]),
        **{name: np.full(ROWS, value) for name, value in FEATURES.items()},
    }
    pyarrow.parquet.write_table(
        pa.table(columns), path, compression="zstd", dictionary_pagesize_limit=1 << 30, store_schema=False
    )
    return path


@pytest.mark.parametrize("megabytes", [0.9, 1, 8, 60])
def test_a_dictionary_that_unfolds_is_refused_before_it_does(tmp_path: Path, megabytes: float) -> None:
    path = bomb(tmp_path / "bomb.parquet", megabytes)
    assert path.stat().st_size < 8_000
    peak = pa.default_memory_pool().max_memory() or 0
    assert "unpacks to far more than any real table" in refusal(path)
    assert (pa.default_memory_pool().max_memory() or 0) - peak < 100 << 20
