import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import UnreadableTable
from bot.sources.tables.table import SongTable
from ml.features import FEATURE_NAMES, FEATURE_RANGES
from tests.sources.tables.fictional import IN_SHAPE, csv_file, csv_text, song


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"energy": "loud"}, "bad number"),
        ({"energy": "inf"}, "bad number"),
        ({"energy": "0,5"}, "bad number"),
        ({"energy": ""}, "missing feature"),
        ({"tempo": "NaN"}, "missing feature"),
        ({"energy": 1.5}, "feature out of range"),
        ({"loudness": -61}, "feature out of range"),
        ({"tempo": -1}, "feature out of range"),
        ({"title": "  "}, "missing title"),
        ({"title": "la " * 2_000}, "title too long"),
        ({"artists": [""]}, "missing artist"),
        ({"artists": [" ", ""]}, "missing artist"),
        ({"id": "short"}, "bad id"),
        ({"id": "Made0up0Song0000000'--"}, "bad id"),
        ({"id": ""}, "bad id"),
    ],
)
def test_a_bad_row_is_skipped_with_its_reason(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    path = csv_file(tmp_path / "table.csv", [song(1), song(2, **changed), song(3)])
    with SongTable(path) as table:
        [chunk] = table.chunks()
    assert chunk.rows == 3
    assert chunk.skipped == {reason: 1}
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
    with SongTable(path) as table:
        [chunk] = table.chunks()
    [track] = chunk.tracks.to_pylist()
    assert [track[name] for name in changed] == [None]


def test_records_of_another_width_are_counted(tmp_path: Path) -> None:
    lines = csv_text([song(n) for n in range(5)]).splitlines()
    lines[2] += ",more"
    lines[4] = "less"
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n\n")
    with SongTable(path) as table:
        [chunk] = table.chunks()
        assert table.malformed == 2
    assert chunk.tracks.num_rows == 3


def test_titles_keep_what_they_say(tmp_path: Path) -> None:
    titles = ["None", "nan", "N/A", "1999", "=1+1", "@everyone", 'Say "Hi", Wave', "Two\nLines", "﷽"]
    path = csv_file(tmp_path / "table.csv", [song(n, title=t) for n, t in enumerate(titles)])
    with SongTable(path) as table:
        [chunk] = table.chunks()
    assert chunk.tracks.column("title").to_pylist() == [t.replace("\n", " ") for t in titles]


def test_going_on_after_some_rows_gives_the_rest(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "table.csv", [song(n) for n in range(60_000)])

    def ids(after: int) -> list[str]:
        with SongTable(path) as table:
            chunks = list(table.chunks(after=after))
            assert table.fraction == 1
        assert sum(chunk.rows for chunk in chunks) == 60_000 - after
        return [id for chunk in chunks for id in chunk.tracks.column("id").to_pylist()]

    everything = ids(0)
    assert len(everything) == len(set(everything)) == 60_000
    for after in (1, 20_000, 59_999, 60_000):
        assert ids(after) == everything[after:]


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


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.integers(0, 400), st.booleans())
def test_whatever_bytes_stand_in_the_file(tmp_path: Path, noise: bytes, at: int, inside: bool) -> None:
    good = csv_text([song(1), song(2)]).encode()
    path = tmp_path / "table.csv"
    path.write_bytes(good[:at] + noise + good[at:] if inside else noise)
    read_bounded(path)


def read_bounded(path: Path) -> None:
    """Read it all: either the sentence, or tracks that can be trusted."""
    try:
        with SongTable(path) as table:
            chunks = list(table.chunks(estimate=lambda features: np.nan_to_num(features, nan=0.5)))
    except UnreadableTable:
        return
    for chunk in chunks:
        assert chunk.rows == chunk.tracks.num_rows + sum(chunk.skipped.values())
        for name in FEATURE_NAMES:
            values = chunk.tracks.column(name).to_numpy()
            low, high = FEATURE_RANGES[name]
            assert np.isfinite(values).all()
            assert ((values >= low) & (values <= high)).all()
        assert all(chunk.tracks.column("title").to_pylist())
        assert all(all(names) and names for names in chunk.tracks.column("artists").to_pylist())
