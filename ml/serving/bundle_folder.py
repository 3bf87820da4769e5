"""The folder of bundles: which one is current, and which are removed."""

import os
import shutil
from pathlib import Path

from ml.serving.bundle import NAME


def point_to(folder: Path, name: str) -> None:
    """Make an existing bundle the current one."""
    pointer = folder / ".current.unfinished"
    pointer.write_text(name, "utf-8")
    flush(pointer)
    os.replace(pointer, folder / "current")


def remove_older(folder: Path, current: str, keep: int) -> None:
    """Remove all but the newest `keep` bundles and the current one."""
    bundles = sorted(place.name for place in folder.iterdir() if NAME.fullmatch(place.name))
    for name in [bundle for bundle in bundles if bundle != current][: max(0, len(bundles) - keep)]:
        shutil.rmtree(folder / name, ignore_errors=True)


def flush(file: Path) -> None:
    """Have a file written to the disk."""
    with file.open("r+b") as stream:  # Windows flushes only files opened for writing
        os.fsync(stream.fileno())
