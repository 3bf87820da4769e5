"""Reads a complete table of songs for training or evaluation."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa

from bot.domain.errors import UnreadableTable
from bot.sources.tables.cells import Floats
from bot.sources.tables.cleaning import TRACKS
from bot.sources.tables.estimates import fit_estimate
from bot.sources.tables.plan import ReadOptions
from bot.sources.tables.roles import LABEL_KINDS, LabelKind
from bot.sources.tables.table import DEFAULT_OPTIONS, open_table
from ml.features import FEATURE_NAMES
from ml.songs import LabelledSongs, SongColumns, known_popularity


def read_labelled_songs(path: Path, options: ReadOptions = DEFAULT_OPTIONS) -> LabelledSongs:
    """Read a table of songs, one row per track id, with the labels of all its rows.

    Raises:
        UnreadableTable: no table of songs, or without one of the nine features.
    """
    return read_labelled_table(path, None, options)[0]


def read_labelled_table(
    path: Path, known: Path | None, options: ReadOptions = DEFAULT_OPTIONS
) -> tuple[LabelledSongs, tuple[str, ...]]:
    """The same, including tables with missing features; returns the names of those that were estimated, too.

    Args:
        known: a table with all nine features, to learn from what the other one lacks; None refuses it.

    Raises:
        UnreadableTable: no table of songs.
    """
    parts: list[pa.Table] = [TRACKS.empty_table()]
    song_of: dict[str, int] = {}
    all_rows: list[int] = []
    united: dict[str, defaultdict[int, set[str]]] = {kind: defaultdict(set) for kind in LABEL_KINDS}
    with open_table(path, options) as table:
        missing, estimate = table.plan.missing_features, None
        if missing and known is None:
            raise UnreadableTable(
                f"{path} lacks {' and '.join(missing)}: it can be imported, not measured on."
            )
        if missing and known is not None:
            estimate = fit_estimate(read_labelled_songs(known).columns.features, missing)
        for chunk in table.chunks(estimate=estimate):
            parts.append(chunk.tracks)
            rows = [song_of.setdefault(id, len(song_of)) for id in chunk.tracks.column("id").to_pylist()]
            for position, kind, name in zip(*chunk.labels.to_pydict().values(), strict=True):
                united[kind][rows[position]].add(name)
            all_rows += rows
    together = pa.concat_tables(parts)
    if not len(together):
        raise UnreadableTable(f"{path} holds no song with all nine features.")
    songs = together.take(pa.array(np.unique(all_rows, return_index=True)[1]))

    def column(name: str) -> Floats:
        values: Floats = songs.column(name).cast(pa.float64()).to_numpy()  # null becomes NaN
        return values

    def sets(kind: LabelKind) -> list[frozenset[str]]:
        return [frozenset(united[kind].get(song, ())) for song in range(len(song_of))]

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
    return labelled, missing
