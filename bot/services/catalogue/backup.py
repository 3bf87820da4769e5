"""Writes a backup: one archive with state, catalogue and model.

The archive is a zip of the state database, the current catalogue (and the one the model was trained on,
if it differs), the files of one model bundle and `backup.json`, which lists all of them with size and
SHA-256.
"""

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from bot.domain.errors import SamewaveError
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.published import CATALOGUES, MODELS
from bot.storage.copies import copy_database
from bot.storage.files import copy_stream, journals
from ml.serving.bundle import BundleError, current_bundle, trained_on
from ml.serving.bundle_folder import flush

Tell = Callable[[str, float], None]
FORMAT = 2
STATE = "state.db"
CONTENTS = "backup.json"
PICKLED = ".joblib"
"""The suffix of files that run code when they are loaded; a backup contains none. Serving reads arrays only,
and the next training writes its own."""
_PATIENCE = 600.0


@dataclass(frozen=True)
class StateFolder:
    """The paths inside a state folder."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / STATE

    @property
    def catalogues(self) -> Path:
        return self.path / CATALOGUES

    @property
    def models(self) -> Path:
        return self.path / MODELS

    def move_into(self, other: Self) -> None:
        """Move all catalogues and whole models into another state folder; none comes into force there.

        Raises:
            OSError: they cannot be moved.
        """
        models = [model for model in self.models.glob("*Z") if (model / "manifest.json").exists()]
        for part in [*self.catalogues.glob("*.db"), *models]:
            target = other.path / part.relative_to(self.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_dir():  # perhaps damaged
                os.replace(target, self.path / f"replaced-{part.name}")
            os.replace(part, target)


class BackupRefused(SamewaveError):
    """The backup cannot be written here, or the archive must not be restored."""


def back_up(folder: StateFolder, file: Path, tell: Tell, *, database: Path | None = None) -> int:
    """Write a backup under a temporary name and rename it when complete. The bot may keep running.

    Args:
        database: the state, where it is not the folder's own file.

    Returns:
        the size in bytes.

    Raises:
        BackupRefused: there is nothing to back up, the file exists, or it cannot be written.
        StorageFailed: the database is damaged or cannot be copied.
    """
    database = database or folder.database
    if not database.exists():
        raise BackupRefused(f"There is nothing to back up: {database} does not exist.")
    if file.exists():
        raise BackupRefused(f"{file} exists already; choose another name.")
    if not file.absolute().parent.is_dir():
        raise BackupRefused(f"The folder {file.absolute().parent} does not exist; make it first.")
    unfinished, copy = file.with_name(f".{file.name}.unfinished"), file.with_name(f".{file.name}.database")
    catalogues = CatalogueFolder(folder.catalogues)
    try:
        copy_database(database, copy, lambda share: tell("Copying the database", share))
        with catalogues.lock(patience=_PATIENCE):  # the lock keeps the files in place
            in_force = catalogues.current()
            parts = {
                STATE: copy,
                **_catalogue_files(catalogues, folder.models),
                **_model_files(folder.models),
            }
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                listed = {
                    name: _put(archive, name, part, lambda share: tell("Packing", share))
                    for name, part in parts.items()
                }
                for name, part in listed.items():
                    if name.startswith(CATALOGUES) and Path(name).stem != part["sha256"]:
                        raise BackupRefused(
                            f"The catalogue {folder.path / name} is damaged, so this would be no backup. "
                            "Put an earlier one in its place with `samewave restore FILE`, or import its "
                            "tables anew."
                        )
                contents = {
                    "samewave_backup": FORMAT,
                    "made": datetime.now(UTC).isoformat(),
                    "catalogue": in_force,
                    "files": listed,
                }
                archive.writestr(CONTENTS, json.dumps(contents, indent=1))
        flush(unfinished)
        _name(unfinished, file)
        return file.stat().st_size
    except FileExistsError as error:
        raise BackupRefused(f"{file} exists already; choose another name.") from error
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written ({error.strerror or error}).") from error
    finally:
        for left in (unfinished, copy, *journals(copy)):
            left.unlink(missing_ok=True)


def _name(unfinished: Path, file: Path) -> None:
    """Rename without overwriting an existing file."""
    try:
        os.link(unfinished, file)
    except FileExistsError:
        raise
    except OSError:  # the file system has no hard links
        if file.exists():
            raise FileExistsError from None
        os.replace(unfinished, file)


def _catalogue_files(catalogues: CatalogueFolder, models: Path) -> dict[str, Path]:
    files = (catalogues.file(digest) for digest in {catalogues.current(), trained_on(models) or ""} if digest)
    return {f"{CATALOGUES}/{file.name}": file for file in sorted(files) if file.exists()}


def _model_files(models: Path) -> dict[str, Path]:
    try:
        name = current_bundle(models)
    except BundleError:
        return {}
    if name is None or not (models / name).is_dir():
        return {}
    parts = sorted(part for part in (models / name).iterdir() if part.suffix != PICKLED)
    return {f"model/{name}/{part.name}": part for part in parts}


def _put(archive: zipfile.ZipFile, name: str, part: Path, tell: Callable[[float], None]) -> dict[str, object]:
    whole = max(part.stat().st_size, 1)
    with part.open("rb") as stream, archive.open(name, "w", force_zip64=True) as inside:
        size, digest = copy_stream(stream, inside, lambda done: tell(done / whole))
    return {"bytes": size, "sha256": digest}
