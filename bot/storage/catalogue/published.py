"""The index of a shared place: the published catalogue and model, with digests."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Self

from pydantic import Field, TypeAdapter

from bot.domain.sharing import SharingFailed
from ml.serving.bundle import MANIFEST, NAME, SERVED_FILES

INDEX = "published.json"
CATALOGUES, MODELS = "catalogues", "models"
MODEL_FILES = SERVED_FILES | {MANIFEST}
"""The files of a model: arrays and JSON. Files that run code when they are loaded are never shared."""
LARGEST_INDEX = 1 << 20
_FORMAT = 1
_MODEL_FILE = re.compile(rf"{MODELS}/{NAME.pattern}/[a-z_]+\.(json|npy|npz|png)")
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True)
class PublishedFile:
    """The size in bytes and the SHA-256 of a file."""

    size: Annotated[int, Field(ge=0)]
    sha256: _Digest


@dataclass(frozen=True)
class Published:
    """A catalogue and a model that belong together.

    Attributes:
        catalogue: its digest.
        model: the name of its bundle.
        files: by their paths, which are the same in the place and in a state folder.
    """

    catalogue: _Digest
    model: str
    files: Mapping[str, PublishedFile]

    @classmethod
    def read(cls, index: bytes) -> Self:
        """Read an index.

        Raises:
            SharingFailed: it is damaged, a stranger's, or of another version.
        """
        try:
            contents = json.loads(index)
            if contents["samewave_published"] != _FORMAT:
                raise SharingFailed(
                    f"{INDEX} was written by another version of Samewave: update, then publish again."
                )
            published = TypeAdapter(cls).validate_python(contents)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise _damaged() from error
        catalogue = published.files.get(published.catalogue_file)
        model = f"{MODELS}/{published.model}"
        others = set(published.files) - {published.catalogue_file}
        if (
            not NAME.fullmatch(published.model)
            or catalogue is None
            or catalogue.sha256 != published.catalogue
            or not all(_MODEL_FILE.fullmatch(name) and name.rpartition("/")[0] == model for name in others)
        ):
            raise _damaged()
        return published

    @property
    def is_readable(self) -> bool:
        """Whether the model has the files that this version reads, no fewer and no others."""
        return set(self.files) == {self.catalogue_file, *self.model_files}

    @property
    def catalogue_file(self) -> str:
        return f"{CATALOGUES}/{self.catalogue}.db"

    @property
    def model_files(self) -> frozenset[str]:
        return frozenset(f"{MODELS}/{self.model}/{file}" for file in MODEL_FILES)

    @property
    def index(self) -> str:
        return json.dumps({"samewave_published": _FORMAT, **asdict(self)}, indent=1)

    @property
    def digest(self) -> str:
        """A digest that identifies the publication."""
        return hashlib.sha256(self.index.encode()).hexdigest()


def _damaged() -> SharingFailed:
    return SharingFailed(f"{INDEX} is damaged: publish again with `samewave catalogue push`.")
