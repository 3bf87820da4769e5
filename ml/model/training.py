"""Trains a cluster model on a catalogue."""

import numpy as np

from ml.model.cluster_model import ClusterModel, Progress
from ml.songs import LabelledSongs

FEWEST_SONGS = 20


class TrainingError(ValueError):
    """The catalogue cannot be used for training; the message is for people."""


def train(
    songs: LabelledSongs, *, clusters: int | None, seed: int, progress: Progress | None = None
) -> ClusterModel:
    """Train a cluster model on a catalogue.

    Args:
        songs: n tracks; labels, years and durations where known.
        clusters: how many clusters; None lets it grow with the catalogue.
        seed: of every random choice; the same seed gives the same model to the last digit.
        progress: called with a stage in words and the fraction done, 0 to 1.

    Raises:
        TrainingError: too few songs, or songs that do not differ.
    """
    count = len(songs)
    if count < FEWEST_SONGS:
        raise TrainingError(
            f"The catalogue has {count} songs; at least {FEWEST_SONGS} are needed to train a model."
        )
    if clusters is not None and not 1 <= clusters <= count:
        raise TrainingError(f"{clusters} clusters cannot be made of {count} songs; choose 1 to {count}.")
    if len(np.unique(songs.columns.features, axis=0)) == 1:
        raise TrainingError(
            "All songs of the catalogue have the same audio features, so nothing can be learned."
        )
    return ClusterModel(clusters, seed).fit(songs, progress=progress)
