"""Writes and copies files so that a process that is killed leaves the old file or the new one."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

CHUNK = 4 << 20


def replace_file(path: Path, content: str, *, mode: int | None = None) -> None:
    """Put a file of that content in place of another.

    Args:
        mode: the permissions; None for the usual ones.

    Raises:
        OSError: it cannot be written; the old file stays.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(content)
            flush(file)
        if mode is not None:
            part.chmod(mode)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def copy_stream(
    reading: IO[bytes], writing: IO[bytes], progress: Callable[[int], None], *, most: int | None = None
) -> tuple[int, str]:
    """Copy a stream; returns the number of bytes and their SHA-256.

    Args:
        progress: called with the bytes so far.
        most: after more bytes than that it stops.
    """
    digest, size = hashlib.sha256(), 0
    while (most is None or size <= most) and (chunk := reading.read(CHUNK)):
        digest.update(chunk)
        writing.write(chunk)
        size += len(chunk)
        progress(size)
    return size, digest.hexdigest()


def flush(file: IO[str] | IO[bytes]) -> None:
    """Have what was written to a file on the disk."""
    file.flush()
    os.fsync(file.fileno())


def journals(database: Path) -> list[Path]:
    """The files that SQLite keeps beside a database."""
    return [database.with_name(f"{database.name}-{end}") for end in ("wal", "shm", "journal")]
