"""JSON in any layout; files that are no table of songs are named."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.tables.made_tables import HEAD, NAMES, VALUES, id_of, written
from tests.sources.tables.reading import read, refusal

FEATURES = dict(zip(NAMES.split(","), map(float, VALUES.split(",")), strict=True))


SONG: dict[str, Any] = {"id": id_of(0), "name": "A", "artists": [{"name": "B"}, {"name": "C"}], **FEATURES}


NESTED: dict[str, Any] = {
    "track": {"id": id_of(0), "name": "A", "artists": [{"name": "B"}, {"name": "C"}], "explicit": True},
    "audio_features": FEATURES,
}


@pytest.mark.parametrize(
    "whole",
    [
        [SONG],
        [NESTED],
        {"tracks": [SONG], "total": 1},
        {"columns": list(SONG), "index": [0], "data": [list(SONG.values())]},
        {name: {"0": value} for name, value in SONG.items()},
        {name: [value] for name, value in SONG.items()},
        {id_of(0): SONG},
        SONG,
        NESTED,
        [list(SONG), list(SONG.values())],
    ],
)
def test_json_however_it_is_laid_out(tmp_path: Path, whole: Any) -> None:
    [track] = read(written(tmp_path, json.dumps(whole), name="songs.json")).tracks
    assert (track["id"], track["title"], track["artists"]) == (id_of(0), "A", ["B", "C"])
    assert track["tempo"] == 120


@pytest.mark.parametrize("whole", [[SONG] * 3_000, [NESTED] * 3_000])
def test_long_json(tmp_path: Path, whole: list[Any]) -> None:
    lines = "\n".join(map(json.dumps, whole))
    for text in (json.dumps(whole), json.dumps(whole, indent=2), lines, lines.replace("\n", "\r\n\r\n")):
        assert len(read(written(tmp_path, text, name="songs.json")).tracks) == 3_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"tracks":[{"artist":"A","track":"C"}],"albums":[],"shows":[]}', "is a Spotify library export"),
        ('{"playlists":[{"name":"x"}]}', "is a Spotify playlist export"),
        ('[{"ts":"2024","ms_played":1,"master_metadata_track_name":"x"}]', "is a Spotify listening history"),
        ("uts,utc_time,artist,album,track\n1,2,A,B,C\n", "is a listening history"),
        ("#\tTrack Title\tArtist\tBPM\tRating\tKey\n1\tA\tB\t124\t\t8A\n", "is a library export"),
        (
            "Track name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id\n1,A,B,C,D,E,F\n",
            "playlist export",
        ),
        (
            "<?xml version='1.0'?><!DOCTYPE plist><plist version='1.0'></plist>",
            "an Apple Music or iTunes library",
        ),
        ("<!doctype html><html><body>Sign in</body></html>", "is a web page"),
        ("\n<html lang=en>", "is a web page"),
        ("[playlist]\nFile1=a.mp3\n", "is a PLS playlist"),
        (
            "https://open.spotify.com/track/1\nhttps://open.spotify.com/track/2\n",
            "a list of songs, one a line",
        ),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "a Git LFS pointer"),
        (f"{HEAD}\n{id_of(0)},A,B,{VALUES}\n<<<<<<< HEAD\n=======\n>>>>>>> b\n", "merge conflict in line 3"),
        ('[{"id": "x", "na', "looks like JSON, but cannot be read as such"),
        ("[1, 2, 3]", "is JSON, but no list of songs"),
        ("[]", "without any songs"),
        ("{}", "without any songs"),
    ],
)
def test_other_files_are_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(written(tmp_path, text))
