"""Pulls the catalogue and the model that are published in a shared place."""

import asyncio
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Protocol

from cachetools import TTLCache

from bot.domain.errors import StorageFailed
from bot.domain.sharing import SharingFailed
from bot.services.catalogue.backup import StateFolder, Tell
from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.published import MODELS, Published
from bot.storage.catalogue.shared_folder import is_file
from bot.storage.copies import check_catalogue
from bot.storage.files import replace_file
from bot.storage.process_lock import try_lock
from ml.serving.bundle import BundleError, current_bundle, read_bundle, trained_on
from ml.serving.bundle_folder import point_to, remove_older

SPARE = 64 << 20
"""Bytes of the disk that stay free."""
REFUSED_SECONDS = 300.0
"""Seconds before a refused publication is downloaded again."""
_KEPT_MODELS = 2
TAKEN = "published"
"""The file in the state folder that names the current publication."""


class SharedPlace(Protocol):
    """A folder or a URL where a catalogue and a model are published; its `str` is for people."""

    async def read_index(self) -> bytes | None:
        """The index; None where nothing is published.

        Raises:
            SharingFailed: the place cannot be reached.
        """

    async def fetch(self, name: str, target: Path, *, size: int, progress: Callable[[int], None]) -> None:
        """Copy a published file to the target; `progress` gets the bytes so far.

        Raises:
            SharingFailed: it cannot be had.
            StorageFailed: the target cannot be written.
        """


class PullCatalogue:
    """Downloads the published pair, checks every byte, then makes both current; no code is loaded from it.

    `ServingStore.load` then replaces the pair in memory. Until everything is checked, only `downloads`
    changes in the state folder.
    """

    def __init__(
        self, place: SharedPlace, state: StateFolder, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._place = place
        self._state = state
        self._refused: TTLCache[str, SharingFailed] = TTLCache(1, REFUSED_SECONDS, timer=clock)

    async def published(self) -> Published | None:
        """The published pair; None if there is none.

        Raises:
            SharingFailed: the place cannot be reached, or its index cannot be used.
        """
        index = await self._place.read_index()
        try:
            return None if index is None else Published.read(index)
        except SharingFailed as error:
            raise SharingFailed(f"{self._place}: {error}") from error

    async def __call__(
        self, *, again: bool = False, tell: Tell = lambda stage, share: None
    ) -> Published | None:
        """Pull the published pair unless it was the last one pulled; returns it if it is new.

        Args:
            again: whether to pull it even if it was the last one, such as after damage.
            tell: called with a stage in words and the fraction done.

        Raises:
            SharingFailed: it is unavailable or damaged; the current pair stays.
            StorageFailed: the disk is full, or an import is running in this state folder.
        """
        published = await self.published()
        if published is None or (not again and self._is_taken(published)):
            return None
        if not published.is_readable:
            raise SharingFailed(
                f"The model {published.model} in {self._place} was made by another version of Samewave. What "
                "was there stays in use; update, or run `samewave train`."
            )
        if not again and (refusal := self._refused.get(published.digest)) is not None:
            raise refusal
        lock = await asyncio.to_thread(try_lock, self._downloads / "shared.lock")
        if lock is None:
            if not again:
                return None
            raise StorageFailed(
                f"Another process is fetching it into {self._state.path}; it is there in a moment."
            )
        try:
            staged = await self._fetch(published, tell)
            tell("Checking", 0.0)
            await asyncio.to_thread(self._check, published, staged)
            tell("Checking", 1.0)
            await asyncio.to_thread(self._put_in_force, published, staged)
        finally:
            lock.close()
        return published

    async def _fetch(self, published: Published, tell: Tell) -> Path:
        """Download missing files into a separate folder; returns the folder."""
        staged = self._downloads / "shared" / published.digest[:16]
        needed = await asyncio.to_thread(self._make_room, published, staged)
        whole, done = max(1, sum(published.files[name].size for name in needed)), 0

        def told(before: int, have: int) -> None:
            tell(f"Fetching from {self._place}", min(1.0, (before + have) / whole))

        for name in needed:
            file, target = published.files[name], staged / name
            if await asyncio.to_thread(is_file, target, file):  # fetched before an interruption
                done += file.size
                continue
            await self._place.fetch(name, target, size=file.size, progress=partial(told, done))
            done += file.size
            if not await asyncio.to_thread(is_file, target, file):
                target.unlink(missing_ok=True)
                raise self._refuse(published, f"{name} is not the file that was published")
        return staged

    def _make_room(self, published: Published, staged: Path) -> list[str]:
        """Make the folders and check the free space; returns the names of the files to download."""
        catalogue = published.catalogue_file
        needed = [] if is_file(self._state.path / catalogue, published.files[catalogue]) else [catalogue]
        model = sorted(published.model_files)
        if not all(is_file(self._state.path / name, published.files[name]) for name in model):
            needed += model
        try:
            for other in staged.parent.glob("*"):
                if other != staged:
                    shutil.rmtree(other, ignore_errors=True)
            staged.mkdir(parents=True, exist_ok=True)
            for name in needed:
                (staged / name).parent.mkdir(parents=True, exist_ok=True)
            size, free = sum(published.files[name].size for name in needed), shutil.disk_usage(staged).free
        except OSError as error:
            raise _not_written(staged, error) from error
        if size + SPARE > free:
            raise StorageFailed(
                f"What is published in {self._place} needs {size / 2**20:,.0f} MiB; free some space in "
                f"{self._state.path}."
            )
        return needed

    def _check(self, published: Published, staged: Path) -> None:
        catalogue = self._where(published.catalogue_file, staged)
        model = self._where(f"{MODELS}/{published.model}/manifest.json", staged).parent
        try:
            check_catalogue(catalogue)
            fingerprint = read_bundle(model.parent, model.name).fingerprint
            folder = CatalogueFolder(catalogue.parent)
            if not folder.is_older(published.catalogue) and not Catalogue.open(catalogue).is_made_of(
                fingerprint
            ):
                raise self._refuse(published, "its model was trained on another catalogue")
        except (StorageFailed, BundleError) as error:
            raise self._refuse(published, str(error).rstrip(".")) from error

    def _where(self, name: str, staged: Path) -> Path:
        """The path of a published file: downloaded, or already in the state folder."""
        return staged / name if (staged / name).exists() else self._state.path / name

    def _put_in_force(self, published: Published, staged: Path) -> None:
        catalogues, models = CatalogueFolder(self._state.catalogues), self._state.models
        try:
            with catalogues.lock():
                StateFolder(staged).move_into(self._state)
                # A catalogue waits for its model; the other way round, the model would have no catalogue.
                catalogues.adopt(published.catalogue)
                point_to(models, published.model)
                note_taken(self._state, published)
        except OSError as error:
            raise _not_written(self._state.path, error) from error
        catalogues.tidy({trained_on(models) or ""})
        remove_older(models, published.model, _KEPT_MODELS)
        shutil.rmtree(staged, ignore_errors=True)

    def _is_taken(self, published: Published) -> bool:
        """Whether it was pulled before and a model is current; that may have been trained here since."""
        try:
            if (self._state.path / TAKEN).read_text("ascii") != published.digest:
                return False
            catalogue = CatalogueFolder(self._state.catalogues).current_file()
            model = current_bundle(self._state.models)
        except (OSError, ValueError, StorageFailed):
            return False
        return bool(catalogue and catalogue.exists() and model and (self._state.models / model).is_dir())

    def _refuse(self, published: Published, why: str) -> SharingFailed:
        refusal = SharingFailed(
            f"What is published in {self._place} is not taken up: {why}. What was there stays in use; "
            "publish again with `samewave catalogue push`."
        )
        self._refused[published.digest] = refusal
        return refusal

    @property
    def _downloads(self) -> Path:
        return self._state.path / "downloads"


def note_taken(state: StateFolder, published: Published) -> None:
    """Note which publication is current here.

    Raises:
        OSError: it cannot be written.
    """
    replace_file(state.path / TAKEN, published.digest)


def _not_written(folder: Path, error: OSError) -> StorageFailed:
    return StorageFailed(
        f"What is published could not be saved in {folder} ({error.strerror}): check its permissions and "
        "the free disk space.",
        detail=str(error),
    )
