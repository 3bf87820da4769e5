"""Reads a table of songs; large or compressed files are read in a separate process with limited memory."""

import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from bot.services.workers import WorkerDied, iterate_in_process
from bot.sources.tables.cells import Floats
from bot.sources.tables.cleaning import CleanChunk
from bot.sources.tables.estimates import fit_estimate
from bot.sources.tables.faults import too_large
from bot.sources.tables.files import container_of
from bot.sources.tables.plan import ReadOptions, Survey
from bot.sources.tables.table import open_table

T = TypeVar("T")
OWN_PROCESS_FROM = 8 << 20
"""Bytes from which a file is read in a separate process, which takes most of a second to start."""
MEMORY = 2 << 30
"""The memory limit of the separate process in bytes, besides that of its libraries."""


def survey_table(path: Path, options: ReadOptions, *, trusted: bool = False) -> Survey:
    """Survey the whole table: the meaning and unit of each column.

    Args:
        trusted: whether the file is our own; other files that may expand are read in a separate process.

    Raises:
        UnreadableTable: it is no table of songs, or its units are ambiguous.
    """
    [plan] = _read(_survey, path, options, trusted=trusted)
    return plan


def read_table(
    path: Path, plan: Survey, options: ReadOptions, known: Floats | None, *, trusted: bool = False
) -> Generator[CleanChunk]:
    """Yield the rows of a table in chunks.

    Args:
        plan: the result of `survey_table`.
        known: shape (n, 9), features from which a missing column is estimated; None if no column is missing.
        trusted: as for `survey_table`.

    Raises:
        UnreadableTable: the file is damaged.
    """
    return _read(_chunks, path, options, plan, known, trusted=trusted)


def _survey(path: Path, options: ReadOptions) -> Iterator[Survey]:
    with open_table(path, options) as table:
        yield table.plan


def _chunks(path: Path, options: ReadOptions, plan: Survey, known: Floats | None) -> Iterator[CleanChunk]:
    with open_table(path, options, plan) as table:
        yield from table.chunks(
            estimate=known if known is None else fit_estimate(known, plan.missing_features)
        )


def _read(work: Callable[..., Iterator[T]], path: Path, *arguments: object, trusted: bool) -> Generator[T]:
    """Run a reader: in a separate process if the file is large, or in a compressed format that may expand."""
    if trusted or (container_of(path) == "text" and path.stat().st_size < OWN_PROCESS_FROM):
        yield from work(path, *arguments)
        return
    try:
        yield from iterate_in_process(_limited, work, path, *arguments)
    except WorkerDied as error:
        raise too_large(path, error) from error


def _limited(work: Callable[..., Iterator[T]], *arguments: object) -> Iterator[T]:
    _limit_memory()
    yield from work(*arguments)


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
