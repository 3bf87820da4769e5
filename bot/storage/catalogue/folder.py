"""The folder of catalogue files, named by digest, with a pointer to the current one."""

import os
import re
from collections.abc import Collection
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from bot.domain.errors import StorageFailed
from bot.storage.catalogue.building import SCHEMA, CatalogueBuilder, not_saved
from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.files import replace_file
from bot.storage.process_lock import process_lock
from ml.serving.bundle import digest as digest_of
from ml.serving.bundle_folder import flush as flush_file

_POINTER = "current"
_LOCK = "import.lock"
_DIGEST = re.compile("[0-9a-f]{64}")
_ATTEMPTS = 3


class CatalogueFolder:
    """Finds, opens, switches and deletes catalogue files. Blocking."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> str:
        """The digest of the current catalogue; "" before the first import.

        Raises:
            StorageFailed: the pointer cannot be read, or is none.
        """
        try:
            digest = (self.path / _POINTER).read_text("ascii").strip()
            if not _DIGEST.fullmatch(digest):
                raise ValueError("no digest")
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            raise StorageFailed(
                f"{self.path / _POINTER} does not name a catalogue. Put a backup in its place with "
                "`samewave restore FILE`, or remove the folder and import its tables anew."
            ) from error
        return digest

    def current_file(self) -> Path | None:
        """The file of the current catalogue; None before the first import.

        Raises:
            StorageFailed: the pointer cannot be read, or is none.
        """
        return self.file(digest) if (digest := self.current()) else None

    def file(self, digest: str) -> Path:
        return self.path / f"{digest}.db"

    def open(self, digest: str | None = None) -> Catalogue:
        """Open a catalogue.

        Args:
            digest: the catalogue; None for the current one.

        Raises:
            DatabaseTooNew: a newer Samewave made it.
            StorageFailed: it is damaged or missing.
        """
        for attempt in range(_ATTEMPTS):
            requested = self.current() if digest is None else digest
            if not requested:
                return Catalogue.empty()
            if self.file(requested).exists() or attempt == _ATTEMPTS - 1:
                break  # else another one has just become current
        return Catalogue.open(self.file(requested))

    def check(self) -> None:
        """Check the current catalogue against its digest.

        Raises:
            StorageFailed: it is damaged or missing.
        """
        file = self.current_file()
        if file is None:
            return
        try:
            digest = digest_of(file)
        except OSError as error:
            raise StorageFailed(f"The catalogue {file} cannot be read ({error}).") from error
        if digest != file.stem and file.exists() and self.current() == file.stem:
            raise StorageFailed(
                f"The catalogue {file} is damaged. Put a backup in its place with `samewave restore FILE`, "
                "or import its tables anew."
            )

    def builder(self) -> CatalogueBuilder:
        """Start building the next catalogue; hold the lock meanwhile.

        Raises:
            StorageFailed: the disk is full or the folder cannot be written.
        """
        return CatalogueBuilder(self._part)

    def put_in_force(self) -> str:
        """Name the finished file by its digest and make it the current one; returns the digest.

        Raises:
            StorageFailed: the disk is full; the current catalogue stays.
        """
        try:
            digest = digest_of(self._part)
            flush_file(self._part)
            os.replace(self._part, self.file(digest))
            self.point_to(digest)
        except OSError as error:
            raise not_saved(error) from error
        return digest

    def point_to(self, digest: str) -> None:
        """Make an existing catalogue the current one."""
        replace_file(self.path / _POINTER, digest)
        _flush_folder(self.path)

    def tidy(self, needed: Collection[str] = ()) -> None:
        """Delete leftovers of killed imports, and unused catalogues.

        Open files stay readable; if the system cannot delete them, the next start does.

        Args:
            needed: digests of catalogues to keep, such as the one a model was trained on, besides the current
                one.
        """
        with suppress(StorageFailed), self.lock():
            kept = {self.current(), *needed}
            catalogues = [file for file in self.path.glob("*.db") if _DIGEST.fullmatch(file.stem)]
            unused = [file for file in catalogues if file.stem not in kept]
            for file in (*unused, *self.path.glob("*.part*")):
                with suppress(OSError):
                    file.unlink()

    def bring_up_to_date(self) -> None:
        """Rebuild the current catalogue if it has an older schema.

        Raises:
            StorageFailed: it cannot be read, or the disk is full; it is unchanged.
        """
        if self.is_older(self.current()):
            with self.lock(patience=600.0):
                if self.is_older(digest := self.current()):  # another process may have rebuilt it
                    self.adopt(digest)

    def adopt(self, digest: str) -> None:
        """Make a catalogue file the current one, rebuilt if it has an older schema; hold the lock meanwhile.

        Raises:
            OSError, StorageFailed: it cannot be read, or the disk is full; the current one stays.
        """
        if not self.is_older(digest):
            self.point_to(digest)
            return
        builder = self.builder()
        try:
            builder.begin_with(self.file(digest), digest)
            builder.finish()
            self.put_in_force()
        finally:
            builder.close()

    def is_older(self, digest: str) -> bool:
        """Whether a catalogue file has an older schema than today's."""
        if not digest:
            return False
        try:
            with self.file(digest).open("rb") as file:
                file.seek(60)  # where SQLite keeps `user_version`
                return int.from_bytes(file.read(4), "big") < SCHEMA
        except OSError:
            return False  # the one who opens it reports the error

    def lock(self, *, patience: float = 0.0) -> AbstractContextManager[None]:
        """The lock for building a catalogue.

        Args:
            patience: seconds to wait for another process.

        Raises:
            StorageFailed: another import holds it, or the folder cannot be written.
        """
        taken = "Another import into this catalogue is running; try again when it is done."
        return process_lock(self.path / _LOCK, taken=taken, patience=patience)

    @property
    def _part(self) -> Path:
        return self.path / "next.part"


def _flush_folder(path: Path) -> None:
    """Flush renames to disk; not available on Windows."""
    with suppress(OSError, AttributeError):
        opened = os.open(path, os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
