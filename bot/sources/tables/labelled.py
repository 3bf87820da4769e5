"""Reads a complete table of songs for training or evaluation."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cells import Floats
from bot.sources.tables.cleaning import LABELS, TRACKS
from bot.sources.tables.estimates import fit_estimate
from bot.sources.tables.faults import faults_of
from bot.sources.tables.plan import ReadOptions
from bot.sources.tables.table import DEFAULT_OPTIONS, SongTable
from ml.features import FEATURE_NAMES
from ml.songs import LabelledSongs, SongColumns, known_popularity

_NO_LABELS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LabelledTable:
    """A table in memory.

    Attributes:
        songs: the songs, one row per track id.
        estimated: features missing in the table, estimated from the others.
    """

    songs: LabelledSongs
    estimated: tuple[str, ...] = ()


def read_labelled_songs(path: Path, options: ReadOptions = DEFAULT_OPTIONS) -> LabelledSongs:
    """Read a table of songs, one row per track id, with the labels of all its rows.

    Raises:
        UnreadableTable: no table of songs, or without one of the nine features.
    """
    return read_labelled_table(path, None, options).songs


def read_labelled_table(
    path: Path, known: Path | None, options: ReadOptions = DEFAULT_OPTIONS
) -> LabelledTable:
    """The same, including tables with missing features.

    Args:
        known: a table with all nine features, to learn from what the other one lacks; None refuses it.

    Raises:
        UnreadableTable: no table of songs.
    """
    tracks: list[pa.Table] = [TRACKS.empty_table()]
    labels: list[pa.Table] = [LABELS.empty_table()]
    offsets: list[int] = [0]
    with faults_of(path), SongTable(path, options) as table:
        missing = table.missing_features
        if missing and known is None:
            raise UnreadableTable(
                f"{path} lacks {' and '.join(table.missing_features)}: it can be imported, not measured on."
            )
        estimate = None
        if missing and known is not None:
            estimate = fit_estimate(read_labelled_songs(known).columns.features, missing)
        for chunk in table.chunks(estimate=estimate):
            offsets.append(offsets[-1] + len(tracks[-1]))
            tracks.append(chunk.tracks)
            labels.append(chunk.labels)
    together = pa.concat_tables(tracks)
    if not len(together):
        raise UnreadableTable(f"{path} holds no song with all nine features.")

    ids = together.column("id").to_pylist()
    song_of: dict[str, int] = {}
    rows = np.array([song_of.setdefault(id, len(song_of)) for id in ids])
    first = np.unique(rows, return_index=True)[1]
    united: dict[str, list[set[str]]] = {
        kind: [set() for _ in song_of] for kind in ("genre", "subgenre", "playlist")
    }
    for offset, part in zip(offsets, labels, strict=True):
        for position, kind, name in zip(*map(pa.ChunkedArray.to_pylist, part.columns), strict=True):
            united[kind][rows[offset + position]].add(name)

    songs = together.take(pa.array(first))

    def column(name: str) -> Floats:
        values: Floats = songs.column(name).cast(pa.float64()).to_numpy()  # null becomes NaN
        return values

    def sets(kind: str) -> list[frozenset[str]]:
        return [frozenset(names) if names else _NO_LABELS for names in united[kind]]

    labelled = LabelledSongs(
        SongColumns(
            np.column_stack([column(name) for name in FEATURE_NAMES]),
            column("duration_ms"),
            column("release_year"),
            column("key"),
            column("mode"),
            known_popularity(column("popularity")),
        ),
        list(song_of),
        songs.column("title").to_pylist(),
        [tuple(names) for names in songs.column("artists").to_pylist()],
        genres=sets("genre"),
        subgenres=sets("subgenre"),
        playlists=sets("playlist"),
        explicit=None if np.isnan(explicit := column("explicit")).all() else explicit == 1,
        unrated=np.isnan(explicit),
    )
    return LabelledTable(labelled, missing)
