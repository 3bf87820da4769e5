"""Restores a backup.

File names in the archive are checked before anything is extracted.
"""

import json
import logging
import os
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any

from bot.domain.errors import StorageFailed
from bot.domain.privacy import SAVED_DAYS
from bot.services.catalogue.backup import (
    CONTENTS,
    FORMAT,
    PICKLED,
    STATE,
    BackupRefused,
    StateFolder,
    Tell,
)
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.published import CATALOGUES, MODELS
from bot.storage.copies import check_catalogue, check_old_database, check_state, in_use
from bot.storage.files import copy_stream, flush, journals
from bot.storage.process_lock import run_lock
from bot.storage.state.forgotten import ForgottenPeople
from bot.storage.upgrade import OLD_NAME, prepare_state
from ml.serving.bundle import BundleError, current_bundle, read_bundle
from ml.serving.bundle_folder import point_to

log = logging.getLogger(__name__)

_OLD_FORMAT = 1
"""The format of version 0.1: one `samewave.db` instead of state and catalogue."""
_CATALOGUE_FILE = re.compile(rf"{CATALOGUES}/([0-9a-f]{{64}})\.db")
_MODEL_FILE = re.compile(r"model/(\d{8}T\d{12}Z)/([a-z0-9_]+\.(?:joblib|npy|npz|json|png))")
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
"""The errors of zipfile, zlib and json for foreign bytes."""
_SAVED = "before-restore-"
_LARGEST_CONTENTS = 100_000
_SPARE = 20_000_000


@dataclass(frozen=True)
class Restored:
    """The result of a restore.

    Attributes:
        made: the time of the backup.
        saved: the folder with the previous state; None if there was none.
        model: whether the archive contained a model.
    """

    made: datetime
    saved: Path | None
    model: bool


def restore(file: Path, folder: StateFolder, tell: Tell) -> Restored:
    """Replace the state by a backup, after saving the previous one; the state is always complete.

    Raises:
        BackupRefused: the archive is foreign, damaged or too new, a bot runs on this state, or the disk is
            full; the state is unchanged.
    """
    state = folder.path
    unpacked = state / ".restore.unfinished"
    running = f"A bot is running on {state}: stop it first, then restore."
    try:
        with run_lock(state, taken=running):
            shutil.rmtree(unpacked, ignore_errors=True)  # left by a restore that was killed
            unpacked.mkdir(parents=True)
            contents = _unpack(file, unpacked, tell)
            in_force = _check(unpacked, contents)
            if in_use(folder.database) or in_use(state / OLD_NAME):
                raise BackupRefused(running)
            made = datetime.fromisoformat(str(contents["made"]))
            ForgottenPeople(state).apply(unpacked / STATE, made.timestamp())
            saved = _save(folder)
            return Restored(made, saved, _put_back(StateFolder(unpacked), folder, in_force))
    except StorageFailed as error:
        raise BackupRefused(f"{file} was not restored. {error}") from error
    except _DAMAGED as error:
        raise BackupRefused(
            f"{file} is no backup of Samewave, or it is damaged; nothing was changed."
        ) from error
    except OSError as error:
        raise BackupRefused(f"{file} was not restored ({error.strerror or error}).") from error
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def _check(unpacked: Path, contents: Mapping[str, Any]) -> str:
    """Check the extracted files; returns the digest of the catalogue that comes into force, or "".

    Raises:
        StorageFailed: a database is foreign or damaged.
    """
    catalogues = CatalogueFolder(unpacked / CATALOGUES)
    if (unpacked / OLD_NAME).exists():
        check_old_database(unpacked / OLD_NAME)
        prepare_state(unpacked)
        return catalogues.current()
    check_state(unpacked / STATE)
    _leave_out_unusable_models(unpacked / MODELS)
    for catalogue in catalogues.path.glob("*.db"):
        check_catalogue(catalogue)
    in_force = str(contents["catalogue"])
    if in_force and not catalogues.file(in_force).exists():
        raise ValueError("the catalogue in force is not among the files")
    return in_force


def _leave_out_unusable_models(models: Path) -> None:
    """Remove a model that cannot be served: damaged, foreign, or of an older version."""
    for bundle in sorted(models.iterdir()) if models.exists() else []:
        try:
            read_bundle(models, bundle.name)
        except BundleError as error:
            log.warning("the model is left out: %s", error)
            shutil.rmtree(bundle)


def _put_back(unpacked: StateFolder, folder: StateFolder, in_force: str) -> bool:
    """Move the extracted files into the state folder; returns whether there is a model."""
    bundles = sorted(bundle.name for bundle in unpacked.models.glob("*"))
    unpacked.move_into(folder)
    old = folder.path / OLD_NAME
    for journal in (*journals(folder.database), *journals(old)):
        journal.unlink(missing_ok=True)
    os.replace(unpacked.database, folder.database)
    old.unlink(missing_ok=True)
    if in_force:
        CatalogueFolder(folder.catalogues).point_to(in_force)
    if bundles:
        point_to(folder.models, bundles[-1])
    return bool(bundles)


def _unpack(file: Path, unpacked: Path, tell: Tell) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        for part in archive.infolist():
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or part.flag_bits & 1:
                raise ValueError("compressed or encrypted in a way that is none of ours")
        listed = archive.getinfo(CONTENTS)
        if listed.file_size > _LARGEST_CONTENTS:
            raise ValueError("a list of contents of that size is none of ours")
        contents = json.loads(archive.read(listed))
        if contents["samewave_backup"] not in (FORMAT, _OLD_FORMAT):
            raise BackupRefused(f"{file} was made by another version of Samewave: update Samewave first.")
        files = dict(contents["files"])
        database = STATE if contents["samewave_backup"] == FORMAT else OLD_NAME
        if database not in files or sorted([*files, CONTENTS]) != sorted(archive.namelist()):
            raise ValueError("other files than the listed ones")
        for name, part in files.items():
            catalogue = _CATALOGUE_FILE.fullmatch(name)
            if catalogue and catalogue[1] != part["sha256"]:
                raise ValueError("a catalogue under another digest than its own")
            if not (catalogue or name == database or _MODEL_FILE.fullmatch(name)):
                raise ValueError("a name that is none of ours")
        needed = sum(int(part["bytes"]) for part in files.values())
        if needed + _SPARE > shutil.disk_usage(unpacked).free:
            raise BackupRefused(
                f"{file} needs {needed / 2**20:,.0f} MiB of free disk space in {unpacked.parent}."
            )
        for name, part in files.items():
            if name.endswith(PICKLED):  # from an older version: loading it would run code
                continue
            target = unpacked / name.replace("model/", f"{MODELS}/", 1)
            target.parent.mkdir(parents=True, exist_ok=True)
            _take(archive, name, target, int(part["bytes"]), str(part["sha256"]), tell)
    return dict(contents)


def _take(archive: zipfile.ZipFile, name: str, target: Path, size: int, digest: str, tell: Tell) -> None:
    with archive.open(name) as inside, target.open("wb") as stream:
        found = copy_stream(
            inside, stream, lambda read: tell("Unpacking", min(1.0, read / max(size, 1))), most=size
        )
        flush(stream)
    if found != (size, digest):
        raise ValueError("other bytes than were packed")


def _save(folder: StateFolder) -> Path | None:
    """Hard-link the previous files into the saved folder; the originals stay until they are replaced."""
    there = [database for database in (folder.database, folder.path / OLD_NAME) if database.exists()]
    if not there:
        return None
    saved = folder.path / f"{_SAVED}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    saved.mkdir()
    for database in there:
        _second_name(database, saved / database.name)
        for journal in filter(Path.exists, journals(database)):
            shutil.copy2(journal, saved / journal.name)
    if folder.catalogues.is_dir():
        shutil.copytree(folder.catalogues, saved / CATALOGUES, copy_function=_second_name)
    try:
        name = current_bundle(folder.models)
    except BundleError:
        name = None
    if name is not None and (folder.models / name).is_dir():
        shutil.copytree(folder.models / name, saved / MODELS / name, copy_function=_second_name)
        shutil.copy2(folder.models / "current", saved / MODELS / "current")
    return saved


def remove_saved(state_dir: Path) -> None:
    """Remove states that were replaced over a month ago: they hold data that people have deleted since.

    Raises:
        OSError: it could not be removed.
    """
    oldest = time() - SAVED_DAYS * 24 * 3600
    for saved in state_dir.glob(f"{_SAVED}*"):
        if saved.stat().st_mtime < oldest:
            shutil.rmtree(saved)


def _second_name(source: Any, target: Any) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copy2(source, target)
