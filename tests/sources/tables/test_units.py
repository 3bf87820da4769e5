"""Units of a column: told from its name or its values, or settled by whoever imports."""

from pathlib import Path

import pytest

from bot.sources.tables.plan import ReadOptions
from tests.sources.tables.made_tables import with_features, written
from tests.sources.tables.reading import read, refusal

PERCENTAGES = {
    "year 2019": (
        ',"Track.Name","Artist.Name","Genre","Beats.Per.Minute","Energy","Danceability","Loudness..dB..",'
        '"Liveness","Valence.","Length.","Acousticness..","Speechiness.","Popularity"\n'
        '"1","Glass Señorita","Vera Quill","canadian pop",117,55,76,-6,8,75,191,4,3,79\n'
    ),
    "two thousand": (
        "Index,Title,Artist,Top Genre,Year,Beats Per Minute (BPM),Energy,Danceability,Loudness (dB),Liveness,"
        "Valence,Length (Duration),Acousticness,Speechiness,Popularity\n"
        "1,Glass Señorita,Vera Quill,canadian pop,2004,117,55,76,-6,8,75,191,4,3,79\n"
    ),
    "short names": (
        '"","title","artist","top genre","year","bpm","nrgy","dnce","dB","live","val","dur",'
        '"acous","spch","pop"\n'
        '"1","Glass Señorita","Vera Quill","canadian pop",2010,117,55,76,-6,8,75,191,4,3,79\n'
    ),
}


@pytest.mark.parametrize("text", PERCENTAGES.values(), ids=PERCENTAGES)
def test_percentages(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text, "latin-1")
    assert "percentages, it seems. If so, import with --percent" in refusal(path)
    found = read(path, ReadOptions(percent=True))
    [track] = found.tracks
    assert (track["title"], track["artists"], track["popularity"]) == ("Glass Señorita", ["Vera Quill"], 79)
    assert (track["energy"], track["speechiness"], track["tempo"]) == (0.55, pytest.approx(0.03), 117)
    assert (track["loudness"], track["duration_ms"]) == (-6, 191_000)
    assert found.labels == [[("genre", "canadian pop")]]
    assert found.plan.missing_features == ("instrumentalness",)


def test_percentages_that_say_so_in_their_name(tmp_path: Path) -> None:
    text = (
        "track_name,artist(s)_name,artist_count,released_year,in_spotify_playlists,bpm,key,mode,"
        "danceability_%,valence_%,energy_%,acousticness_%,instrumentalness_%,liveness_%,speechiness_%\n"
        'Seven,"Vera Quill, Tom Ash",2,2023,553,125,B,Major,80,89,83,31,0,8,4\n'
        'Eight,"Tyler, The Maker",1,2023,553,125,C#,Minor,80,89,83,31,1,8,4\n'
    )
    found = read(written(tmp_path, text))
    assert [track["artists"] for track in found.tracks] == [["Vera Quill", "Tom Ash"], ["Tyler, The Maker"]]
    assert [track["danceability"] for track in found.tracks] == [0.8, 0.8]
    assert [track["instrumentalness"] for track in found.tracks] == [0, 0.01]
    assert [(track["key"], track["mode"]) for track in found.tracks] == [(11, 1), (1, 0)]
    assert "are percentages by their names; they were divided by 100" in found.said


UP_AND_DOWN = [(-1) ** n * 0.7 for n in range(12)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tempo": [2.1, 1.9, 2.0]}, "beats per second, it seems. If so, import with --scale tempo=60"),
        ({"tempo": [0.3, 0.5, 0.9]}, "tempo is never above 1: scaled values"),
        ({"tempo": [500.0, 480.0, 460.0]}, "no beats per minute (milliseconds a beat?)"),
        ({"tempo": UP_AND_DOWN}, "tempo is below 0 in many rows: standardised"),
        ({"loudness": [7.5, 4.0, 3.0]}, "the sign is lost, it seems. If so, import with --scale loudness=-1"),
        ({"loudness": [0.2, 0.9, 0.5]}, "loudness is never below 0 nor above 1: scaled values"),
        ({"loudness": [-7500.0] * 3}, "no decibels"),
        ({"energy": UP_AND_DOWN}, "energy is below 0 in many rows: standardised"),
        ({"energy": [5.0] * 12, "valence": [4.0] * 12}, "import with --scale energy=0.1 --scale valence=0.1"),
        (
            {"energy": [55.0] * 12, "valence": [4.0] * 12},
            "percentages, it seems. If so, import with --percent",
        ),
        ({"energy": [555.0] * 12}, "import with --scale energy=0.001"),
    ],
)
def test_units_that_a_person_must_settle(tmp_path: Path, changed: dict[str, list[float]], said: str) -> None:
    sentence = refusal(written(tmp_path, with_features(**changed)))
    assert said in sentence
    assert "Nothing was imported" in sentence


def test_factors_that_a_person_names(tmp_path: Path) -> None:
    path = written(tmp_path, with_features(tempo=[2.0] * 3, loudness=[7.5] * 3))
    tracks = read(path, ReadOptions(scale={"tempo": 60, "loudness": -1})).tracks
    assert {(track["tempo"], track["loudness"]) for track in tracks} == {(120, -7.5)}


def test_beats_per_second_by_their_name(tmp_path: Path) -> None:
    found = read(written(tmp_path, with_features(tempo=[2.0] * 3).replace("tempo", "tempo_hz")))
    assert [track["tempo"] for track in found.tracks] == [120] * 3
    assert "tempo_hz is in beats per second by its name" in found.said


def test_a_few_values_out_of_range_are_no_units(tmp_path: Path) -> None:
    found = read(written(tmp_path, with_features(energy=[0.5] * 19 + [1.5], loudness=[-7.0] * 19 + [12.0])))
    assert len(found.tracks) == 19
