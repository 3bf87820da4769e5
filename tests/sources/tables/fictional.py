"""Songs that nobody ever sang, in each of the public shapes."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Cells = dict[str, Any]
FEATURES: Cells = {
    "acousticness": 0.25,
    "danceability": 0.5,
    "energy": 0.75,
    "instrumentalness": 0.0,
    "liveness": 0.125,
    "loudness": -7.5,
    "speechiness": 0.0625,
    "tempo": 120.5,
    "valence": 0.375,
}
KEYS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
EMBEDDED = Path(__file__).parents[3] / "data" / "embedded" / "spotify_by_genre.parquet"


def song_id(number: int) -> str:
    """22 characters of base 62, made up."""
    return f"Made0up0Song{number:010d}"


def song(number: int = 1, **changed: Any) -> Cells:
    """One song in plain words; `in_shape` spells it as a table does."""
    return {
        "id": song_id(number),
        "title": f"The Imaginary Lighthouse Number {number}",
        "artists": ["The Paper Weathervanes"],
        "album": "Ten Invented Rooms",
        "popularity": 40,
        "duration_ms": 200_000,
        "date": "1999-05-06",
        "explicit": False,
        "key": 1,
        "mode": 1,
        "genres": ["imaginary pop"],
        **FEATURES,
    } | changed


def _features(s: Cells) -> Cells:
    return {name: s[name] for name in FEATURES}


def _tracks_by_genre(s: Cells) -> Cells:
    return {
        "track_id": s["id"],
        "artists": ";".join(s["artists"]),
        "album_name": s["album"],
        "track_name": s["title"],
        "popularity": s["popularity"],
        "duration_ms": s["duration_ms"],
        "explicit": s["explicit"],
        **_features(s),
        "key": s["key"],
        "mode": s["mode"],
        "track_genre": s["genres"][0],
    }


def _keys_as_letters(s: Cells) -> Cells:
    return {
        "genre": s["genres"][0],
        "artist_name": s["artists"][0],
        "track_name": s["title"],
        "track_id": s["id"],
        "popularity": s["popularity"],
        "duration_ms": s["duration_ms"],
        **_features(s),
        "key": KEYS[s["key"]],
        "mode": "Major" if s["mode"] else "Minor",
    }


def _artist_ids(s: Cells) -> Cells:
    return {
        "id": s["id"],
        "name": s["title"],
        "popularity": s["popularity"],
        "duration_ms": s["duration_ms"],
        "explicit": int(s["explicit"]),
        "artists": repr(s["artists"]),
        "id_artists": "['x']",
        "release_date": s["date"],
        **_features(s),
        "key": s["key"],
        "mode": s["mode"],
    }


def _albums(s: Cells) -> Cells:
    return {
        "id": s["id"],
        "name": s["title"],
        "album": s["album"],
        "album_id": "x",
        "artists": repr(s["artists"]),
        "artist_ids": "['x']",
        "explicit": s["explicit"],
        **_features(s),
        "key": s["key"],
        "mode": float(s["mode"]),
        "duration_ms": s["duration_ms"],
        "year": s["date"][:4],
        "release_date": s["date"],
    }


def _playlists(s: Cells) -> Cells:
    return {
        "track_id": s["id"],
        "track_name": s["title"],
        "track_artist": s["artists"][0],
        "track_popularity": s["popularity"],
        "track_album_name": s["album"],
        "track_album_release_date": s["date"][:7],
        "playlist_name": "Songs for Nobody",
        "playlist_id": "a playlist",
        "playlist_genre": s["genres"][0],
        "playlist_subgenre": "imaginary dance pop",
        **_features(s),
        "key": s["key"],
        "mode": s["mode"],
        "duration_ms": s["duration_ms"],
    }


def _rated(s: Cells) -> Cells:
    return {
        "id_songs": s["id"],
        "name_song": s["title"],
        "popularity_songs": s["popularity"],
        "release_date": s["date"],
        "duration_ms": s["duration_ms"],
        "explicit": s["explicit"],
        **_features(s),
        "key": s["key"],
        "mode": s["mode"],
        "genres": repr(s["genres"]),
        "name_artists": s["artists"][0],
        "popularity_artists": 99,
    }


def _without_ids(s: Cells) -> Cells:
    rest = _features(s)
    del rest["valence"]
    return {
        "name": s["title"],
        "album": s["album"],
        "artist": s["artists"][0],
        "artist_top_genre": s["genres"][0],
        "release_date": s["date"][:4],
        "length": s["duration_ms"],
        "popularity": s["popularity"],
        **rest,
    }


IN_SHAPE: Mapping[str, Callable[[Cells], Cells]] = {
    "tracks by genre": _tracks_by_genre,
    "genres with keys as letters": _keys_as_letters,
    "tracks with artist ids": _artist_ids,
    "tracks of albums": _albums,
    "playlists": _playlists,
    "songs of artists, rated": _rated,
    "songs without ids": _without_ids,
}


def csv_text(rows: Sequence[Cells], shape: str = "tracks by genre") -> str:
    """A table of these songs."""
    spelt = [IN_SHAPE[shape](row) for row in rows]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(spelt[0]))
    writer.writeheader()
    writer.writerows(spelt)
    return text.getvalue()


def csv_file(path: Path, rows: Sequence[Cells], shape: str = "tracks by genre") -> Path:
    path.write_text(csv_text(rows, shape), "utf-8", newline="")
    return path
