"""Tables of the kinds that people publish, each with a few made-up songs."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.sources.tables.encodings import single_byte_encoding
from bot.sources.tables.plan import ReadOptions
from tests.sources.tables.reading import read, refusal

NAMES = "acousticness,danceability,energy,instrumentalness,liveness,loudness,speechiness,tempo,valence"
VALUES = ".1,.5,.6,0,.1,-7.5,.05,120,.4"
HEAD = f"id,name,artists,{NAMES}"
LINK = "https://open.spotify.com/intl-de/track/"
SEMICOLONS = f'{HEAD}\nMade1up1Song0000000000,"A; the first",B,{VALUES}'.replace(",", ";")


def id_of(number: int) -> str:
    return f"Made1up1Song{number:010d}"


def written(folder: Path, text: str | bytes, encoding: str = "utf-8", name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


def rows(*songs: str) -> str:
    """A table with these titles and artists, as CSV cells."""
    lines = [f"{id_of(at)},{cells},{VALUES}" for at, cells in enumerate(songs)]
    return "\n".join([HEAD, *lines, ""])


def with_column(name: str, *cells: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*HEAD.split(","), name])
    for at, cell in enumerate(cells):
        writer.writerow([id_of(at), f"Song {at}", "Vera Quill", *VALUES.split(","), cell])
    return text.getvalue()


def with_features(**changed: list[float]) -> str:
    [length] = {len(values) for values in changed.values()}
    lines = [HEAD]
    for at in range(length):
        given = dict(zip(NAMES.split(","), VALUES.split(","), strict=True))
        given |= {name: str(values[at]) for name, values in changed.items()}
        lines.append(f"{id_of(at)},Song {at},Vera Quill,{','.join(given.values())}")
    return "\n".join(lines)


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


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "Titel;Interpret;Erscheinungsjahr;Dauer;Popularität;Akustik;Tanzbarkeit;Energie;Instrumentalität;"
            "Live-Charakter;Lautstärke (dB);Sprachanteil;Tempo (BPM);Valenz;Explizit;Musikrichtung\n"
            "Über Papier;Märta;26.04.1999;3:37;50;0,1;0,5;0,6;0;0,1;−7,5;0,05;120;0,4;ja;Volk\n",
            "utf-8",
        ),
        (
            "Titre;Artiste;Date de sortie;Durée;Popularité;Acoustique;Dansabilité;Énergie;Instrumentalité;"
            "Vivacité;Volume;Parole;Tempo;Valence;Explicite;Genre\n"
            "Über Papier;Märta;26/04/1999;217;50;0,1;0,5;0,6;0;0,1;-7,5;0,05;120;0,4;oui;Volk\n",
            "cp1252",
        ),
        (
            "Título\tArtista\tAño\tDuración\tPopularidad\tAcústica\tBailabilidad\tEnergía\tInstrumentalidad\t"
            "En vivo\tVolumen\tHabla\tTempo\tValencia\tExplícito\tGénero\n"
            "Über Papier\tMärta\t1999\t217 s\t50\t.1\t.5\t.6\t0\t10%\t-7.5 dB\t.05\t120 BPM\t.4\tsí\tVolk\n",
            "utf-16",
        ),
    ],
)
def test_other_languages(tmp_path: Path, text: str, encoding: str) -> None:
    found = read(written(tmp_path, text, encoding))
    [track] = found.tracks
    assert (track["title"], track["artists"], track["release_year"]) == ("Über Papier", ["Märta"], 1999)
    assert (track["duration_ms"], track["popularity"], track["explicit"]) == (217_000, 50, 1)
    assert (track["acousticness"], track["loudness"], track["liveness"]) == (0.1, -7.5, 0.1)
    assert found.labels == [[("genre", "Volk")]]
    assert found.plan.unread == ()


def test_spotifyr(tmp_path: Path) -> None:
    text = (
        f"playlist_id,{NAMES},track.id,analysis_url,track.artists,track.duration_ms,track.explicit,"
        "track.name,track.popularity,track.uri,track.album.name,track.album.release_date\n"
        f"mix, {VALUES},{id_of(1)},https://api.example/{id_of(1)},"
        '"list(href = c(""https://x"", ""https://y""), id = c(""a"", ""b""), '
        'name = c(""Vera Quill"", ""Tom Ash""))",'
        f"200000,FALSE,Paper Lantern,50,spotify:track:{id_of(1)},Alb,1999-02-03\n"
    )
    found = read(written(tmp_path, text))
    [track] = found.tracks
    assert (track["id"], track["artists"], track["explicit"]) == (id_of(1), ["Vera Quill", "Tom Ash"], 0)
    assert (track["album"], track["release_year"]) == ("Alb", 1999)
    assert found.labels == [[("playlist", "mix")]]
    assert found.plan.unread == ("analysis_url", "track.uri")


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\r{id_of(0)},A; the first,B,{VALUES}\r",
        f"{HEAD},\n{id_of(0)},A; the first,B,{VALUES},\n",
        f"{HEAD}\n{id_of(0)},A; the first,B,{VALUES},\n",
        f"{HEAD}\n1,{id_of(0)},A; the first,B,{VALUES}\n",
        f"My songs\nmade by me, in 2024\n\n{HEAD}\n{id_of(0)},A; the first,B,{VALUES}\n",
        f'"{HEAD}"\n"{id_of(0)},""A; the first"",B,{VALUES}"\n',
        f'{HEAD}\n"{id_of(0)},""A; the first"",B,{VALUES}"\n',
        f"'id','name','artists',{NAMES}\n'{id_of(0)}','A; the first','B',{VALUES}\n",
        f"id,id,name,name,artists,{NAMES},name.1\n1,{id_of(0)},A; the first,other,B,{VALUES},q\n",
        f" Track ID , Track Name ,ARTISTS,{NAMES.upper()}\n {id_of(0)} , A; the  first , B ,{VALUES}\n",
        f"link,name,artists,{NAMES}\n{LINK}{id_of(0)}?si=1,A; the first,B,{VALUES}\n",
        f"where,name,artists,{NAMES}\nspotify:track:{id_of(0)},A; the first,B,{VALUES}\n",
        f"artist_id,id,name,artists,{NAMES}\n{id_of(9)},{id_of(0)},A; the first,B,{VALUES}\n",
        f"\ufeff{HEAD}\r\n{id_of(0)},A; the first,B,{VALUES}\r\n\r\n",
        f"sep=;\n{SEMICOLONS}\n",
    ],
)  # fmt: skip
def test_one_song_however_it_is_written(tmp_path: Path, text: str) -> None:
    [track] = read(written(tmp_path, text)).tracks
    assert (track["id"], track["title"], track["artists"]) == (id_of(0), "A; the first", ["B"])


def test_quotation_marks_behind_a_backslash(tmp_path: Path) -> None:
    text = f'{HEAD}\n{id_of(0)},"Say \\"Hi\\", Wave",B,{VALUES}\n{id_of(1)},"C",D,{VALUES}\n'
    assert [track["title"] for track in read(written(tmp_path, text)).tracks] == ['Say "Hi", Wave', "C"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings(tmp_path: Path, encoding: str) -> None:
    [track] = read(written(tmp_path, rows("Grün,Märta"), encoding)).tracks
    assert (track["title"], track["artists"]) == ("Grün", ["Märta"])


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


def test_a_column_that_has_another_name(tmp_path: Path) -> None:
    path = written(tmp_path, rows("A,B").replace("valence", "mood score"))
    assert "the table has no valence" not in refusal_or_nothing(path)
    options = ReadOptions(columns={"valence": "Mood Score"})
    assert [track["valence"] for track in read(path, options).tracks] == [0.4]
    assert "has no column 'smile'" in refusal(path, ReadOptions(columns={"valence": "smile"}))
    assert "no role 'happiness'" in refusal(path, ReadOptions(columns={"happiness": "energy"}))


def refusal_or_nothing(path: Path) -> str:
    return "" if read(path).plan.missing_features == ("valence",) else "the table has no valence"


@pytest.mark.parametrize("cell", ["17", "TRAAAAW128F429D538", "5f3c6bb0-2d1b-4b6a-9d43-0f1a7a2b3c4d", ""])
def test_numbers_of_other_catalogues_are_no_ids(tmp_path: Path, cell: str) -> None:
    text = rows("A,B", "C,D").replace(id_of(0), cell).replace(id_of(1), cell)
    found = read(written(tmp_path, text))
    assert all(track["id"].startswith("local:") for track in found.tracks)
    assert "id holds no Spotify track ids" in found.said


def test_a_table_with_ids_is_never_read_as_one_without(tmp_path: Path) -> None:
    found = read(written(tmp_path, rows("A,B", "C,D").replace(id_of(0), "spotify:local:a:b:c:217")))
    assert [track["id"] for track in found.tracks] == [id_of(1)]
    assert found.said == "no Spotify track id in id: 1, for example row 1: “spotify:local:a:b:c:217”"


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


WEST = [
    "Señor Ñandú",
    "CORAÇÃO",
    "Beyoncé",
    "Motörhead",
    "L'été où sœur",
    "Røyksopp",
    "Você",
    "Caffè",
    "Straße",
]
ELSEWHERE = [
    ("Бумажный фонарь", "cp1251"), ("я и ты", "cp1251"), ("紙の月", "shift_jis"), ("爱你", "gbk"),
    ("사랑", "euc-kr"), ("Podsiadło", "cp1250"), ("Koń", "cp1250"), ("Příliš kůň", "cp1250"),
    ("fără casă", "cp1250"), ("őrült idő", "cp1250"), ("Şarkı söylemek", "cp1254"), ("Καλημέρα", "cp1253"),
    ("שלום", "cp1255"), ("حب", "cp1256"), ("mīlestība", "cp1257"), ("рок", "koi8-r"), ("фонарь", "cp866"),
    ("Señor", "mac_roman"), ("Señor", "cp437"), ("ภาษาไทย", "cp874"),
]  # fmt: skip


@pytest.mark.parametrize("title", WEST)
def test_western_text_is_read(title: str) -> None:
    assert single_byte_encoding(title.encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(("title", "encoding"), ELSEWHERE)
def test_other_text_never_becomes_other_letters(tmp_path: Path, title: str, encoding: str) -> None:
    path = written(tmp_path, rows(f"{title},B"), encoding)
    assert "Save it as UTF-8, or name " in refusal(path)
    assert read(path, ReadOptions(encoding=encoding)).tracks[0]["title"] == title


def test_an_encoding_that_is_none_or_another(tmp_path: Path) -> None:
    path = written(tmp_path, rows("Señor,B"), "latin-1")
    assert "I know no text encoding called 'klingon'" in refusal(path, ReadOptions(encoding="klingon"))
    assert "I know no text encoding called 'base64'" in refusal(path, ReadOptions(encoding="base64"))
    assert "is not in the encoding utf-8" in refusal(path, ReadOptions(encoding="utf8"))
