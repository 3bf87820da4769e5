"""The model on disk: written whole or not at all, loaded only when every digest matches.

A bundle is a folder: `bundle.joblib` (the fitted scikit-learn objects), flat arrays for serving,
`clusters.json` (profiles) and `manifest.json`. The file `current` beside the bundles names the one in force.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import sklearn
from numpy.typing import NDArray

from ml.features import FEATURE_NAMES
from ml.model.cluster_model import ClusterModel
from ml.serving.catalogue_arrays import CatalogueArrays
from ml.serving.profiles import ClusterProfile

FORMAT = 2
_NAME = re.compile(r"\d{8}T\d{6}\d{6}Z")
_PICKLED = (
    "artist_context.py",
    "artist_projection.py",
    "cluster_model.py",
    "embedding.py",
    "inputs.py",
    "label_classifier.py",
)
"""The modules whose classes stand in `bundle.joblib`."""
_ARRAYS = ("rows", "clusters", "songs", "artists", "explicit", "scaled", "squares", "radii")


class BundleError(ValueError):
    """The bundle is missing, damaged, foreign, or made by other versions; the message is for people."""


@dataclass(frozen=True)
class Bundle:
    """A loaded model with all that serving needs.

    Attributes:
        name: the folder's name; a newer bundle has a later one.
        mean, scale: (9,) of the catalogue's features, for z-scores.
        fingerprint: of the catalogue it was trained on.
        created: when.
        quality: figures of the training, such as inertia.
    """

    name: str
    model: ClusterModel
    arrays: CatalogueArrays
    profiles: tuple[ClusterProfile, ...]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    fingerprint: str
    created: datetime
    quality: Mapping[str, float]


def write_bundle(
    folder: Path,
    model: ClusterModel,
    arrays: CatalogueArrays,
    profiles: tuple[ClusterProfile, ...],
    *,
    mean: NDArray[np.float64],
    scale: NDArray[np.float64],
    fingerprint: str,
    quality: Mapping[str, float],
    now: datetime,
    keep: int = 2,
) -> str:
    """Write a bundle beside the others, point `current` to it, remove all but the newest `keep`.

    Returns:
        the bundle's name.

    Raises:
        OSError: the disk is full or the folder cannot be written; `current` then stays as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    unfinished = folder / f".{name}.unfinished"
    try:
        unfinished.mkdir()
        joblib.dump(model, unfinished / "bundle.joblib", compress=3)
        for array in _ARRAYS:
            np.save(unfinished / f"{array}.npy", getattr(arrays, array), allow_pickle=False)
        (unfinished / "clusters.json").write_text(
            json.dumps([asdict(profile) for profile in profiles], ensure_ascii=False), "utf-8"
        )
        manifest = {
            "format": FORMAT,
            "created": now.astimezone(UTC).isoformat(),
            "versions": dict(_versions()),
            "features": list(FEATURE_NAMES),
            "mean": mean.tolist(),
            "scale": scale.tolist(),
            "fingerprint": fingerprint,
            "quality": dict(quality),
            "files": {file.name: _digest(file) for file in sorted(unfinished.iterdir())},
        }
        (unfinished / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")
        for file in unfinished.iterdir():
            _flush(file)
        os.replace(unfinished, folder / name)
        _point_to(folder, name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _remove_older(folder, name, keep)
    return name


def current_bundle(folder: Path) -> str | None:
    """The name of the bundle in force, or None when nothing was trained yet.

    Raises:
        BundleError: the pointer is damaged.
    """
    try:
        name = (folder / "current").read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _refused("its pointer file cannot be read") from error
    if not _NAME.fullmatch(name):
        raise _refused("its pointer file is damaged")
    return name


def read_bundle(folder: Path, name: str) -> Bundle:
    """Load a bundle, but only after its manifest's digests and versions match.

    joblib files are code: nothing in the folder is unpickled before that.

    Raises:
        BundleError: with what to do.
    """
    place = folder / name
    manifest = _checked_manifest(place)
    try:
        model = joblib.load(place / "bundle.joblib")
        loaded = {
            array: np.load(
                place / f"{array}.npy", mmap_mode="r" if array == "scaled" else None, allow_pickle=False
            )
            for array in _ARRAYS
        }
        profiles = tuple(
            ClusterProfile(
                number=int(raw["number"]),
                name=str(raw["name"]),
                size=int(raw["size"]),
                z=tuple(raw["z"]),
                genres=tuple((str(genre), float(share)) for genre, share in raw["genres"]),
            )
            for raw in json.loads((place / "clusters.json").read_text("utf-8"))
        )
        bundle = Bundle(
            name=name,
            model=model,
            arrays=CatalogueArrays(**loaded),
            profiles=profiles,
            mean=np.array(manifest["mean"]),
            scale=np.array(manifest["scale"]),
            fingerprint=str(manifest["fingerprint"]),
            created=datetime.fromisoformat(manifest["created"]),
            quality=manifest["quality"],
        )
    # Whatever an unpickler meets in a file of the right digest is a fault of the writing version.
    except Exception as error:
        raise _refused(f"it cannot be loaded ({type(error).__name__})") from error
    arrays = bundle.arrays
    if (
        not isinstance(model, ClusterModel)
        or len(arrays.rows) != len(arrays.scaled)
        or len(arrays.radii) != model.n_clusters
    ):
        raise _refused("its parts do not fit together")
    return bundle


def _checked_manifest(place: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((place / "manifest.json").read_text("utf-8"))
        files, versions = dict(manifest["files"]), dict(manifest["versions"])
        layout = manifest["format"], tuple(manifest["features"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refused("its manifest is missing or damaged") from error
    if layout != (FORMAT, FEATURE_NAMES) or versions != dict(_versions()):
        raise _refused("it was made by another version of Samewave, Python, numpy or scikit-learn")
    if set(files) != {"bundle.joblib", "clusters.json", *(f"{array}.npy" for array in _ARRAYS)}:
        raise _refused("its manifest names other files")
    for file, digest in files.items():
        try:
            found = _digest(place / file)
        except OSError as error:
            raise _refused(f"{file} cannot be read") from error
        if found != digest:
            raise _refused(f"{file} is not the file that was written")
    return dict(manifest)


def _refused(why: str) -> BundleError:
    return BundleError(f"The model cannot be used: {why}. Run `samewave train` to make a new one.")


@cache
def _versions() -> Mapping[str, str]:
    """What must be the same when reading as when writing: a pickle is bound to the code of its classes."""
    code = hashlib.sha256()
    for name in _PICKLED:
        code.update(Path(__file__).parents[1].joinpath("model", name).read_bytes())
    return {
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "joblib": joblib.__version__,
        "model code": code.hexdigest(),
    }


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())


def _point_to(folder: Path, name: str) -> None:
    pointer = folder / ".current.unfinished"
    pointer.write_text(name, "utf-8")
    _flush(pointer)
    os.replace(pointer, folder / "current")


def _remove_older(folder: Path, current: str, keep: int) -> None:
    bundles = sorted(place.name for place in folder.iterdir() if _NAME.fullmatch(place.name))
    for name in [bundle for bundle in bundles if bundle != current][: max(0, len(bundles) - keep)]:
        shutil.rmtree(folder / name, ignore_errors=True)
    for place in folder.glob(".*.unfinished"):
        if place.is_dir():  # left by a run that was killed
            shutil.rmtree(place, ignore_errors=True)
