"""Tables of the kinds that people publish: other headings, quotation and ids."""

from pathlib import Path

import pytest

from bot.sources.tables.plan import ReadOptions
from tests.sources.tables.made_tables import HEAD, NAMES, VALUES, id_of, rows, written
from tests.sources.tables.reading import read, refusal

LINK = "https://open.spotify.com/intl-de/track/"


SEMICOLONS = f'{HEAD}\nMade1up1Song0000000000,"A; the first",B,{VALUES}'.replace(",", ";")


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
