"""Tables as people hand them in: each file of `cases/` with what it must give."""

from pathlib import Path

import pytest

from bot.sources.tables.plan import ReadOptions
from tests.sources.tables.reading import read, refusal

CASES = Path(__file__).parent / "cases"
SIX = ["Paper Lantern", "Копейка и море", "قمر من ورق", "纸做的月亮", "Señor Ñandú", "Line Break Song"]


@pytest.mark.parametrize(
    "name",
    [
        "01_utf16.csv",
        "02_bom_tsv.csv",
        "03_semicolon_decimal_comma.csv",
        "04_pipe.csv",
        "24_index_col.csv",
        "30_records.json",
        "31_lines.jsonl",
        "90_known_again.csv",
    ],
)
def test_six_songs_with_their_letters(name: str) -> None:
    found = read(CASES / name)
    assert [track["title"] for track in found.tracks] == SIX
    assert [track["id"] for track in found.tracks] == [f"Made1up1Song000000000{n}" for n in range(6)]
    assert found.tracks[0]["artists"] == ["Vera Quill", "Tom Ash"]
    assert found.tracks[4]["artists"] == ["José Peña"]
    assert [track["acousticness"] for track in found.tracks[:2]] == [0.1, pytest.approx(0.12)]
    assert not found.skipped


@pytest.mark.parametrize(
    ("name", "title", "artist"),
    [
        ("06_latin1.csv", "Señor Ñandú", "José Peña"),
        ("60_latin1_capital_a_tilde.csv", "CORAÇÃO DE PAPEL", "JOÃO TESTE"),
    ],
)
def test_latin_1(name: str, title: str, artist: str) -> None:
    [track] = read(CASES / name).tracks
    assert (track["title"], track["artists"]) == (title, [artist])


@pytest.mark.parametrize(
    ("name", "encoding", "title"),
    [("07_shiftjis.csv", "shift_jis", "紙の月"), ("62_cp1251.csv", "cp1251", "Бумажный фонарь")],
)
def test_other_encodings_are_asked_about(name: str, encoding: str, title: str) -> None:
    asked = refusal(CASES / name)
    assert f"--encoding {encoding.replace('_', '-')} (then it reads “{title}" in asked
    assert "line 2" in asked
    [track] = read(CASES / name, ReadOptions(encoding=encoding)).tracks
    assert track["title"] == title


def test_exportify() -> None:
    found = read(CASES / "10_exportify.csv")
    track = found.tracks[0]
    assert track["id"] == "Made1up1Song0000000000"
    assert track["artists"] == ["Vera Quill", "Tom Ash"]
    assert (track["release_year"], track["explicit"]) == (1999, 1)
    assert found.labels[0] == [("genre", "folk"), ("genre", "indie")]
    assert found.plan.unread == ("Added By", "Added At", "Record Label", "Time Signature")


def test_a_table_with_ids_keeps_them_whatever_its_other_columns_are_called() -> None:
    found = read(CASES / "12_id_and_artist.csv")
    [track] = found.tracks
    assert (track["id"], track["duration_ms"], track["key"]) == ("Made1up1Song0000000000", 379_266, 5)
    assert found.labels == [[("genre", "funk")]]
    assert found.plan.unread == ("mood",)


def test_top_hits() -> None:
    found = read(CASES / "13_top_hits.csv")
    [track] = found.tracks
    assert (track["popularity"], track["album"], track["release_year"]) == (91, "Alb One", None)
    assert found.labels == [[("genre", "folk"), ("genre", "pop")]]
    assert "year was not read as the songs' release year" in found.said
    [track] = read(CASES / "13_top_hits.csv", ReadOptions(columns={"release": "year"})).tracks
    assert track["release_year"] == 2010


@pytest.mark.parametrize(("name", "year"), [("14_song_artist.csv", 2001), ("15_track_artist.csv", 2005)])
def test_one_song_without_an_id(name: str, year: int) -> None:
    [track] = read(CASES / name).tracks
    assert (track["title"], track["artists"], track["release_year"]) == (
        "Paper Lantern",
        ["Vera Quill"],
        year,
    )
    assert track["duration_ms"] == 200_000
    assert track["id"].startswith("local:")


def test_lengths_in_seconds_and_as_on_a_clock() -> None:
    assert [track["duration_ms"] for track in read(CASES / "17_length_seconds.csv").tracks] == [217_000] * 2
    found = read(CASES / "43_length_seconds.csv")
    assert [track["duration_ms"] for track in found.tracks] == [1_000 * n for n in range(200, 240)]
    assert "length is in seconds" in found.said


def test_artists_are_taken_apart_where_the_table_shows_that_they_are_several() -> None:
    found = read(CASES / "18_multi_artist_comma.csv")
    both = ["Vera Quill", "Tom Ash"]
    assert [track["artists"] for track in found.tracks] == [
        both,
        both,
        both,
        ["Tyler, The Maker"],
        both,
        both,
    ]


@pytest.mark.parametrize("name", ["21_is_explicit.csv", "40_is_explicit_many.csv", "44_explicit_control.csv"])
def test_explicit(name: str) -> None:
    found = read(CASES / name)
    assert {track["explicit"] for track in found.tracks} == {1}
    assert found.plan.explicit == (len(found.tracks), 0, 0)


def test_failed_analyses() -> None:
    found = read(CASES / "23_zero_features.csv")
    assert not found.tracks
    assert found.said == "failed analysis, all 0 in danceability, valence, tempo: 2, for example row 1"


def test_a_semicolon_in_a_title() -> None:
    [track] = read(CASES / "25_quoted_rows_semicolon_in_comma.csv").tracks
    assert (track["title"], track["id"]) == ("A; B; C; D", "Made1up1Song0000000000")


def test_keys() -> None:
    found = read(CASES / "26_key_camelot.csv")
    assert [(track["key"], track["mode"]) for track in found.tracks] == [
        (9, 0),
        (1, 0),
        (9, 0),
        (8, 1),
        (None, None),
    ]


def test_scaled_values_are_refused_before_a_row_is_taken() -> None:
    said = refusal(CASES / "65_scaled.csv")
    assert "tempo is never above 1: scaled values, it seems" in said
    assert "loudness is never below 0 nor above 1: scaled values" in said
    assert "Nothing was imported" in said


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("68_mix.m3u", "an M3U playlist"),
        ("69_list.xspf", "an XSPF playlist"),
        ("70_rekordbox.xml", "a Rekordbox collection"),
        ("71_StreamingHistory.json", "a Spotify listening history"),
        ("72_soundiiz.csv", "a playlist export"),
    ],
)
def test_other_files_are_named_as_what_they_are(name: str, kind: str) -> None:
    assert f"{name} is {kind}. A table to learn from also needs the nine audio features" in refusal(
        CASES / name
    )


def test_a_merge_conflict_is_named_with_its_line() -> None:
    assert "an unresolved merge conflict in line 1;" in refusal(CASES / "74_merge_conflict.csv")


def test_every_row_skipped() -> None:
    found = read(CASES / "75_all_skipped.csv")
    assert not found.tracks
    assert found.said == "no Spotify track id in track_id: 1, for example row 1: “notanid”"
