"""Learns the feature step: from a track's columns to the vector that the scaler is fed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.preprocessing import QuantileTransformer, StandardScaler

from ml.arrays import Floats, Floats32, Labels, Rows
from ml.model.artist_profiles import ArtistProfiles
from ml.model.artist_projection import ArtistProjection
from ml.model.artists import draw_together, first_artist_numbers, lead_numbers
from ml.model.export import served_pca, served_quantiles, served_regressions, served_scaler
from ml.model.label_classifier import LabelClassifier, usable_labels
from ml.serving.artist_context import ArtistContext
from ml.serving.feature_step import CHUNK, FeatureStep, ProfileStep, side_by_side
from ml.serving.song_inputs import OPTIONAL, SongInputs, quantities, ranked
from ml.songs import LabelledSongs, SongColumns

DIMENSIONS = 48
WITH_PROFILES = 64
"""Dimensions where artists' profiles stand beside the sound."""
QUANTILES = 65
LEARN_ROWS = 120_000
"""Classifiers and projections are fitted on a sample of so many tracks at most."""
PCA_ROWS = 50_000
"""The principal components are computed from at most so many of these."""


class Embedding(TransformerMixin, BaseEstimator):
    """Learns a space in which tracks that people put under the same labels are near each other.

    One ensemble of small networks per kind of label (genres, sub-genres, playlists) estimates how likely a
    track stands under each. The square roots of these chances, side by side, are the track's point: Euclidean
    distance is then the Hellinger distance of the posteriors (Bhattacharyya 1943). The nine features stand
    beside them with a small weight, so that of two equally likely songs the one that sounds nearer is nearer.
    A principal component analysis turns the point into at most 48 numbers that keep nearly all distance.

    Beside the point stands the profile of the track's first artist (`ArtistProfiles`), or the one that a
    ridge regression expects from the point; a second principal component analysis keeps at most 64 numbers.

    A catalogue without labels is embedded by a projection that keeps an artist's songs together.

    Args:
        random_state: of every random choice.

    Attributes:
        standard_, quantiles_: the scalers of the inputs.
        kinds_: which kinds of labels are learned from: 0 playlists, 1 sub-genres, 2 genres.
        classifiers_: one `LabelClassifier` for each.
        projection_: the `ArtistProjection` where there are none, else None.
        pca_: the fitted `sklearn.decomposition.PCA`.
        profiles_: the fitted `ArtistProfiles`.
        regressions_: a `Ridge` from point to profile for each part of it, where there are labels.
        joint_pca_: the `PCA` of both side by side, where there are labels.
        feature_step_: the same for serving.
    """

    def __init__(self, random_state: int = 0) -> None:
        self.random_state = random_state

    def fit(
        self, songs: LabelledSongs, y: None = None, *, tick: Callable[[float], None] = lambda done: None
    ) -> Self:
        """Learn everything the feature step needs.

        Args:
            songs: n tracks; labels, years and durations where known.
            y: not used; scikit-learn's contract has it.
            tick: called with the fraction done, 0 to 1.
        """
        rows = np.arange(len(songs))
        if len(rows) > LEARN_ROWS:
            rows = np.random.default_rng(self.random_state).choice(len(rows), LEARN_ROWS, replace=False)
        sample = songs.take(rows)
        artists = first_artist_numbers(sample.artists)
        inputs = self._fit_inputs(sample.columns)
        laid_out = inputs.transform(sample.columns)
        self.kinds_: list[int] = []
        self.classifiers_: list[LabelClassifier] = []
        usable = []
        for kind, labels in enumerate(_kinds(sample)):
            if len(usable_labels(labels)) > 1:
                self.kinds_.append(kind)
                usable.append(labels)
        for number, labels in enumerate(usable):

            def went_on(done: float, number: int = number) -> None:
                tick((number + done) / len(usable))

            classifier = LabelClassifier(self.random_state)
            self.classifiers_.append(
                classifier.fit(laid_out, labels, artists=artists, optional=OPTIONAL, tick=went_on)
            )
        self.projection_ = None if usable else ArtistProjection().fit(laid_out, artists)
        self._fit_components(inputs, laid_out[:PCA_ROWS])
        self._fit_profiles(songs, rows[:PCA_ROWS])
        tick(1.0)
        return self

    def _fit_inputs(self, columns: SongColumns) -> SongInputs:
        values = quantities(columns)
        unknown = np.isnan(values).all(axis=0)
        values[:, unknown] = 0.0  # a column of NaN cannot be fitted; nothing will be known to scale
        self.standard_ = StandardScaler().fit(values)
        knots = min(QUANTILES, len(values))
        self.quantiles_ = QuantileTransformer(n_quantiles=knots, subsample=None).fit(ranked(values))
        return SongInputs(served_scaler(self.standard_), served_quantiles(self.quantiles_))

    def _fit_components(self, inputs: SongInputs, laid_out: Floats32) -> None:
        wide = self._wide(laid_out, None)
        self.pca_ = PCA(min(DIMENSIONS, *wide.shape), svd_solver="covariance_eigh").fit(wide)
        self.feature_step_ = FeatureStep(
            inputs,
            tuple(classifier.networks_ for classifier in self.classifiers_),
            None if self.projection_ is None else self.projection_.projection_,
            served_pca(self.pca_),
        )

    def _fit_profiles(self, songs: LabelledSongs, rows: Rows) -> None:
        self.profiles_ = ArtistProfiles(self.random_state).fit(songs)
        if not self.profiles_.dimensions:
            return
        points = self.feature_step_.by_sound(songs.columns.take(rows))
        draw_together(points, [songs.artists[row] for row in rows.tolist()])
        profiles = self.profiles_.of_artists(songs)[lead_numbers(songs)[rows]].astype(np.float64)
        self.regressions_ = []
        for span in self.profiles_.spans:
            unknown = np.isnan(profiles[:, span.start])
            if unknown.all():  # no artist with a known profile is in the sample
                profiles[:, span], unknown = 0.0, np.zeros(len(points), np.bool_)
            regression = Ridge().fit(points[~unknown], profiles[~unknown, span])
            if unknown.any():
                profiles[unknown, span] = regression.predict(points[unknown])
            self.regressions_.append(regression)
        beside = np.concatenate([points, profiles], axis=1)
        self.joint_pca_ = PCA(min(WITH_PROFILES, *beside.shape), svd_solver="covariance_eigh").fit(beside)
        step = ProfileStep(served_regressions(self.regressions_), served_pca(self.joint_pca_))
        self.feature_step_ = replace(self.feature_step_, profiles=step)

    def transform(self, columns: SongColumns, context: ArtistContext | None = None) -> Floats:
        """Map n tracks to shape (n, d): see `FeatureStep.transform`."""
        return self.feature_step_.transform(columns, context)

    def transform_catalogue(self, songs: LabelledSongs, *, own_labels: bool) -> Floats:
        """Map n tracks, each with the others by its artists as its context, to shape (n, d).

        Args:
            own_labels: whether the labels a track is known by count beside what its sound tells. They must
                not where the labels are what is to be predicted.
        """
        step = self.feature_step_
        points = np.empty((len(songs), step.components.directions.shape[1]))
        for start in range(0, len(songs), CHUNK):
            part = slice(start, start + CHUNK)
            laid_out = step.inputs.transform(songs.columns.take(part))
            labels = [kind[part] for kind in _kinds(songs)] if own_labels else None
            points[part] = step.components.transform(self._wide(laid_out, labels))
        draw_together(points, songs.artists)
        if step.profiles is None:
            return points
        profiles = self.profiles_.of_tracks(songs, own_labels=own_labels)
        placed = np.empty((len(songs), step.dimensions))
        for start in range(0, len(songs), CHUNK):
            part = slice(start, start + CHUNK)
            placed[part] = step.profiles.transform(points[part], profiles(part))
        return placed

    def _wide(self, laid_out: Floats32, labels: Sequence[Labels] | None) -> Floats:
        """The input of the PCA: as in `FeatureStep`, with the tracks' own labels if they are given."""
        if self.projection_ is not None:
            return self.projection_.transform(laid_out)
        chances = [classifier.predict_proba(laid_out) for classifier in self.classifiers_]
        if labels is not None:
            chances = [
                classifier.believe(chance, labels[kind]) if labels[kind] else chance
                for classifier, chance, kind in zip(self.classifiers_, chances, self.kinds_, strict=True)
            ]
        return side_by_side(chances, laid_out)


def _kinds(songs: LabelledSongs) -> tuple[Labels, ...]:
    return songs.playlists, songs.subgenres, songs.genres
