"""Publishes the current catalogue and model in a shared folder."""

from collections.abc import Mapping
from functools import partial

from bot.domain.sharing import SharingFailed
from bot.services.catalogue.backup import StateFolder, Tell
from bot.services.catalogue.pull import note_taken
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.published import CATALOGUES, MODEL_FILES, MODELS, Published, PublishedFile
from bot.storage.catalogue.shared_folder import SharedFolder
from ml.serving.bundle import (
    SERVED_FILES,
    BundleError,
    current_bundle,
    digest,
    read_manifest,
    refused,
    trained_on,
)

_PATIENCE = 600.0


def push(state: StateFolder, folder: SharedFolder, tell: Tell) -> Published:
    """Copy both into the folder and name them in its index; hold the folder's lock meanwhile. Blocking.

    Raises:
        SharingFailed: there is no pair to publish, it is damaged, or the folder cannot be written.
        StorageFailed: an import is running.
    """
    catalogues = CatalogueFolder(state.catalogues)
    with catalogues.lock(patience=_PATIENCE):  # the lock keeps the files in place
        model = pair_in_force(state)
        if model is None:
            raise SharingFailed(
                f"There is no model of the catalogue in {state.path} to publish: run `samewave train` first."
            )
        catalogue = catalogues.current()
        sources = {f"{CATALOGUES}/{catalogue}.db": catalogues.file(catalogue)}
        sources |= {f"{MODELS}/{model}/{file}": state.models / model / file for file in sorted(MODEL_FILES)}
        try:
            files = {name: PublishedFile(file.stat().st_size, digest(file)) for name, file in sources.items()}
            _check(files, state, model, catalogue)
            whole, done = max(1, sum(file.size for file in files.values())), 0

            def told(before: int, have: int) -> None:
                tell(f"Publishing in {folder}", min(1.0, (before + have) / whole))

            for name, file in files.items():
                folder.put(sources[name], name, file, partial(told, done))
                done += file.size
            published = Published(catalogue, model, files)
            folder.publish(published)
            note_taken(state, published)
        except OSError as error:
            raise SharingFailed(
                f"{folder} cannot be written ({error.strerror or error}); nothing new is published.",
                detail=str(error),
            ) from error
    return published


def _check(files: Mapping[str, PublishedFile], state: StateFolder, model: str, catalogue: str) -> None:
    """Compare the files with their digests."""
    if files[f"{CATALOGUES}/{catalogue}.db"].sha256 != catalogue:
        raise SharingFailed(
            f"The catalogue {catalogue}.db in {state.catalogues} is damaged and is not published. Put a "
            "backup in its place with `samewave restore FILE`, or import its tables anew."
        )
    try:
        written = read_manifest(state.models / model)["files"]
        if any(files[f"{MODELS}/{model}/{file}"].sha256 != written[file] for file in SERVED_FILES):
            raise refused("one of its files is not the one that was written")
    except BundleError as error:
        raise SharingFailed(str(error)) from error


def pair_in_force(state: StateFolder) -> str | None:
    """The current model if it belongs to the current catalogue.

    Raises:
        StorageFailed: the catalogue is damaged.
    """
    try:
        model, trained = current_bundle(state.models), trained_on(state.models)
    except BundleError:
        return None
    present = CatalogueFolder(state.catalogues).open()
    return model if trained and present.digest and present.is_made_of(trained) else None
