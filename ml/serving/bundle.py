"""The served model on disk: arrays and JSON, read without running code from the files.

A bundle is a folder: flat arrays, `model.npz`, `clusters.json` (profiles), `regions.json` and `backdrop.png`
(the map's), `manifest.json`, and `bundle.joblib`, which serving never opens (`ml.model.saving` writes the
folder and reads that file). The file `current` beside the bundles names the current one.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.features import FEATURE_NAMES
from ml.serving.catalogue_arrays import CHUNK, CatalogueArrays
from ml.serving.profiles import ClusterProfile
from ml.serving.song_map import PICTURE_SIZE, SongMap
from ml.serving.song_model import SongModel

FORMAT = 7
"""The version of the format: raised whenever the meaning of an array changes."""
NAME = re.compile(r"\d{8}T\d{6}\d{6}Z")
PER_TRACK = (
    *("rows", "clusters", "songs", "artists", "explicit", "unrated", "standing", "kinds", "popularity"),
    *("scaled", "squares"),
)
ARRAYS = (*PER_TRACK, "guests", "guest_ends", "radii", "profiles")
ESTIMATORS = "bundle.joblib"
MANIFEST = "manifest.json"
BACKDROP = "backdrop.png"
_PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"".join(size.to_bytes(4) for size in PICTURE_SIZE)
"""The first bytes of a PNG of the map's size: a foreign picture could take gigabytes."""
SERVED_FILES = frozenset(
    {
        "model.npz",
        "clusters.json",
        "regions.json",
        "coordinates.npy",
        BACKDROP,
        *(f"{array}.npy" for array in ARRAYS),
    }
)
_MAPPED = ("scaled", "coordinates")
"""Arrays that are memory-mapped."""


class BundleError(ValueError):
    """The bundle is missing, damaged, foreign, or of another format; the message is for people."""


@dataclass(frozen=True)
class Bundle:
    """A loaded model with all data for serving.

    Attributes:
        name: the folder's name; a newer bundle has a later one.
        backdrop: the map's picture of the catalogue, a PNG (see `ml.pictures.map_plot`).
        mean, scale: (9,) of the catalogue's features, for z-scores.
        fingerprint: of the catalogue it was trained on.
        created: when.
        quality: metrics of the training, such as inertia.
    """

    name: str
    model: SongModel
    arrays: CatalogueArrays
    profiles: tuple[ClusterProfile, ...]
    song_map: SongMap
    backdrop: bytes
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    fingerprint: str
    created: datetime
    quality: Mapping[str, float]


def current_bundle(folder: Path) -> str | None:
    """The name of the current bundle, or None if nothing was trained yet.

    Raises:
        BundleError: the pointer is damaged.
    """
    try:
        name = (folder / "current").read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise refused("its pointer file cannot be read") from error
    if not NAME.fullmatch(name):
        raise refused("its pointer file is damaged")
    return name


def trained_on(folder: Path) -> str | None:
    """The digest of the catalogue that the current bundle was trained on; None if unknown."""
    try:
        if (name := current_bundle(folder)) is None:
            return None
        return str(json.loads((folder / name / MANIFEST).read_text("utf-8"))["fingerprint"])
    except (BundleError, OSError, ValueError, KeyError, TypeError):
        return None


def read_bundle(folder: Path, name: str) -> Bundle:
    """Check the digests and load a bundle's arrays.

    Raises:
        BundleError: with what to do.
    """
    place = folder / name
    manifest = read_manifest(place)
    check_files(place, manifest, SERVED_FILES)
    try:
        bundle = _read(place, manifest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refused(f"it cannot be loaded ({type(error).__name__})") from error
    count, clusters = len(bundle.arrays.rows), bundle.model.n_clusters
    if (
        {len(getattr(bundle.arrays, array)) for array in PER_TRACK} != {count}
        or len(bundle.arrays.guest_ends) != count + 1
        or bundle.arrays.guest_ends[-1] != len(bundle.arrays.guests)
        or len(bundle.arrays.profiles) <= bundle.arrays.artists.max(initial=-1)
        or bundle.arrays.profiles.shape[1] != bundle.model.feature_step.profile_dimensions
        or {len(bundle.arrays.radii), len(bundle.profiles), len(bundle.song_map.region_of_cluster)}
        != {clusters}
        or len(bundle.song_map.coordinates) != count
        or bundle.arrays.scaled.shape[1] != bundle.model.centers.shape[1]
    ):
        raise refused("its parts do not fit together")
    if not _values_are_possible(bundle):
        raise refused("its values are impossible")
    return bundle


def _values_are_possible(bundle: Bundle) -> bool:
    """Whether types, numbers of dimensions and ranges are those that a training writes.

    The digests only tell that the files fit the manifest, and both may be a stranger's.
    """
    arrays, song_map, centers = bundle.arrays, bundle.song_map, bundle.model.centers
    kinds = {
        "i": (arrays.rows, arrays.clusters, arrays.songs, arrays.artists),
        "b": (arrays.explicit, arrays.unrated),
        "f": (arrays.squares, arrays.radii),
    }
    if any(array.ndim != 1 or array.dtype.kind != kind for kind, some in kinds.items() for array in some):
        return False
    if (arrays.scaled.ndim, arrays.scaled.dtype.kind, song_map.coordinates.ndim) != (2, "f", 2):
        return False
    if not bundle.backdrop.startswith(_PICTURE):
        return False
    if song_map.coordinates.shape[1] != 3 or {len(bundle.mean), len(bundle.scale)} != {len(FEATURE_NAMES)}:
        return False
    within: tuple[tuple[NDArray[Any], int | None], ...] = (
        (arrays.clusters, len(centers)),
        (song_map.region_of_cluster, len(song_map.regions)),
        *((numbers, None) for numbers in (arrays.rows, arrays.songs, arrays.artists)),
    )
    if any(
        len(numbers) and (numbers.min() < 0 or (below is not None and numbers.max() >= below))
        for numbers, below in within
    ):
        return False
    return bool(np.all(arrays.clusters[:-1] <= arrays.clusters[1:])) and all(
        np.isfinite(values[start : start + CHUNK]).all()
        for values in (arrays.scaled, arrays.squares, arrays.radii, song_map.coordinates, centers)
        for start in range(0, len(values), CHUNK)
    )


def _read(place: Path, manifest: Mapping[str, Any]) -> Bundle:
    loaded = {
        array: np.load(
            place / f"{array}.npy", mmap_mode="r" if array in _MAPPED else None, allow_pickle=False
        )
        for array in (*ARRAYS, "coordinates")
    }
    with np.load(place / "model.npz", allow_pickle=False) as file:
        arrays = dict(file)
    coordinates = loaded.pop("coordinates")
    return Bundle(
        name=place.name,
        model=SongModel.from_arrays(arrays),
        arrays=CatalogueArrays(**loaded),
        profiles=tuple(
            ClusterProfile(
                number=int(raw["number"]),
                name=str(raw["name"]),
                size=int(raw["size"]),
                z=tuple(raw["z"]),
                genres=tuple((str(genre), float(share)) for genre, share in raw["genres"]),
            )
            for raw in _json(place / "clusters.json")
        ),
        song_map=SongMap.from_arrays(coordinates, arrays, _json(place / "regions.json")),
        backdrop=(place / BACKDROP).read_bytes(),
        mean=np.array(manifest["mean"], dtype=np.float64),
        scale=np.array(manifest["scale"], dtype=np.float64),
        fingerprint=str(manifest["fingerprint"]),
        created=datetime.fromisoformat(manifest["created"]),
        quality=manifest["quality"],
    )


def read_manifest(place: Path) -> dict[str, Any]:
    """The manifest of a bundle of this format.

    Raises:
        BundleError: it is missing, damaged or of another format.
    """
    try:
        manifest = dict(_json(place / MANIFEST))
        layout = manifest["format"], tuple(manifest["features"])
        files, versions = dict(manifest["files"]), dict(manifest["versions"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refused("its manifest is missing or damaged") from error
    if layout != (FORMAT, FEATURE_NAMES):
        raise refused("it was made by another version of Samewave")
    if set(files) != SERVED_FILES | {ESTIMATORS}:
        raise refused("its manifest names other files")
    return manifest | {"files": files, "versions": versions}


def check_files(place: Path, manifest: Mapping[str, Any], names: frozenset[str]) -> None:
    """Check files against the digests in the manifest.

    Raises:
        BundleError: a file is missing or differs.
    """
    for name in sorted(names):
        try:
            found = digest(place / name)
        except OSError as error:
            raise refused(f"{name} cannot be read") from error
        if found != manifest["files"][name]:
            raise refused(f"{name} is not the file that was written")


def no_model() -> BundleError:
    """The error of a folder without any bundle, with what to do."""
    return BundleError("There is no model yet. Run `samewave train` to make one.")


def refused(why: str) -> BundleError:
    """The error with what to do."""
    return BundleError(f"The model cannot be used: {why}. Run `samewave train` to make a new one.")


def digest(file: Path) -> str:
    """The file's SHA-256."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _json(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))
