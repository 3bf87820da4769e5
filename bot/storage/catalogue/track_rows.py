"""Tracks as rows of a table."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json

from bot.domain.tracks import Track
from bot.storage.stored_values import sound_values
from ml.features import FEATURE_NAMES, AudioFeatures

PLAIN = (
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
)
"""The columns of catalogue tracks and fetched songs, except the features."""
COLUMNS = ", ".join(f"tracks.{name}" for name in ("row", *PLAIN, *FEATURE_NAMES))


def track_of(row: Sequence[Any], genres: tuple[str, ...] = ()) -> Track:
    """The track of a row of `COLUMNS`, with its genres where they were read as well.

    Raises:
        StorageFailed: a value is damaged.
    """
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
        *features,
    ) = row
    with sound_values():
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
            features=None if features[0] is None else AudioFeatures(*features),
        )
