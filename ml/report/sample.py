"""The rows used by expensive sections: all of a small catalogue, a seeded sample of a large one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats, Rows
from ml.model.cluster_model import ClusterModel
from ml.model.training import FEWEST_SONGS
from ml.songs import LabelledSongs

MOST_ROWS = 20_000


class ReportError(ValueError):
    """No report can be made of the catalogue; the message is for people."""


@dataclass(frozen=True)
class Sample:
    """A sample of tracks with their features and points.

    Attributes:
        songs: the m tracks, in the order of the catalogue.
        total: tracks in the catalogue, n >= m.
        features: shape (m, 9), as measured.
        scaled: shape (m, d), the model's scaled space.
        labels: shape (m,), the model's clusters.
        sizes: shape (k,), the number of tracks per cluster, of all n.
        seed: the seed of further draws.
    """

    songs: LabelledSongs
    total: int
    features: Floats
    scaled: Floats
    labels: NDArray[np.int32]
    sizes: NDArray[np.int64]
    seed: int

    def __len__(self) -> int:
        return len(self.songs)

    @property
    def note(self) -> str:
        """A note on the sample; empty if it is the whole catalogue."""
        if len(self) == self.total:
            return ""
        return f"Measured on {len(self):,} of the {self.total:,} tracks, drawn with seed {self.seed}."

    def part(self, most: int, *, salt: int) -> Rows:
        """Ascending positions of at most `most` random tracks; the draw depends on seed and salt."""
        if len(self) <= most:
            return np.arange(len(self))
        return np.sort(np.random.default_rng([self.seed, salt]).choice(len(self), most, replace=False))


def draw_sample(songs: LabelledSongs, model: ClusterModel, *, seed: int, most: int = MOST_ROWS) -> Sample:
    """Compute the points of the catalogue and draw a sample.

    Raises:
        ReportError: fewer tracks than a model needs.
    """
    count = len(songs)
    if count < FEWEST_SONGS:
        raise ReportError(
            f"The catalogue has {count} songs; at least {FEWEST_SONGS} are needed to make a report."
        )
    rows = np.arange(count)
    if count > most:
        rows = np.sort(np.random.default_rng([seed, 1]).choice(count, most, replace=False))
    everything = model.transform_catalogue(songs, own_labels=True)
    labels = model.served().kmeans.predict(everything)
    return Sample(
        songs=songs.take(rows),
        total=count,
        features=songs.columns.features[rows],
        scaled=everything[rows].astype(np.float64),
        labels=labels[rows],
        sizes=np.bincount(labels, minlength=len(model.cluster_centers_)).astype(np.int64),
        seed=seed,
    )
