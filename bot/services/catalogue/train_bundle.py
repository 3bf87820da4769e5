"""The work of a training: songs and their versions, the clusters, the map, the files.

Imports scikit-learn: import this module only when a model is trained.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bot.domain.errors import ModelUnavailable
from bot.domain.kinds import Kind
from bot.services.catalogue.song_numbers import artist_numbers, track_kinds, with_song_numbers
from bot.storage.catalogue.training_rows import read_labelled_songs
from ml.model.cluster_profiles import profile_clusters
from ml.model.map_backdrop import draw_backdrop
from ml.model.saving import write_bundle
from ml.model.song_map import lay_out_map
from ml.model.training import TrainingError, train
from ml.model.versions import best_versions, one_a_song
from ml.serving.catalogue_arrays import lay_out

Progress = Callable[[str, float], None]


def train_bundle(
    folder: Path, file: Path | None, clusters: int | None, seed: int, fingerprint: str, progress: Progress
) -> str:
    """Train on a catalogue's file; returns the name of the bundle, which is then in force.

    Raises:
        ModelUnavailable: the catalogue cannot be trained on, with the reason.
    """
    tracks, rows = read_labelled_songs(file)
    tracks = with_song_numbers(tracks)
    kinds, place = track_kinds(tracks), tracks.song_numbers
    versions = best_versions(tracks, kinds)
    # One copy on a Christmas album does not make a song a Christmas song.
    kinds = (kinds & ~np.uint16(Kind.SEASON)) | (kinds[versions.best][place] & np.uint16(Kind.SEASON))
    artists = artist_numbers(tracks)
    leads = np.array([artists[at][0] for at in versions.best.tolist()], dtype=np.int32)
    songs = replace(one_a_song(tracks, versions), leads=leads)
    try:
        model = train(songs, clusters=clusters, seed=seed, progress=progress)
    except TrainingError as error:
        raise ModelUnavailable(str(error)) from error
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
