"""The public tables in common use, told apart by the names of their columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.errors import UnreadableTable
from ml.features import FEATURE_NAMES

LabelKind = Literal["genre", "subgenre", "playlist"]
MOST_ESTIMATED = 2
"""How many of the nine features a table may lack as a whole."""


@dataclass(frozen=True)
class Shape:
    """What the columns of one public table are called.

    Attributes:
        name: how people are told of it.
        title, artists: the columns without which it is no table of songs.
        id: the column of Spotify ids, None where the table has none.
        several_artists: artists are separated by ";" (a list literal is understood anywhere).
        labels: the columns of labels, each with its kind.
        told_by: columns that only this table has; they settle which of two fitting shapes it is.
    """

    name: str
    title: str
    artists: str
    id: str | None
    several_artists: bool = False
    album: tuple[str, ...] = ()
    popularity: tuple[str, ...] = ("popularity",)
    duration_ms: tuple[str, ...] = ("duration_ms",)
    year: tuple[str, ...] = ()
    labels: Mapping[str, LabelKind] = field(default_factory=dict)
    told_by: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that must be there, beside the features."""
        return (*((self.id,) if self.id else ()), self.title, self.artists)


SHAPES: tuple[Shape, ...] = (
    Shape(
        "tracks by genre",
        title="track_name",
        artists="artists",
        id="track_id",
        several_artists=True,
        album=("album_name",),
        year=("release_date", "year"),
        labels={"track_genre": "genre"},
        told_by=("track_genre",),
    ),
    Shape(
        "genres with keys as letters",
        title="track_name",
        artists="artist_name",
        id="track_id",
        album=("album_name",),
        year=("release_date", "year"),
        labels={"genre": "genre"},
        told_by=("genre",),
    ),
    Shape(
        "tracks with artist ids",
        title="name",
        artists="artists",
        id="id",
        album=("album",),
        year=("release_date", "year"),
        told_by=("id_artists",),
    ),
    Shape(
        "tracks of albums",
        title="name",
        artists="artists",
        id="id",
        album=("album",),
        year=("year", "release_date"),
        told_by=("album_id",),
    ),
    Shape(
        "playlists",
        title="track_name",
        artists="track_artist",
        id="track_id",
        album=("track_album_name",),
        popularity=("track_popularity",),
        year=("track_album_release_date",),
        labels={"playlist_genre": "genre", "playlist_subgenre": "subgenre", "playlist_id": "playlist"},
        told_by=("playlist_genre",),
    ),
    Shape(
        "songs of artists, rated",
        title="name_song",
        artists="name_artists",
        id="id_songs",
        popularity=("popularity_songs",),
        year=("release_date",),
        labels={"genres": "genre"},
        told_by=("popularity_songs",),
    ),
    Shape(
        "songs without ids",
        title="name",
        artists="artist",
        id=None,
        album=("album",),
        duration_ms=("length", "duration_ms"),
        year=("release_date", "year"),
        labels={"artist_top_genre": "genre"},
        told_by=("artist_top_genre",),
    ),
)


@dataclass(frozen=True)
class Layout:
    """Where in one file the columns of its shape stand.

    Attributes:
        columns: position of each column of interest, by its plain name (`plain`).
        missing_features: features that no column gives, in the order of `FEATURE_NAMES`.
    """

    shape: Shape
    columns: Mapping[str, int]
    missing_features: tuple[str, ...]


def plain(column: str) -> str:
    """A column's name as it is compared: `" Track Name"` is `"track_name"`."""
    return "_".join(column.strip().casefold().replace("-", " ").replace("_", " ").split())


def recognise(columns: Sequence[str]) -> Layout:
    """Which of the public tables has these columns; order, case and further columns do not matter.

    Raises:
        UnreadableTable: none has; the sentence names what is missing and what is known.
    """
    positions: dict[str, int] = {}
    for position, column in enumerate(columns):
        positions.setdefault(plain(column), position)
    missing_features = tuple(name for name in FEATURE_NAMES if name not in positions)

    def lacking(shape: Shape) -> tuple[int, int]:
        absent = sum(column not in positions for column in shape.required)
        return absent, -sum(column in positions for column in shape.told_by)

    shape = min(SHAPES, key=lacking)
    missing = [column for column in shape.required if column not in positions]
    if missing or len(missing_features) > MOST_ESTIMATED:
        known = "; ".join(f"{s.name} ({', '.join(s.required)})" for s in SHAPES)
        raise UnreadableTable(
            f"This is no table of songs that I know: it lacks {', '.join([*missing, *missing_features])}. "
            f"I read these, each with the nine audio features: {known}."
        )
    wanted = {
        *shape.required,
        *shape.album,
        *shape.popularity,
        *shape.duration_ms,
        *shape.year,
        *shape.labels,
        *FEATURE_NAMES,
        "explicit",
        "key",
        "mode",
    }
    return Layout(shape, {name: at for name, at in positions.items() if name in wanted}, missing_features)
