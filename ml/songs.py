"""Columns of songs for training and inference, as numpy arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats, Rows
from ml.features import FEATURE_NAMES, InvalidFeatures


def known_popularity(popularity: Floats) -> Floats:
    """Popularity with NaN for 0, which mostly means an uncounted copy on a compilation."""
    return np.where(popularity > 0, popularity, np.nan)


@dataclass(frozen=True)
class SongColumns:
    """The input columns of the feature step, one row per track.

    Attributes:
        features: shape (n, 9), in the order of `FEATURE_NAMES`; never NaN.
        duration_ms: shape (n,), milliseconds; NaN where unknown.
        release_year: shape (n,), calendar year; NaN where unknown.
        key: shape (n,), pitch class 0-11; NaN where unknown.
        mode: shape (n,), 0 minor, 1 major; NaN where unknown.
        popularity: shape (n,), 0-100; NaN where unknown.

    Raises:
        InvalidFeatures: a shape is off or a feature is not finite.
    """

    features: Floats
    duration_ms: Floats
    release_year: Floats
    key: Floats
    mode: Floats
    popularity: Floats

    def __post_init__(self) -> None:
        n = len(self.features)
        if self.features.shape != (n, len(FEATURE_NAMES)):
            raise InvalidFeatures(f"features have shape {self.features.shape}, not ({n}, 9)")
        if not np.isfinite(self.features).all():
            raise InvalidFeatures("features hold NaN or infinity")
        for name in ("duration_ms", "release_year", "key", "mode", "popularity"):
            column = getattr(self, name)
            if column.shape != (n,):
                raise InvalidFeatures(f"{name} has shape {column.shape}, not ({n},)")
            if np.isinf(column).any():
                raise InvalidFeatures(f"{name} holds infinity")

    def __len__(self) -> int:
        return len(self.features)

    def take(self, rows: Rows | slice) -> "SongColumns":
        """The columns of some rows."""
        return SongColumns(*(getattr(self, column.name)[rows] for column in fields(self)))


@dataclass(frozen=True)
class LabelledSongs:
    """A catalogue for training or evaluation, one row per track.

    Attributes:
        columns: the numbers, n rows.
        ids: n track ids, unique.
        titles, artists: n titles; n tuples of artist names.
        genres: n sets of a track's labels (empty where unknown). Labels of sub-genres
            and playlists likewise; playlists are playlist ids.
        explicit: shape (n,), bool, False where unknown; None if no rating is known.
        unrated: shape (n,), bool, where the rating is unknown; None if all are known, or none.
        songs: shape (n,), equal for versions of one song; None where each track is a song of its own.
        leads: shape (n,), equal for tracks of one first artist; None compares their names, case-folded.
        albums: n names of albums, None where unknown; empty if they were not read.
    """

    columns: SongColumns
    ids: Sequence[str]
    titles: Sequence[str]
    artists: Sequence[tuple[str, ...]]
    genres: Sequence[frozenset[str]]
    subgenres: Sequence[frozenset[str]] = field(default=())
    playlists: Sequence[frozenset[str]] = field(default=())
    explicit: NDArray[np.bool_] | None = None
    unrated: NDArray[np.bool_] | None = None
    songs: NDArray[np.int32] | None = None
    leads: NDArray[np.int32] | None = None
    albums: Sequence[str | None] = field(default=())

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Rows) -> "LabelledSongs":
        """Some of the tracks, with all that is known of them."""
        chosen = rows.tolist()
        taken: dict[str, Any] = {"columns": self.columns.take(rows)}
        for name, values in vars(self).items():
            if isinstance(values, np.ndarray):
                taken[name] = values[rows]
            elif values and name != "columns":
                taken[name] = [values[row] for row in chosen]
        return replace(self, **taken)

    @property
    def ratings(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether tracks are explicit, and whether their rating is unknown; two arrays of shape (n,)."""
        if self.explicit is None:
            return np.zeros(len(self), np.bool_), np.ones(len(self), np.bool_)
        return self.explicit, np.zeros(len(self), np.bool_) if self.unrated is None else self.unrated

    @property
    def song_numbers(self) -> NDArray[np.int32]:
        """Shape (n,), equal for versions of one song."""
        return np.arange(len(self), dtype=np.int32) if self.songs is None else self.songs
