"""A backup: one archive with the database and the model in force; and the way back.

The archive is a zip of `samewave.db`, the files of one model bundle and `backup.json`, which names all of
them with size and SHA-256. Nothing is taken out under a name the archive chose: every name is checked first.
"""

import hashlib
import json
import os
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.errors import SamewaveError, StorageFailed
from bot.storage.catalogue.copies import copy_database, in_use, look_over
from ml.serving.bundle import BundleError, current_bundle

Tell = Callable[[str, float], None]
FORMAT = 1
_DATABASE = "samewave.db"
_CONTENTS = "backup.json"
_MODEL_FILE = re.compile(r"model/(\d{8}T\d{12}Z)/([a-z0-9_]+\.(?:joblib|npy|json))")
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What zipfile, zlib and json raise on bytes that are none of ours."""
_LARGEST_CONTENTS = 100_000
_SPARE = 20_000_000
_CHUNK = 1 << 20


class BackupRefused(SamewaveError):
    """A backup that cannot be written here, or an archive that must not be restored."""


@dataclass(frozen=True)
class Restored:
    """What a restore did.

    Attributes:
        made: when the backup was made.
        saved: where what was there before now lies; None when there was nothing.
        model: whether the archive had a model.
    """

    made: datetime
    saved: Path | None
    model: bool


def back_up(database: Path, models: Path, file: Path, tell: Tell) -> int:
    """Write a backup, under a temporary name until it is whole. The bot may go on meanwhile.

    Returns:
        its size in bytes.

    Raises:
        BackupRefused: there is nothing to back up, the file exists, or it cannot be written.
        StorageFailed: the database cannot be copied.
    """
    if not database.exists():
        raise BackupRefused(f"There is nothing to back up: {database} does not exist.")
    if file.exists():
        raise BackupRefused(f"{file} exists already; choose another name.")
    if not file.absolute().parent.is_dir():
        raise BackupRefused(f"The folder {file.absolute().parent} does not exist; make it first.")
    unfinished, copy = file.with_name(f".{file.name}.unfinished"), file.with_name(f".{file.name}.database")
    try:
        copy_database(database, copy, lambda share: tell("Copying the database", share))
        parts = {_DATABASE: copy, **_model_files(models)}
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            listed = {
                name: _put(archive, name, part, lambda share: tell("Packing", share))
                for name, part in parts.items()
            }
            contents = {"samewave_backup": FORMAT, "made": datetime.now(UTC).isoformat(), "files": listed}
            archive.writestr(_CONTENTS, json.dumps(contents, indent=1))
        _flush(unfinished)
        _name(unfinished, file)
        return file.stat().st_size
    except FileExistsError as error:
        raise BackupRefused(f"{file} exists already; choose another name.") from error
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written ({error.strerror or error}).") from error
    finally:
        for left in (unfinished, copy, copy.with_name(f"{copy.name}-journal")):
            left.unlink(missing_ok=True)


def restore(file: Path, database: Path, models: Path, tell: Tell) -> Restored:
    """Put a backup in place of what is there, which is saved first; at each moment the state is a whole one.

    Raises:
        BackupRefused: the archive is foreign, damaged or too new, a bot runs on this state, or the disk is
            full; what is there stays.
    """
    state = database.parent
    place = state / ".restore.unfinished"
    try:
        shutil.rmtree(place, ignore_errors=True)  # left by a restore that was killed
        place.mkdir(parents=True)
        contents = _unpack(file, place, tell)
        look_over(place / _DATABASE)
        if in_use(database):
            raise BackupRefused(f"A bot is running on {state}: stop it first, then restore.")
        made = datetime.fromisoformat(str(contents["made"]))
        saved = _save(database, models)
        bundles = sorted((place / "model").iterdir()) if (place / "model").exists() else []
        for bundle in bundles:
            models.mkdir(parents=True, exist_ok=True)
            if not (models / bundle.name).exists():
                os.replace(bundle, models / bundle.name)
        for journal in (f"{database.name}-wal", f"{database.name}-shm", f"{database.name}-journal"):
            (state / journal).unlink(missing_ok=True)
        os.replace(place / _DATABASE, database)
        for bundle in bundles:
            pointer = place / "current"
            pointer.write_text(bundle.name, "utf-8")
            os.replace(pointer, models / "current")
        return Restored(made, saved, bool(bundles))
    except StorageFailed as error:
        raise BackupRefused(f"{file} was not restored. {error}") from error
    except _DAMAGED as error:
        raise BackupRefused(
            f"{file} is no backup of Samewave, or it is damaged; nothing was changed."
        ) from error
    except OSError as error:
        raise BackupRefused(f"{file} was not restored ({error.strerror or error}).") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _name(unfinished: Path, file: Path) -> None:
    """Give it its name, in no other file's place."""
    try:
        os.link(unfinished, file)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if file.exists():
            raise FileExistsError from None
        os.replace(unfinished, file)


def _model_files(models: Path) -> dict[str, Path]:
    try:
        name = current_bundle(models)
    except BundleError:
        return {}
    if name is None or not (models / name).is_dir():
        return {}
    return {f"model/{name}/{part.name}": part for part in sorted((models / name).iterdir())}


def _put(archive: zipfile.ZipFile, name: str, part: Path, tell: Callable[[float], None]) -> dict[str, object]:
    digest, size, whole = hashlib.sha256(), 0, max(part.stat().st_size, 1)
    with part.open("rb") as stream, archive.open(name, "w", force_zip64=True) as inside:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            inside.write(chunk)
            size += len(chunk)
            tell(size / whole)
    return {"bytes": size, "sha256": digest.hexdigest()}


def _unpack(file: Path, place: Path, tell: Tell) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        for part in archive.infolist():
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or part.flag_bits & 1:
                raise ValueError("compressed or encrypted in a way that is none of ours")
        listed = archive.getinfo(_CONTENTS)
        if listed.file_size > _LARGEST_CONTENTS:
            raise ValueError("a list of contents of that size is none of ours")
        contents = json.loads(archive.read(listed))
        if contents["samewave_backup"] != FORMAT:
            raise BackupRefused(f"{file} was made by another version of Samewave: update Samewave first.")
        files = dict(contents["files"])
        if _DATABASE not in files or sorted([*files, _CONTENTS]) != sorted(archive.namelist()):
            raise ValueError("other files than the listed ones")
        if any(name != _DATABASE and not _MODEL_FILE.fullmatch(name) for name in files):
            raise ValueError("a name that is none of ours")
        needed = sum(int(part["bytes"]) for part in files.values())
        if needed + _SPARE > shutil.disk_usage(place).free:
            raise BackupRefused(
                f"{file} needs {needed / 2**20:,.0f} MiB of free disk space in {place.parent}."
            )
        for name, part in files.items():
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            _take(archive, name, target, int(part["bytes"]), str(part["sha256"]), tell)
    return dict(contents)


def _take(archive: zipfile.ZipFile, name: str, target: Path, size: int, digest: str, tell: Tell) -> None:
    found, read = hashlib.sha256(), 0
    with archive.open(name) as inside, target.open("wb") as stream:
        while chunk := inside.read(_CHUNK):
            read += len(chunk)
            if read > size:
                raise ValueError("more bytes than listed")
            found.update(chunk)
            stream.write(chunk)
            tell("Unpacking", read / max(size, 1))
        stream.flush()
        os.fsync(stream.fileno())
    if read != size or found.hexdigest() != digest:
        raise ValueError("other bytes than were packed")


def _save(database: Path, models: Path) -> Path | None:
    """Give what is there a second name; the first stays until the new one replaces it."""
    if not database.exists():
        return None
    saved = database.parent / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    saved.mkdir()
    for part in (database, *(database.with_name(f"{database.name}-{end}") for end in ("wal", "shm"))):
        if part.exists():
            shutil.copy2(part, saved / part.name) if part != database else _second_name(
                part, saved / part.name
            )
    try:
        name = current_bundle(models)
    except BundleError:
        name = None
    if name is not None and (models / name).is_dir():
        (saved / "models").mkdir()
        shutil.copytree(models / name, saved / "models" / name, copy_function=_second_name)
        shutil.copy2(models / "current", saved / "models" / "current")
    return saved


def _second_name(source: Any, target: Any) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copy2(source, target)


def _flush(file: Path) -> None:
    with file.open("r+b") as stream:  # Windows flushes only what is open for writing
        os.fsync(stream.fileno())
