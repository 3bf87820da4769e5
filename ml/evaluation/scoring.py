"""Scores per query: exact expectations over a method's draws, and five drawn songs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist
from scipy.stats import rankdata
from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler

from ml.arrays import Floats, Floats32, Rows
from ml.evaluation.methods import ANSWERS, Groups, Method
from ml.evaluation.protocol import EvaluationError
from ml.evaluation.songs import VersionIndex, rows_of_artists
from ml.songs import LabelledSongs

CHUNK = 200
"""Queries scored together; memory is CHUNK x candidates x 4 bytes per metric."""


@dataclass(frozen=True)
class Scores:
    """The scores of a method on a split.

    Attributes:
        values: per metric an array of shape (queries,); NaN where a query cannot be scored.
        picks: shape (queries, 5), the candidates drawn, in order.
    """

    values: dict[str, Floats]
    picks: Rows


def chances(groups: Groups, count: int, weights: Floats | None = None) -> tuple[Floats32, Floats32]:
    """Shape (count,) each: the chance to be the first pick, and the expected share of the five picks.

    Args:
        groups: rows, in the order in which they are drawn from.
        count: of all candidates.
        weights: how likely the rows at the front of what is left of a group are drawn; None is all alike.

    Raises:
        EvaluationError: the groups hold fewer than five songs.
    """
    first = np.zeros(count, np.float32)
    share = np.zeros(count, np.float32)
    front = groups[0][: None if weights is None else len(weights)]
    first[front] = (
        1.0 / len(front) if weights is None else weights[: len(front)] / weights[: len(front)].sum()
    )
    missing = ANSWERS
    for group in groups:
        taken = min(missing, len(group))
        alike = np.full(len(group), taken / len(group))
        share[group] = (alike if weights is None else _drawn(len(group), taken, weights)) / ANSWERS
        missing -= taken
        if not missing:
            return first, share
    raise EvaluationError("The table has too few songs to answer with five.")


def _drawn(size: int, draws: int, weights: Floats) -> Floats:
    """The chance of each of a group's songs to be drawn in so many draws without replacement, shape (size,).

    A song's rank among those left falls by one with each song before it that was drawn, so for each song the
    chances of how many of those were are carried along.
    """
    padded = np.zeros(size)
    padded[: len(weights)] = weights[:size]
    sums = np.concatenate([[0.0], np.cumsum(padded)])
    before = np.zeros((draws + 1, size))  # the chance that a song is left and so many before it were drawn
    before[0] = 1.0
    drawn = np.zeros(size)
    for done in range(draws):
        whole = sums[size - done]
        after = np.zeros_like(before)
        for gone in range(done + 1):
            rank = np.maximum(np.arange(size) - gone, 0)
            itself, nearer = padded[rank] / whole, sums[rank] / whole
            drawn += before[gone] * itself
            after[gone + 1] += before[gone] * nearer
            after[gone] += before[gone] * (1.0 - itself - nearer)
        before = after
    return drawn


def draw(groups: Groups, generator: np.random.Generator, weights: Floats | None = None) -> list[int]:
    """Five picks without replacement, group after group."""
    picks: list[int] = []
    for group in groups:
        left = group.tolist()
        while left and len(picks) < ANSWERS:
            if weights is None:
                picks.append(left.pop(int(generator.integers(len(left)))))
            else:
                sums = np.cumsum(weights[: len(left)])
                picks.append(left.pop(int(np.searchsorted(sums, generator.random() * sums[-1], "right"))))
    return picks


class Judge:
    """Scores methods by labels, artists, popularity and points of the held-out songs."""

    def __init__(self, songs: LabelledSongs, queries: Rows) -> None:
        self._count = len(songs)
        self._queries = queries
        self._labels: dict[str, Floats32] = {  # (n, labels), 0 or 1
            name: MultiLabelBinarizer().fit_transform(sets).astype(np.float32)
            for name, sets in (
                ("genre", songs.genres),
                ("subgenre", songs.subgenres),
                ("playlist", songs.playlists),
            )
            if any(sets)
        }
        self._of_artists = rows_of_artists(songs.artists)
        self._all_labels = np.hstack(list(self._labels.values()))
        self._popularity = _percentiles(songs.columns.popularity)
        self._points = StandardScaler().fit_transform(songs.columns.features)
        index = VersionIndex(songs)
        self._versions = [index.versions(query) for query in queries.tolist()]

    def score(self, methods: list[Method], *, seed: int, tick: Callable[[float], None]) -> dict[str, Scores]:
        """Score every method on every query; returns scores by the name of the method.

        Args:
            methods: the methods to compare.
            seed: the seed of the draws; each method has its own stream.
            tick: called with the fraction done, 0 to 1.
        """
        streams = [np.random.default_rng([seed, place]) for place in range(len(methods))]
        values: list[list[dict[str, Floats]]] = [[] for _ in methods]
        picks: list[list[list[int]]] = [[] for _ in methods]
        for start in range(0, len(self._queries), CHUNK):
            places = range(start, min(start + CHUNK, len(self._queries)))
            truths = self._truths(self._queries[places.start : places.stop])
            for method, stream, value, pick in zip(methods, streams, values, picks, strict=True):
                first = np.zeros((len(places), self._count), np.float32)
                share = np.zeros_like(first)
                for row, place in enumerate(places):
                    choices = [
                        variant(int(self._queries[place]), self._versions[place])
                        for variant in method.variants
                    ]
                    for groups in choices:
                        to_first, to_share = chances(groups, self._count, method.weights)
                        first[row] += to_first / len(choices)
                        share[row] += to_share / len(choices)
                    pick.append(draw(choices[place % len(choices)], stream, method.weights))
                value.append(_expectations(truths, first, share))
            tick(places.stop / len(self._queries))
        return {
            method.name: self._collect(value, np.array(pick))
            for method, value, pick in zip(methods, values, picks, strict=True)
        }

    def _truths(self, queries: Rows) -> dict[str, Floats32]:
        """The value of each candidate for each query per metric, shape (queries, n)."""
        truths: dict[str, Floats32] = {}
        for name, matrix in self._labels.items():
            truths[name] = (matrix[queries] @ matrix.T > 0).astype(np.float32)
        truths["artist"] = np.zeros((len(queries), self._count), np.float32)
        for row, query in enumerate(queries.tolist()):
            truths["artist"][row, self._of_artists[query]] = 1.0
        common = self._all_labels[queries] @ self._all_labels.T
        sizes = self._all_labels.sum(axis=1)
        truths["jaccard"] = common / np.maximum(sizes[queries][:, None] + sizes - common, 1.0)
        return truths

    def _collect(self, chunks: list[dict[str, Floats]], picks: Rows) -> Scores:
        values = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
        values["popularity_percentile"] = pd.DataFrame(self._popularity[picks]).mean(axis=1).to_numpy()
        values["intra_list_distance"] = np.array([pdist(self._points[row]).mean() for row in picks])
        for name, matrix in self._labels.items():
            unlabelled = matrix[self._queries].sum(axis=1) == 0
            for rank in ("@1", "@5"):
                values[name + rank][unlabelled] = np.nan
        return Scores(values, picks)


def _expectations(truths: dict[str, Floats32], first: Floats32, share: Floats32) -> dict[str, Floats]:
    values = {}
    for name, truth in truths.items():
        if name not in ("artist", "jaccard"):
            values[f"{name}@1"] = np.einsum("ij,ij->i", truth, first).astype(np.float64)
        values[f"{name}@5"] = np.einsum("ij,ij->i", truth, share).astype(np.float64)
    return values


def _percentiles(popularity: Floats) -> Floats:
    """The share of less popular songs, ties counted half; NaN where unknown."""
    known = int(np.count_nonzero(~np.isnan(popularity)))
    ranks: Floats = rankdata(popularity, nan_policy="omit")
    return (ranks - 0.5) / max(known, 1)
