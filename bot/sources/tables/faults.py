"""Turns errors that a damaged file causes into an error about the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from bot.domain.errors import UnreadableTable


@contextmanager
def faults_of(path: Path) -> Iterator[None]:
    """Turn errors inside into an error about this file.

    Raises:
        UnreadableTable: the file is damaged, no table, or needs too much memory.
    """
    try:
        yield
    except MemoryError as error:  # Arrow's too
        raise too_large(path, error) from error
    except (pa.ArrowException, ValueError, RecursionError, OverflowError, LookupError, TypeError) as error:
        raise UnreadableTable(
            f"{path} is damaged, or no table that I can read.", detail=repr(error)
        ) from error


def too_large(path: Path, error: Exception) -> UnreadableTable:
    """The sentence for a file that needs more memory than there is for it."""
    return UnreadableTable(
        f"{path} needs more memory than a table may take, or this machine has too little of it. "
        "If it is a real table, save it as CSV or in several parts.",
        detail=repr(error),
    )
