import gzip
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from bot.sources.tables.cleaning import CleanChunk
from bot.sources.tables.table import open_table
from tests.sources.tables.fictional import EMBEDDED, FEATURES, IN_SHAPE, csv_file, csv_text, song, song_id
from tests.sources.tables.reading import refusal
from tests.support.shared_data import shared_file


def only_chunk(path: Path) -> CleanChunk:
    with open_table(path) as table:
        [chunk] = table.chunks(estimate=lambda features: features + 0)
    return chunk


@pytest.mark.parametrize("shape", [name for name in IN_SHAPE if name != "songs without ids"])
def test_each_public_shape_gives_the_same_track(tmp_path: Path, shape: str) -> None:
    path = csv_file(tmp_path / "table.csv", [song()], shape)
    with open_table(path) as table:
        assert table.plan.missing_features == ()
    [track] = only_chunk(path).tracks.to_pylist()
    expected = {
        "id": song_id(1),
        "title": "The Imaginary Lighthouse Number 1",
        "artists": ["The Paper Weathervanes"],
        "key": 1,
        "mode": 1,
        "duration_ms": 200_000,
        **FEATURES,
    }
    assert {name: track[name] for name in expected} == expected
    if shape not in ("tracks by genre", "genres with keys as letters"):
        assert track["release_year"] == 1999
    if shape != "tracks of albums":
        assert track["popularity"] == 40
    if shape not in ("playlists", "genres with keys as letters"):
        assert track["explicit"] == 0


def test_a_table_without_ids_gets_stable_ids(tmp_path: Path) -> None:
    loud = song(title="THE Imaginary Lighthouse, number 1!", valence=None)
    path = csv_file(tmp_path / "table.csv", [song(1), loud, song(2)], "songs without ids")
    with open_table(path) as table:
        assert table.plan.missing_features == ("valence",)
        [chunk] = table.chunks(estimate=lambda features: features)
    ids = chunk.tracks.column("id").to_pylist()
    assert ids[0] == ids[1] != ids[2]
    assert all(made.startswith("local:") for made in ids)
    assert chunk.tracks.column("duration_ms").to_pylist() == [200_000] * 3
    assert chunk.tracks.column("release_year").to_pylist() == [1999] * 3


@pytest.mark.parametrize(
    ("shape", "labels"),
    [
        ("tracks by genre", {("genre", "imaginary pop")}),
        ("genres with keys as letters", {("genre", "imaginary pop")}),
        ("songs of artists, rated", {("genre", "imaginary pop"), ("genre", "slow whistling")}),
        ("songs without ids", {("genre", "imaginary pop")}),
        ("tracks of albums", set()),
        (
            "playlists",
            {("genre", "imaginary pop"), ("subgenre", "imaginary dance pop"), ("playlist", "a playlist")},
        ),
    ],
)
def test_labels(tmp_path: Path, shape: str, labels: set[tuple[str, str]]) -> None:
    path = csv_file(tmp_path / "table.csv", [song(genres=["imaginary pop", "slow whistling"])], shape)
    found = only_chunk(path).labels.to_pylist()
    assert {(label["kind"], label["name"]) for label in found} == labels
    assert {label["position"] for label in found} <= {0}


def test_columns_in_another_order_case_and_company(tmp_path: Path) -> None:
    lines = csv_text([song()]).splitlines()
    turned = [",".join(["0", *reversed(line.split(",")), "more"]) for line in lines]
    turned[0] = turned[0].upper().replace("TRACK_NAME", " Track Name ")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(turned))
    [track] = only_chunk(path).tracks.to_pylist()
    assert track["title"] == "The Imaginary Lighthouse Number 1"


def test_an_unknown_shape_says_what_is_missing_and_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("track_id,track_name,artists,energy,tempo,shoe\nx,y,z,1,2,3\n")
    sentence = refusal(path)
    assert "I find no column for acousticness, danceability, instrumentalness" in sentence
    assert "energy (energy), tempo (tempo); not understood: shoe." in sentence
    assert "--column acousticness=NAME" in sentence
    path.write_text(f"track_id,artists,track_genre,{','.join(FEATURES)}\n")
    assert "I find no column for title." in refusal(path)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_line_ends_and_delimiters(tmp_path: Path, newline: str, delimiter: str) -> None:
    path = tmp_path / "table.csv"
    text = csv_text([song(), song(2)]).replace(",", delimiter).replace("\r\n", newline)
    path.write_text(text, "utf-8-sig", newline="")
    assert only_chunk(path).tracks.num_rows == 2


def test_packed_tables_are_read_as_the_plain_one(tmp_path: Path) -> None:
    plain = csv_file(tmp_path / "plain.csv", [song(n) for n in range(1, 50)])
    (tmp_path / "named_anything").write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "table.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "folder/table.csv")
        archive.writestr("__MACOSX/folder/._table.csv", "nothing")
        archive.writestr("README", "words")
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(plain), tmp_path / "table.parquet")
    expected = only_chunk(plain)
    for name in ("named_anything", "table.zip", "table.parquet"):
        found = only_chunk(tmp_path / name)
        assert found.tracks.equals(expected.tracks), name
        assert found.labels.equals(expected.labels), name


def test_parquet_with_lists_dictionaries_and_truth_values(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": [song_id(1)],
            "name": pa.array(["Quiet Engines"]).dictionary_encode(),
            "artists": [["The Paper Weathervanes", "Nobody & Sons"]],
            "explicit": [True],
            "year": [2001],
            "popularity": [33.0],
            **{name: [value] for name, value in FEATURES.items()},
        }
    )
    pyarrow.parquet.write_table(table, tmp_path / "table.parquet")
    [track] = only_chunk(tmp_path / "table.parquet").tracks.to_pylist()
    assert track["artists"] == ["The Paper Weathervanes", "Nobody & Sons"]
    assert (track["explicit"], track["release_year"], track["popularity"]) == (1, 2001, 33)
    assert track["title"] == "Quiet Engines"


def read_all(path: Path) -> tuple[int, int, dict[str, int]]:
    rows = tracks = 0
    skipped: dict[str, int] = {}
    with open_table(path) as table:
        for chunk in table.chunks(estimate=lambda features: features):
            rows += chunk.rows
            tracks += chunk.tracks.num_rows
            for some in chunk.skipped:
                skipped[some.rule] = skipped.get(some.rule, 0) + some.count
    return rows, tracks, skipped


def test_the_embedded_table() -> None:
    assert read_all(EMBEDDED) == (6_000, 6_000, {})


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "catalogue/spotify_tracks_114k.csv.gz",
            (114_000, 113_842, {"no title": 1, "failed analysis, all 0": 157}),
        ),
        ("catalogue/nigerian-songs.csv", (530, 530, {})),
        ("evaluation/playlist_tracks.csv.gz", (23_499, 23_498, {"failed analysis, all 0": 1})),
    ],
)
def test_real_tables(file: str, expected: tuple[int, int, dict[str, int]]) -> None:
    assert read_all(shared_file(file)) == expected
