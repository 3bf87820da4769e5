"""Reads a table of songs; large or compressed files are read in a separate process with limited memory."""

import os
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from bot.services.workers import WorkerDied, iterate_in_process
from bot.sources.tables.cells import Floats
from bot.sources.tables.cleaning import LABELS, TRACKS, Skipped
from bot.sources.tables.estimates import fit_estimate
from bot.sources.tables.faults import faults_of, too_large
from bot.sources.tables.files import container_of
from bot.sources.tables.plan import ReadOptions, Survey
from bot.sources.tables.table import SongTable

OWN_PROCESS_FROM = 8 << 20
"""Bytes from which a file is read in a separate process, which takes most of a second to start."""
MEMORY = 2 << 30
"""The memory limit of the separate process in bytes, besides that of its libraries."""


@dataclass(frozen=True)
class ReadChunk:
    """A chunk of cleaned rows.

    Attributes:
        rows: how many rows were read.
        tracks: with the schema `TRACKS`; labels: with the schema `LABELS`.
        skipped: skipped rows; the counts add up to `rows - len(tracks)`.
        fraction: how much of the table has been read, 0 to 1.
    """

    rows: int
    tracks: pa.Table
    labels: pa.Table
    skipped: tuple[Skipped, ...]
    fraction: float


def survey_table(path: Path, options: ReadOptions, *, trusted: bool = False) -> Survey:
    """Survey the whole table: the meaning and unit of each column.

    Args:
        trusted: whether the file is our own; other files that may expand are read in a separate process.

    Raises:
        UnreadableTable: it is no table of songs, or its units are ambiguous.
    """
    if trusted or not _needs_own_process(path):
        with faults_of(path), SongTable(path, options) as table:
            return table.plan
    try:
        [plan] = iterate_in_process(_look_limited, path, options)
    except WorkerDied as error:
        raise too_large(path, error) from error
    return plan


def read_table(
    path: Path, plan: Survey, options: ReadOptions, known: Floats | None, *, trusted: bool = False
) -> Generator[ReadChunk]:
    """Yield the rows of a table in chunks.

    Args:
        plan: the result of `survey_table`.
        known: shape (n, 9), features from which a missing column is estimated; None if no column is missing.
        trusted: as for `survey_table`.

    Raises:
        UnreadableTable: the file is damaged.
    """
    if trusted or not _needs_own_process(path):
        yield from _read(path, plan, options, known)
        return
    try:
        yield from iterate_in_process(_read_limited, path, plan, options, known)
    except WorkerDied as error:
        raise too_large(path, error) from error


def _look_limited(path: Path, options: ReadOptions) -> Generator[Survey]:
    """Run `survey_table` in a separate process."""
    _limit_memory()
    with faults_of(path), SongTable(path, options) as table:
        yield table.plan


def _read_limited(
    path: Path, plan: Survey, options: ReadOptions, known: Floats | None
) -> Generator[ReadChunk]:
    """Run `read_table` in a separate process."""
    _limit_memory()
    yield from _read(path, plan, options, known)


def _read(path: Path, plan: Survey, options: ReadOptions, known: Floats | None) -> Generator[ReadChunk]:
    with faults_of(path), SongTable(path, options, plan) as table:
        estimate = None if known is None else fit_estimate(known, plan.missing_features)
        for chunk in table.chunks(estimate=estimate):
            yield ReadChunk(chunk.rows, chunk.tracks, chunk.labels, chunk.skipped, table.fraction)
        if table.malformed:
            skipped = Skipped("wrong number of cells", "", table.malformed, table.malformed_example)
            yield ReadChunk(table.malformed, TRACKS.empty_table(), LABELS.empty_table(), (skipped,), 1.0)


def _needs_own_process(path: Path) -> bool:
    """Whether the file is large, or in a compressed format that may expand."""
    return container_of(path) != "text" or path.stat().st_size >= OWN_PROCESS_FROM


def _limit_memory() -> None:
    """Limit the memory of this process to `MEMORY` where the system can; silence messages of libraries."""
    pa.set_cpu_count(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # not on Windows

    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pages = Path("/proc/self/statm")
    if pages.exists():
        taken = int(pages.read_text().split()[0]) * resource.getpagesize()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = taken + MEMORY
    resource.setrlimit(
        resource.RLIMIT_AS, (limit if most == resource.RLIM_INFINITY else min(limit, most), most)
    )
