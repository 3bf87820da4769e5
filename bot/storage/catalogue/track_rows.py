"""Tracks as rows of the table, and back."""

import json
from collections.abc import Iterable, Sequence
from time import time
from typing import Any

from pydantic_core import from_json

from bot.domain.titles import normalise, title_key
from bot.domain.tracks import Track
from ml.features import FEATURE_NAMES, AudioFeatures

PLAIN = (
    "row",
    "id",
    "title",
    "artists",
    "album",
    "popularity",
    "duration_ms",
    "release_year",
    "explicit",
    "key",
    "mode",
    "isrc",
    "source",
)
COLUMNS = ", ".join(f"tracks.{name}" for name in (*PLAIN, *FEATURE_NAMES))


def track_of(row: Sequence[Any], genres: tuple[str, ...] = ()) -> Track:
    """The track of a row of `COLUMNS`, with its genres where they were read as well."""
    (
        number,
        track_id,
        title,
        artists,
        album,
        popularity,
        duration_ms,
        release_year,
        explicit,
        key,
        mode,
        isrc,
        source,
        *features,
    ) = row
    return Track(
        row=number,
        id=track_id,
        title=title,
        artists=tuple(from_json(artists)),
        album=album,
        popularity=popularity,
        duration_ms=duration_ms,
        release_year=release_year,
        explicit=None if explicit is None else bool(explicit),
        key=key,
        mode=mode,
        genres=genres,
        isrc=isrc,
        source=source,
        features=None if features[0] is None else AudioFeatures(*features),
    )


def values_of(track: Track) -> Iterable[object]:
    """What is stored of a track: `PLAIN` but for the row, its keys, when it was used (now), its features."""
    return [
        track.id,
        track.title,
        json.dumps(track.artists, ensure_ascii=False),
        track.album,
        track.popularity,
        track.duration_ms,
        track.release_year,
        track.explicit,
        track.key,
        track.mode,
        track.isrc,
        track.source,
        title_key(track.title),
        " ".join(normalise(artist) for artist in track.artists),
        time(),
        *(track.features.vector() if track.features else [None] * len(FEATURE_NAMES)),
    ]
