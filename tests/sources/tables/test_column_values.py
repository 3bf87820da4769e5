"""Artists, years, lengths, ratings and keys as tables write them."""

import csv
import io
from pathlib import Path

import pytest

from tests.sources.tables.made_tables import HEAD, VALUES, id_of, with_column, written
from tests.sources.tables.reading import read


@pytest.mark.parametrize(
    ("cell", "artists"),
    [
        ("['A B', \"C D\"]", ["A B", "C D"]),
        ('["A B", "C D"]', ["A B", "C D"]),
        ("['A B' 'C D']", ["A B", "C D"]),
        ("[{'name': 'A B', 'id': 'x'}, {'name': 'C D'}]", ["A B", "C D"]),
        ('[{"name": "A B"}, {"name": "C D"}]', ["A B", "C D"]),
        ("('A B', 'C D')", ["A B", "C D"]),
        ('c("A B", "C D")', ["A B", "C D"]),
        ("A B; C D", ["A B", "C D"]),
        ("A B|C D", ["A B", "C D"]),
        ("A B feat. C D", ["A B", "C D"]),
        ("A B (ft. C D)", ["A B", "C D"]),
        ("E F, G H", ["E F", "G H"]),
        ("E F & G H", ["E F", "G H"]),
        ("E F x G H", ["E F", "G H"]),
        ("Simon & Nobody", ["Simon & Nobody"]),
        ("Earth, Wind & Nobody", ["Earth, Wind & Nobody"]),
        ("Tyler, The Maker", ["Tyler, The Maker"]),
        ("AC/DX", ["AC/DX"]),
        ("[spunge]", ["[spunge]"]),
    ],
)
def test_artists(tmp_path: Path, cell: str, artists: list[str]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEAD.split(","))
    for at, credit in enumerate([cell, "E F", "G H"]):
        writer.writerow([id_of(at), "Song", credit, *VALUES.split(",")])
    assert read(written(tmp_path, text.getvalue())).tracks[0]["artists"] == artists


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        *(
            (cell, 2024)
            for cell in ("4/26/2024", "26.04.2024", "Apr 26, 2024", "20240426", "2024", "26042024")
        ),
        *((cell, 2024) for cell in ("2024-04-26T00:00:00Z", "4/26/24", "26-Apr-24", "April 2024", "2024.0")),
        *((cell, None) for cell in ("0", "soon", "1066", "24-04-26", "3000-01-01")),
    ],
)
def test_years(tmp_path: Path, cell: str, year: int | None) -> None:
    assert read(written(tmp_path, with_column("release_date", cell))).tracks[0]["release_year"] == year


def test_the_year_of_a_playlist_is_no_release_year(tmp_path: Path) -> None:
    text = with_column("year", "2019").replace("id,name", "playlist_url,id,name", 1).replace("\n", "\nx,", 1)
    found = read(written(tmp_path, text))
    assert found.tracks[0]["release_year"] is None
    assert "year was not read as the songs' release year" in found.said


@pytest.mark.parametrize(
    ("name", "cell", "length"),
    [
        ("length", "3:37", 217_000),
        ("duration", "00:03:37.5", 217_500),
        ("duration", "1:02:03", 3_723_000),
        ("Duration", "0 days 00:03:37", 217_000),
        ("time", "3m 37s", 217_000),
        ("time", "PT3M37S", 217_000),
        ("duration (min)", "3.5", 210_000),
        ("duration_ms", "217.000", 217_000),
        ("duration_ms", "217,000", 217_000),
        ("duration_s", "217.4", 217_400),
        ("Length.", "191", 191_000),
        ("time", "03:37:00", 217_000),
        ("length", "long", None),
    ],
)
def test_lengths(tmp_path: Path, name: str, cell: str, length: int | None) -> None:
    assert read(written(tmp_path, with_column(name, cell))).tracks[0]["duration_ms"] == length


@pytest.mark.parametrize(
    "name", ["explicit", "is_explicit", "Explicit?", "explicit_lyrics", "Explict", "track.explicit"]
)
def test_explicit_is_found_under_its_names(tmp_path: Path, name: str) -> None:
    cells = ["Yes", "no", "TRUE", "f", "Explicit", "clean", "E", "", "maybe", "1.0", "NotExplicit", "2"]
    found = read(written(tmp_path, with_column(name, *cells)))
    assert [track["explicit"] for track in found.tracks] == [1, 0, 1, 0, 1, 0, 1, None, None, 1, 0, None]
    assert found.plan.explicit == (5, 4, 3)
    assert f"{name} says “maybe”, which I do not understand" in found.said


def test_a_song_is_explicit_if_any_column_says_so(tmp_path: Path) -> None:
    text = with_column("explicit", "False", "True", "", "").replace("valence", "valence,is_explicit", 1)
    lines = text.replace(",.4,", ",.4,«,").splitlines()
    filled = [
        line.replace("«", cell) for line, cell in zip(lines, ["", "True", "False", "False", ""], strict=True)
    ]
    tracks = read(written(tmp_path, "\n".join(filled))).tracks
    assert [track["explicit"] for track in tracks] == [1, 1, 0, None]


@pytest.mark.parametrize(
    ("cell", "key", "mode"),
    [
        ("8A", 9, 0), ("8B", 0, 1), ("12A", 1, 0), ("1m", 9, 0), ("1d", 0, 1), ("Am", 9, 0), ("F#m", 6, 0),
        ("C# min", 1, 0), ("A Minor", 9, 0), ("Ab", 8, None), ("Db major", 1, 1), ("B♭", 10, None),
        ("C♯/D♭", 1, None), ("Fis-Moll", 6, 0), ("11", 11, None), ("-1", None, None), ("H?", None, None),
    ],
)  # fmt: skip
def test_keys(tmp_path: Path, cell: str, key: int | None, mode: int | None) -> None:
    found = read(written(tmp_path, with_column("key", cell)))
    assert (found.tracks[0]["key"], found.tracks[0]["mode"]) == (key, mode)
    assert ("key says “H?”, which I do not understand" in found.said) == (cell == "H?")
