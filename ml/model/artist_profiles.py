"""Learns what artists are known for: the labels their songs stand under, in a few numbers each."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer

from ml.arrays import Floats32, Labels
from ml.model.artists import lead_numbers
from ml.model.label_classifier import telling, usable_labels
from ml.songs import LabelledSongs

MOST_LABELS = 5_000
ALL_KINDS = 3


@dataclass(frozen=True)
class ProfileKind:
    """One part of a profile.

    Attributes:
        labels: the kinds of labels that it is made of.
        components: numbers at most.
        weight: of the part beside a sound that is placed by all three kinds of labels.
        own: share of a track's own labels in what its artist is known for, in a catalogue.
    """

    labels: tuple[str, ...]
    components: int
    weight: float
    own: float


KINDS = (ProfileKind(("genres", "subgenres"), 48, 0.65, 0.0), ProfileKind(("playlists",), 96, 0.5, 0.5))


@dataclass(frozen=True)
class ProfilePart:
    """One part of a profile, fitted.

    Attributes:
        kind: what it is made of.
        places: the column of each (kind of label, label).
        weight: of the part beside the sound.
        tfidf: the fitted `TfidfTransformer`.
        svd: the fitted `TruncatedSVD`.
    """

    kind: ProfileKind
    places: dict[tuple[str, str], int]
    weight: float
    tfidf: TfidfTransformer
    svd: TruncatedSVD

    def counts(self, songs: LabelledSongs) -> csr_matrix:
        """Which labels n tracks stand under, shape (n, labels)."""
        return _counts(songs, self.kind, self.places)

    def transform(self, counts: csr_matrix) -> Floats32:
        """This part of the profiles of n artists or tracks, shape (n, d); NaN where all counts are zero."""
        known = np.asarray(counts.sum(axis=1)).ravel() > 0.5  # differences of counts
        profiles = np.full((counts.shape[0], len(self.svd.components_)), np.nan, np.float32)
        if known.any():
            some = counts[known]
            some.eliminate_zeros()
            profiles[known] = self.weight * self.svd.transform(self.tfidf.transform(some))
        return profiles


class ArtistProfiles(BaseEstimator):
    """Latent semantic analysis of artists (Deerwester et al. 1990): tf-idf of the labels, truncated SVD.

    An artist is a document, the labels of the artist's tracks are its words. A track has the profile of its
    first artist.

    Args:
        random_state: of the decompositions.

    Attributes:
        parts_: one for each kind that the catalogue has at least two labels of.
    """

    parts_: list[ProfilePart]

    def __init__(self, random_state: int = 0) -> None:
        self.random_state = random_state

    def fit(self, songs: LabelledSongs, y: None = None) -> Self:
        """Learn from n tracks with labels.

        Args:
            songs: n tracks.
            y: not used; scikit-learn's contract has it.
        """
        of_artists = _of_artists(lead_numbers(songs))
        # Each kind of label lengthens the point by sound: beside more of them a profile must be longer.
        kinds = sum(len(usable_labels(getattr(songs, name))) > 1 for kind in KINDS for name in kind.labels)
        length = sqrt(kinds / ALL_KINDS)
        self.parts_ = []
        for kind in KINDS:
            names = [
                (name, label)
                for name in kind.labels
                for label in usable_labels(getattr(songs, name), MOST_LABELS)
            ]
            if len(names) < 2:
                continue
            places = {name: column for column, name in enumerate(names)}
            counts = of_artists @ _counts(songs, kind, places)
            tfidf = TfidfTransformer().fit(counts)
            svd = TruncatedSVD(min(kind.components, len(names)), random_state=self.random_state % 2**32)
            weight = kind.weight * length * telling(len(names))
            self.parts_.append(ProfilePart(kind, places, weight, tfidf, svd.fit(tfidf.transform(counts))))
        return self

    @property
    def dimensions(self) -> int:
        """How many numbers a profile has; none for a catalogue without labels."""
        return self.spans[-1].stop if self.parts_ else 0

    @property
    def spans(self) -> list[slice]:
        """The columns of each part of a profile."""
        ends = np.cumsum([0, *(len(part.svd.components_) for part in self.parts_)]).tolist()
        return [slice(start, end) for start, end in pairwise(ends)]

    def of_artists(self, songs: LabelledSongs) -> Floats32:
        """The profiles of the first artists of n tracks.

        Returns:
            shape (artists, p), in the order of `lead_numbers`; NaN where no label is known.
        """
        of_artists = _of_artists(lead_numbers(songs))
        parts = [part.transform(of_artists @ part.counts(songs)) for part in self.parts_]
        return _side_by_side(parts, of_artists.shape[0])

    def of_tracks(self, songs: LabelledSongs, *, own_labels: bool) -> Callable[[slice], Floats32]:
        """The profiles of the tracks of a catalogue.

        Args:
            songs: n tracks.
            own_labels: whether the labels of a track, and those of other versions of its song, count.

        Returns:
            a function from a part of the tracks to their profiles, shape (k, p); NaN where nothing is known.
        """
        leads, count = lead_numbers(songs), len(songs)
        artists = _of_artists(leads)
        numbers = songs.song_numbers.astype(np.int64)
        keys = leads * (numbers.max(initial=0) + 1) + numbers
        pairs = np.unique(keys, return_inverse=True)[1]
        same_song = _of_artists(pairs)
        counts = [part.counts(songs) for part in self.parts_]
        of_artists = [artists @ labels for labels in counts]
        of_songs = [same_song @ labels for labels in counts]
        known = self.of_artists(songs) if own_labels else None

        def of_part(some: slice) -> Floats32:
            rows = np.arange(count)[some]
            if known is None:
                others = [
                    part.transform(of_artist[leads[rows]] - of_song[pairs[rows]])
                    for part, of_artist, of_song in zip(self.parts_, of_artists, of_songs, strict=True)
                ]
                return _side_by_side(others, len(rows))
            profiles: Floats32 = known[leads[rows]]
            for part, labels, columns in zip(self.parts_, counts, self.spans, strict=True):
                if part.kind.own:
                    own = part.transform(labels[rows])
                    has = ~np.isnan(own[:, 0])
                    profiles[has, columns] += part.kind.own * (own[has] - profiles[has, columns])
            return profiles

        return of_part


def _side_by_side(parts: list[Floats32], count: int) -> Floats32:
    return np.concatenate([np.empty((count, 0), np.float32), *parts], axis=1)


def _of_artists(numbers: NDArray[np.integer]) -> csr_matrix:
    """The 0/1 matrix that sums rows of one number, shape (numbers, n)."""
    count = len(numbers)
    ones = np.ones(count, np.float32)
    return csr_matrix((ones, (numbers, np.arange(count))), shape=(int(numbers.max(initial=-1)) + 1, count))


def _counts(songs: LabelledSongs, kind: ProfileKind, places: dict[tuple[str, str], int]) -> csr_matrix:
    """Which labels n tracks stand under, shape (n, labels), 0 or 1."""
    return sum(
        (_indicator(getattr(songs, name), name, places, len(songs)) for name in kind.labels),
        start=csr_matrix((len(songs), len(places)), dtype=np.float32),
    )


def _indicator(labels: Labels, name: str, places: dict[tuple[str, str], int], count: int) -> csr_matrix:
    columns_of: dict[frozenset[str], list[int]] = {}  # few different sets
    ends, columns = [0], []
    for names in labels or [frozenset[str]()] * count:
        if names not in columns_of:
            columns_of[names] = sorted(places[name, label] for label in names if (name, label) in places)
        columns += columns_of[names]
        ends.append(len(columns))
    return csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(count, len(places)))
