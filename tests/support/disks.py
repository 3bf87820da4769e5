"""A disk that fails under an open file: what SQLite sees is a system call that does not succeed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal


@contextmanager
def failing_disk(path: Path, what: Literal["reads", "writes"]) -> Iterator[None]:
    """Make reads or writes of a database and its journal fail wherever this process has them open."""
    files = {str(path), f"{path}-wal"}  # no locks are taken on these two
    kept = {}
    for entry in sorted(Path("/proc/self/fd").iterdir()):
        if entry.is_symlink() and (file := os.readlink(entry)) in files:
            kept[int(entry.name)] = os.dup(int(entry.name)), file
    assert kept
    for number, (_, file) in kept.items():
        instead = os.open(file, os.O_WRONLY if what == "reads" else os.O_RDONLY)
        os.dup2(instead, number)
        os.close(instead)
    try:
        yield
    finally:
        for number, (saved, _) in kept.items():
            os.dup2(saved, number)
            os.close(saved)
