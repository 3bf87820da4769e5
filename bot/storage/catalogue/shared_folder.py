"""A folder shared by all machines, in which one catalogue and one model are published.

Files are written under temporary names and renamed when complete, the index last. Files of the previous index
stay until the next publication, for machines that are still copying them.
"""

import asyncio
import errno
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from bot.domain.errors import StorageFailed
from bot.domain.sharing import SharingFailed
from bot.storage.catalogue.published import (
    CATALOGUES,
    INDEX,
    LARGEST_INDEX,
    MODELS,
    Published,
    PublishedFile,
)
from bot.storage.files import CHUNK, copy_stream, flush, replace_file
from bot.storage.process_lock import process_lock
from ml.serving.bundle import digest as digest_of

_LOCK = "publish.lock"
_READABLE, _PASSABLE = 0o644, 0o755
"""Readable by a web server of another user: the folder holds no personal data."""


class SharedFolder:
    """Publishes files, and copies published ones."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    async def read_index(self) -> bytes | None:
        """The index; None where nothing is published.

        Raises:
            SharingFailed: there is no such folder, or it cannot be read.
        """
        return await asyncio.to_thread(self._index)

    async def fetch(self, name: str, target: Path, *, size: int, progress: Callable[[int], None]) -> None:
        """Copy a published file; the caller compares its digest.

        Raises:
            SharingFailed: it is not there, or cannot be read.
            StorageFailed: the target cannot be written.
        """
        source = self.path / name
        try:
            reading = await asyncio.to_thread(source.open, "rb")
        except OSError as error:
            raise SharingFailed(
                f"{source} cannot be read ({error.strerror}); it is tried again, and `samewave catalogue "
                "push` publishes anew."
            ) from error
        try:
            with reading, target.open("wb") as file:
                while (chunk := await asyncio.to_thread(reading.read, CHUNK)) and file.tell() <= size:
                    await asyncio.to_thread(file.write, chunk)
                    progress(file.tell())
                await asyncio.to_thread(flush, file)
        except OSError as error:
            raise StorageFailed(
                f"{name} could not be copied from {self.path} ({error.strerror}).", detail=str(error)
            ) from error

    def lock(self, *, patience: float = 0.0) -> AbstractContextManager[None]:
        """The lock for making the next publication.

        Raises:
            StorageFailed: another process holds it, or the folder cannot be written.
        """
        self._check_present()
        taken = f"Another process is publishing in {self.path}; try again when it is done."
        return process_lock(self.path / _LOCK, taken=taken, patience=patience)

    def put(self, source: Path, name: str, file: PublishedFile, progress: Callable[[int], None]) -> None:
        """Copy a file into the place, unless it is there already. Blocking.

        Raises:
            OSError: it cannot be read or written.
        """
        target = self.path / name
        if not is_file(target, file):
            for folder in (target.parent.parent, target.parent):
                if folder != self.path:
                    folder.mkdir(exist_ok=True)
                    folder.chmod(_PASSABLE)
            part = target.with_name(f".{target.name}.part")
            with source.open("rb") as reading, part.open("wb") as writing:
                if copy_stream(reading, writing, progress) != (file.size, file.sha256):
                    raise OSError(errno.EIO, f"{source.name} changed while it was copied")
                flush(writing)
            part.chmod(_READABLE)
            os.replace(part, target)
        progress(file.size)

    def publish(self, published: Published) -> None:
        """Write the index, then remove files that neither it nor the previous one names. Blocking.

        Raises:
            OSError: it cannot be written.
        """
        kept = set(published.files)
        with suppress(SharingFailed):
            if (index := self._index()) is not None:
                kept |= set(Published.read(index).files)
        replace_file(self.path / INDEX, published.index, mode=_READABLE)
        self._remove_others(kept)

    def _index(self) -> bytes | None:
        self._check_present()
        try:
            with (self.path / INDEX).open("rb") as file:
                return file.read(LARGEST_INDEX)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SharingFailed(f"{self.path / INDEX} cannot be read ({error.strerror}).") from error

    def _check_present(self) -> None:
        if not self.path.is_dir():
            raise SharingFailed(
                f"The shared folder {self.path} is not there: mount it, or make it, and see "
                "SAMEWAVE_SHARED_CATALOGUE."
            )

    def _remove_others(self, kept: set[str]) -> None:
        for file in (self.path / CATALOGUES).glob("*"):
            if f"{CATALOGUES}/{file.name}" not in kept:
                with suppress(OSError):
                    file.unlink()
        models = {name.split("/")[1] for name in kept if name.startswith(MODELS)}
        for folder in (self.path / MODELS).glob("*"):
            if folder.name not in models:
                shutil.rmtree(folder, ignore_errors=True)


def is_file(path: Path, file: PublishedFile) -> bool:
    """Whether a file is there with that size and digest. Blocking."""
    try:
        return path.stat().st_size == file.size and digest_of(path) == file.sha256
    except OSError:
        return False
