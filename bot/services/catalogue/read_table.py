"""Reads a table of songs; a big one in a process of its own, so that whatever else goes on is not held up."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from bot.services.workers import iterate_in_process
from bot.sources.tables.cells import Floats
from bot.sources.tables.cleaning import LABELS, TRACKS
from bot.sources.tables.estimates import fit_estimate
from bot.sources.tables.table import SongTable
from bot.storage.catalogue.prepared_tracks import prepared_tracks

APART_FROM = 8 << 20
"""Bytes of the file from which a process of its own pays: it takes most of a second to start."""


@dataclass(frozen=True)
class ReadChunk:
    """Some rows of a table, ready to be staged.

    Attributes:
        rows: how many rows were read.
        tracks: as `prepared_tracks` gives them; labels: as `LABELS`.
        skipped: how many rows were left out, by reason.
        fraction: how much of the table has been read, 0 to 1.
    """

    rows: int
    tracks: pa.Table
    labels: pa.Table
    skipped: Mapping[str, int]
    fraction: float


def read_table(path: Path, known: Floats | None) -> Generator[ReadChunk]:
    """The rows of a table, chunk by chunk.

    Args:
        known: shape (n, 9), features to learn from what the table lacks as a whole; None where it lacks none.

    Raises:
        UnreadableTable: the file is damaged.
    """
    if path.stat().st_size >= APART_FROM:
        return iterate_in_process(_read, path, known)
    return _read(path, known)


def _read(path: Path, known: Floats | None) -> Generator[ReadChunk]:
    with SongTable(path) as table:
        estimate = None if known is None else fit_estimate(known, table.missing_features)
        for chunk in table.chunks(estimate=estimate):
            yield ReadChunk(
                chunk.rows, prepared_tracks(chunk.tracks), chunk.labels, chunk.skipped, table.fraction
            )
        if table.malformed:
            none = prepared_tracks(TRACKS.empty_table())
            yield ReadChunk(
                table.malformed, none, LABELS.empty_table(), {"wrong number of cells": table.malformed}, 1.0
            )
