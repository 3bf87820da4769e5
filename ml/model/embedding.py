"""The feature step: from a track's columns to the vector that the scaler is fed."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from ml.model.artist_context import ArtistContext, draw_together
from ml.model.artist_projection import ArtistProjection
from ml.model.inputs import SongInputs
from ml.model.label_classifier import LabelClassifier, usable_labels
from ml.songs import LabelledSongs, SongColumns

Floats = NDArray[np.float64]

Labels = Sequence[frozenset[str]]

DIMENSIONS = 48
NETWORKS = 3
SOUND_WEIGHT = 0.1
"""Weight of the rank-scaled nine features beside the chances; they keep the picks near in sound."""
LEARN_ROWS = 120_000
"""Classifiers and projections are fitted on a sample of so many tracks at most."""
PCA_ROWS = 50_000
"""The principal components are those of so many of these at most."""
CHUNK = 8_192


class Embedding:
    """Learns a space in which tracks that people put under the same labels are near each other.

    One ensemble of small networks per kind of label (genres, sub-genres, playlists) estimates how likely a
    track stands under each. The square roots of these chances, side by side, are the track's point: Euclidean
    distance is then the Hellinger distance of the posteriors (Bhattacharyya 1943). The nine features stand
    beside them with a small weight, so that of two equally likely songs the one that sounds nearer is nearer.
    A principal component analysis turns the point into at most 48 numbers that keep nearly all distance.

    A catalogue without labels is embedded by a projection that keeps an artist's songs together.
    """

    def fit(
        self, songs: LabelledSongs, *, seed: int, tick: Callable[[float], None] | None = None
    ) -> "Embedding":
        """Learn everything the feature step needs.

        Args:
            songs: n tracks; labels, years and durations where known.
            seed: of every random choice.
            tick: told the fraction done, 0 to 1.
        """
        tell = tick or (lambda fraction: None)
        rows = np.arange(len(songs))
        if len(rows) > LEARN_ROWS:
            rows = np.random.default_rng(seed).choice(len(rows), LEARN_ROWS, replace=False)
        chosen = rows.tolist()
        columns = songs.columns.take(rows)
        artists = first_artist_numbers([songs.artists[row] for row in chosen])
        self.inputs = SongInputs().fit(columns)
        inputs = self.inputs.transform(columns)
        kinds = []
        self.kinds: list[int] = []
        for kind, labels in enumerate(_kinds(songs)):
            picked = [labels[row] for row in chosen] if labels else []
            if len(usable_labels(picked)) > 1:
                kinds.append(picked)
                self.kinds.append(kind)

        def part(number: int) -> Callable[[float], None]:
            return lambda done: tell((number + done) / len(kinds))

        self.classifiers = []
        for number, picked in enumerate(kinds):
            self.classifiers.append(
                LabelClassifier().fit(
                    inputs,
                    picked,
                    artists,
                    optional=self.inputs.optional,
                    networks=NETWORKS,
                    seed=seed,
                    tick=part(number),
                )
            )
        self.projection = None if kinds else ArtistProjection().fit(inputs, artists)
        wide = self._wide(columns.take(slice(PCA_ROWS)))
        pca = PCA(min(DIMENSIONS, *wide.shape), svd_solver="covariance_eigh").fit(wide)
        self._mean, self._turn = pca.mean_, np.ascontiguousarray(pca.components_.T)
        tell(1.0)
        return self

    def transform(self, columns: SongColumns, context: ArtistContext | None = None) -> Floats:
        """Map n tracks to shape (n, d), float64, never NaN.

        Args:
            columns: n tracks; only the nine features are needed.
            context: of the same n tracks, where other tracks by their artists are known (see `context_of`).
        """
        points = np.empty((len(columns), self._turn.shape[1]))
        for start in range(0, len(columns), CHUNK):
            part = slice(start, start + CHUNK)
            points[part] = (self._wide(columns.take(part)) - self._mean) @ self._turn
        return points if context is None else context.blend(points)

    def transform_catalogue(self, songs: LabelledSongs, *, own_labels: bool) -> Floats:
        """Map n tracks, each with the others by its artists as its context, to shape (n, d).

        Args:
            own_labels: whether the labels a track is known by count beside what its sound tells. They must
                not where the labels are what is to be predicted.
        """
        points = np.empty((len(songs), self._turn.shape[1]))
        for start in range(0, len(songs), CHUNK):
            part = slice(start, start + CHUNK)
            labels = [kind[part] for kind in _kinds(songs)] if own_labels else None
            points[part] = (self._wide(songs.columns.take(part), labels) - self._mean) @ self._turn
        draw_together(points, songs.artists)
        return points

    def context_of(self, others: SongColumns) -> ArtistContext:
        """The context of one track, from the other tracks by its artists."""
        points = self.transform(others)
        return ArtistContext(points.mean(axis=0, keepdims=True), np.array([float(len(points))]))

    def _wide(self, columns: SongColumns, labels: Sequence[Labels] | None = None) -> Floats:
        inputs = self.inputs.transform(columns)
        if self.projection is not None:
            return self.projection.transform(inputs)
        chances = [classifier.posterior(inputs) for classifier in self.classifiers]
        if labels is not None:
            chances = [
                classifier.believe(chance, labels[kind]) if labels[kind] else chance
                for classifier, chance, kind in zip(self.classifiers, chances, self.kinds, strict=True)
            ]
        sound = SOUND_WEIGHT * inputs[:, self.inputs.ranked]
        return np.concatenate([*(np.sqrt(chance) for chance in chances), sound], axis=1, dtype=np.float64)


def _kinds(songs: LabelledSongs) -> tuple[Labels, ...]:
    return songs.playlists, songs.subgenres, songs.genres


def first_artist_numbers(artists: Sequence[tuple[str, ...]]) -> NDArray[np.intp]:
    """Shape (n,): equal for tracks of one first artist (case-folded); a track without artists is alone."""
    numbers: dict[str | int, int] = {}
    return np.array(
        [
            numbers.setdefault(names[0].casefold().strip() if names else row, len(numbers))
            for row, names in enumerate(artists)
        ],
        dtype=np.intp,
    )
