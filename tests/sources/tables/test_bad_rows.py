import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import UnreadableTable
from bot.sources.tables.table import open_table
from ml.features import FEATURE_NAMES, FEATURE_RANGES
from tests.sources.tables.fictional import IN_SHAPE, csv_file, csv_text, song


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"energy": "loud"}, "no number in energy: 1, for example row 2: “loud”"),
        ({"energy": "inf"}, "no number in energy: 1, for example row 2: “inf”"),
        ({"energy": "1,2,3"}, "no number in energy: 1, for example row 2: “1,2,3”"),
        ({"energy": ""}, "no value in energy: 1, for example row 2"),
        ({"tempo": "NaN"}, "no value in tempo: 1, for example row 2"),
        ({"energy": 1.5}, "not between 0 and 1 in energy: 1, for example row 2: “1.5”"),
        ({"loudness": -61}, "not between -60 and 10 in loudness: 1, for example row 2: “-61”"),
        ({"tempo": -1}, "not between 0 and 260 in tempo: 1, for example row 2: “-1”"),
        ({"title": "  "}, "no title in track_name: 1, for example row 2"),
        (
            {"title": "la " * 2_000},
            f"title longer than 1,000 letters in track_name: 1, for example row 2: “{'la ' * 20}…”",
        ),
        ({"artists": [""]}, "no artist in artists: 1, for example row 2"),
        ({"artists": [" ", ""]}, "no artist in artists: 1, for example row 2"),
        ({"id": "short"}, "no Spotify track id in track_id: 1, for example row 2: “short”"),
        (
            {"id": "Made0up0Song0000000'--"},
            "no Spotify track id in track_id: 1, for example row 2: “Made0up0Song0000000'--”",
        ),
        ({"id": ""}, "no Spotify track id in track_id: 1, for example row 2: “”"),
        (
            {"danceability": 0, "valence": 0.0, "tempo": "0"},
            "failed analysis, all 0 in danceability, valence, tempo: 1, for example row 2",
        ),
    ],
)
def test_a_bad_row_is_skipped_with_its_reason(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    path = csv_file(tmp_path / "table.csv", [song(1), song(2, **changed), song(3)])
    with open_table(path) as table:
        [chunk] = table.chunks()
    assert chunk.rows == 3
    assert [str(some) for some in chunk.skipped] == [reason]
    assert chunk.tracks.num_rows == 2
    assert chunk.labels.column("position").to_pylist() == [0, 1]


@pytest.mark.parametrize(
    "changed",
    [
        {"popularity": 101},
        {"popularity": "many"},
        {"duration_ms": -5},
        {"key": 12},
        {"mode": "Dorian"},
        {"explicit": "perhaps"},
    ],
)
def test_what_is_not_needed_becomes_unknown(tmp_path: Path, changed: dict[str, Any]) -> None:
    path = csv_file(tmp_path / "table.csv", [song(**changed)])
    with open_table(path) as table:
        [chunk] = table.chunks()
    [track] = chunk.tracks.to_pylist()
    assert [track[name] for name in changed] == [None]


def test_records_of_another_width_are_counted(tmp_path: Path) -> None:
    lines = csv_text([song(n) for n in range(5)]).splitlines()
    lines[2] += ",more"
    lines[4] = "less"
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n\n")
    with open_table(path) as table:
        [chunk, malformed] = table.chunks()
    [skipped] = malformed.skipped
    assert skipped.count == malformed.rows == 2
    assert skipped.example.startswith("20 in place of 19: ")
    assert chunk.tracks.num_rows == 3


def test_titles_keep_what_they_say(tmp_path: Path) -> None:
    titles = ["None", "nan", "N/A", "1999", "=1+1", "@everyone", 'Say "Hi", Wave', "Two\nLines", "﷽"]
    path = csv_file(tmp_path / "table.csv", [song(n, title=t) for n, t in enumerate(titles)])
    with open_table(path) as table:
        [chunk] = table.chunks()
    assert chunk.tracks.column("title").to_pylist() == [t.replace("\n", " ") for t in titles]


def test_a_table_is_read_as_often_as_wanted(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "table.csv", [song(n) for n in range(15_000)])
    with open_table(path) as table:
        assert table.plan.rows == 15_000
        for _ in range(2):
            chunks = list(table.chunks())
            ids = [id for chunk in chunks for id in chunk.tracks.column("id").to_pylist()]
            assert chunks[-1].fraction == 1
            assert len(ids) == len(set(ids)) == 15_000


def test_column_names_amid_the_songs_and_empty_rows(tmp_path: Path) -> None:
    lines = csv_text([song(n) for n in range(4)]).splitlines()
    path = tmp_path / "table.csv"
    path.write_text("\n".join([*lines[:3], lines[0], *lines[3:], "," * lines[0].count(",")]) + "\n")
    with open_table(path) as table:
        [chunk] = table.chunks()
    assert [str(some) for some in chunk.skipped] == [
        "empty row: 1, for example row 6",
        "column names again in track_name: 1, for example row 3: “track_name”",
    ]
    assert chunk.tracks.num_rows == 4


CELL = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.floats().map(str),
    st.integers(-10, 300).map(str),
    st.sampled_from(
        ["", "NaN", "1e400", "-0", "['a', 'b']", "[", "0.5\n", "\0", "True", '"', "Made0up0Song0000000001"]
    ),
)
TABLE = st.sampled_from(sorted(IN_SHAPE)).flatmap(
    lambda shape: st.tuples(
        st.just(shape),
        st.lists(
            st.dictionaries(st.sampled_from(sorted(IN_SHAPE[shape](song()))), CELL, max_size=4),
            min_size=1,
            max_size=5,
        ),
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLE)
def test_whatever_stands_in_the_cells(tmp_path: Path, table: tuple[str, list[dict[str, str]]]) -> None:
    shape, changes = table
    rows = [IN_SHAPE[shape](song(n)) | change for n, change in enumerate(changes)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "table.csv"
    path.write_text(text.getvalue(), "utf-8", newline="")
    read_bounded(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.integers(0, 400), st.booleans())
def test_whatever_bytes_stand_in_the_file(tmp_path: Path, noise: bytes, at: int, inside: bool) -> None:
    good = csv_text([song(1), song(2)]).encode()
    path = tmp_path / "table.csv"
    path.write_bytes(good[:at] + noise + good[at:] if inside else noise)
    read_bounded(path)


def read_bounded(path: Path) -> None:
    """Read it all: either the sentence, or tracks that can be trusted."""
    try:
        with open_table(path) as table:
            chunks = list(table.chunks(estimate=lambda features: np.nan_to_num(features, nan=0.5)))
    except UnreadableTable:
        return
    for chunk in chunks:
        assert chunk.rows == chunk.tracks.num_rows + sum(some.count for some in chunk.skipped)
        for name in FEATURE_NAMES:
            values = chunk.tracks.column(name).to_numpy()
            low, high = FEATURE_RANGES[name]
            assert np.isfinite(values).all()
            assert ((values >= low) & (values <= high)).all()
        assert all(chunk.tracks.column("title").to_pylist())
        assert all(all(names) and names for names in chunk.tracks.column("artists").to_pylist())
