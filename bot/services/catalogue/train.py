"""Trains a model on the imported catalogue and activates it.

Imports scikit-learn: import this module only in processes that train or evaluate.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bot.domain.errors import ModelUnavailable, StorageFailed
from bot.domain.kinds import Kind
from bot.services.catalogue.song_numbers import artist_numbers, track_kinds, with_song_numbers
from bot.services.workers import run_in_thread
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.catalogue.training_rows import read_labelled_songs
from ml.model.cluster_profiles import profile_clusters
from ml.model.map_backdrop import draw_backdrop
from ml.model.saving import write_bundle
from ml.model.song_map import lay_out_map
from ml.model.training import TrainingError, train
from ml.model.versions import best_versions, one_a_song
from ml.serving.catalogue_arrays import lay_out

Progress = Callable[[str, float], None]


class TrainModel:
    """Reads the imported rows, trains in a thread, writes the bundle atomically."""

    def __init__(self, catalogues: CatalogueFolder, folder: Path) -> None:
        self._catalogues = catalogues
        self._folder = folder

    async def __call__(self, *, clusters: int | None, seed: int, progress: Progress) -> str:
        """Train and activate a model; returns the bundle's name.

        Args:
            clusters: how many; None lets the number grow with the catalogue.
            seed: of every random choice.
            progress: called in the thread with a stage in words and the fraction of it done.

        Raises:
            ModelUnavailable: the catalogue cannot be trained on, with the reason.
            StorageFailed: the disk is full; the current model stays.
        """
        digest = await asyncio.to_thread(self._catalogues.current)
        file = self._catalogues.file(digest) if digest else None
        work = partial(_train, self._folder, file, clusters, seed, digest, progress)
        try:
            name = await run_in_thread(work)
        except TrainingError as error:
            raise ModelUnavailable(str(error)) from error
        except OSError as error:
            raise StorageFailed(
                f"The model could not be saved ({error.strerror}). Free some disk space and run "
                "`samewave train` again; the model in force stays.",
                detail=str(error),
            ) from error
        await asyncio.to_thread(self._catalogues.tidy, {digest})
        return name


def _train(
    folder: Path, file: Path | None, clusters: int | None, seed: int, fingerprint: str, progress: Progress
) -> str:
    progress("Reading the catalogue", 0.0)
    tracks, rows = read_labelled_songs(file)
    tracks = with_song_numbers(tracks)
    kinds, place = track_kinds(tracks), tracks.song_numbers
    versions = best_versions(tracks, kinds)
    # One copy on a Christmas album does not make a song a Christmas song.
    kinds = (kinds & ~np.uint16(Kind.SEASON)) | (kinds[versions.best][place] & np.uint16(Kind.SEASON))
    artists = artist_numbers(tracks)
    leads = np.array([artists[at][0] for at in versions.best.tolist()], dtype=np.int32)
    songs = replace(one_a_song(tracks, versions), leads=leads)
    model = train(songs, clusters=clusters, seed=seed, progress=progress)
    progress("Naming the clusters", 0.0)
    features = songs.columns.features
    scale = features.std(axis=0)
    explicit, unrated = tracks.ratings
    arrays = lay_out(
        model.cluster_centers_,
        rows=rows,
        clusters=model.labels_[place],
        songs=place,
        artists=artists,
        explicit=explicit,
        unrated=unrated,
        standing=versions.standing,
        kinds=kinds,
        popularity=versions.popularity,
        scaled=model.points_[place],
        profiles=model.embedding_.profiles_.of_artists(songs),
    )
    sizes = np.bincount(arrays.clusters, minlength=len(model.cluster_centers_)).tolist()
    profiles = tuple(
        replace(profile, size=sizes[profile.number])
        for profile in profile_clusters(songs, model.labels_, len(sizes))
    )
    progress("Laying out the map", 0.0)
    with threadpool_limits(limits=1):  # deterministic for a given model
        song_map = lay_out_map(arrays.scaled, arrays.clusters, model.cluster_centers_, profiles)
        backdrop = draw_backdrop(song_map, arrays.clusters)
    progress("Saving the model", 0.0)
    return write_bundle(
        folder,
        model,
        arrays,
        profiles,
        song_map,
        backdrop,
        mean=features.mean(axis=0),
        scale=np.where(scale > 0, scale, 1.0),
        fingerprint=fingerprint,
        quality={"songs": len(tracks), "clusters": len(profiles), "inertia": model.inertia_, "seed": seed},
        now=datetime.now(UTC),
    )
