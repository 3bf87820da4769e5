"""Writes a model to disk atomically, and reads its scikit-learn objects back."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import joblib
import numpy as np
import sklearn
from numpy.typing import NDArray

from ml.features import FEATURE_NAMES
from ml.model.cluster_model import ClusterModel
from ml.serving.bundle import (
    ARRAYS,
    BACKDROP,
    ESTIMATORS,
    FORMAT,
    MANIFEST,
    check_files,
    digest,
    read_manifest,
    refused,
)
from ml.serving.bundle_folder import flush, point_to, remove_older
from ml.serving.catalogue_arrays import CatalogueArrays
from ml.serving.profiles import ClusterProfile
from ml.serving.song_map import SongMap

_PICKLED = (
    "model/artist_profiles.py",
    "model/artist_projection.py",
    "model/cluster_model.py",
    "model/embedding.py",
    "model/label_classifier.py",
    "serving/estimators.py",
    "serving/feature_step.py",
    "serving/song_inputs.py",
)
"""The modules of the classes in `bundle.joblib`."""


def write_bundle(
    folder: Path,
    model: ClusterModel,
    arrays: CatalogueArrays,
    profiles: tuple[ClusterProfile, ...],
    song_map: SongMap,
    backdrop: bytes,
    *,
    mean: NDArray[np.float64],
    scale: NDArray[np.float64],
    fingerprint: str,
    quality: Mapping[str, float],
    now: datetime,
) -> str:
    """Write a new bundle, point `current` to it, and delete all but the newest two bundles.

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
        joblib.dump(model, unfinished / ESTIMATORS, compress=3)
        for array in ARRAYS:
            np.save(unfinished / f"{array}.npy", getattr(arrays, array), allow_pickle=False)
        np.save(unfinished / "coordinates.npy", song_map.coordinates, allow_pickle=False)
        np.savez(
            unfinished / "model.npz", allow_pickle=False, **model.served().to_arrays(), **song_map.to_arrays()
        )
        _write_json(unfinished / "clusters.json", [asdict(profile) for profile in profiles])
        _write_json(unfinished / "regions.json", [asdict(region) for region in song_map.regions])
        (unfinished / BACKDROP).write_bytes(backdrop)
        manifest = {
            "format": FORMAT,
            "created": now.astimezone(UTC).isoformat(),
            "versions": dict(_versions()),
            "features": list(FEATURE_NAMES),
            "mean": mean.tolist(),
            "scale": scale.tolist(),
            "fingerprint": fingerprint,
            "quality": dict(quality),
            "files": {file.name: digest(file) for file in sorted(unfinished.iterdir())},
        }
        _write_json(unfinished / MANIFEST, manifest)
        for file in unfinished.iterdir():
            flush(file)
        os.replace(unfinished, folder / name)
        point_to(folder, name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    remove_older(folder, name, keep=2)
    for place in folder.glob(".*.unfinished"):
        if place.is_dir():  # left by a killed run
            shutil.rmtree(place, ignore_errors=True)
    return name


def read_estimators(folder: Path, name: str) -> ClusterModel:
    """The fitted scikit-learn objects of a bundle, for training, evaluation, reports and notebooks.

    joblib files can run code: the file is opened only after the manifest's digest and versions match.

    Raises:
        BundleError: with what to do.
    """
    place = folder / name
    manifest = read_manifest(place)
    if manifest["versions"] != dict(_versions()):
        raise refused("its estimators were made by another version of Samewave, Python or scikit-learn")
    check_files(place, manifest, frozenset({ESTIMATORS}))
    try:
        model = joblib.load(place / ESTIMATORS)
    # Any unpickling error in a file with the right digest is caused by the version that wrote it.
    except Exception as error:
        raise refused(f"its estimators cannot be loaded ({type(error).__name__})") from error
    if not isinstance(model, ClusterModel):
        raise refused("its estimators are something else")
    return model


@cache
def _versions() -> Mapping[str, str]:
    """The versions that must match on reading, because a pickle depends on the code of its classes."""
    code = hashlib.sha256()
    for name in _PICKLED:
        code.update(Path(__file__).parents[1].joinpath(name).read_bytes())
    return {
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "joblib": joblib.__version__,
        "model code": code.hexdigest(),
    }


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
