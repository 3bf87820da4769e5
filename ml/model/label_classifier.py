"""Estimates the probability of each label of a track with a small ensemble of scikit-learn networks."""

from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy
from itertools import chain
from math import log
from typing import Self

import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neural_network import MLPClassifier

from ml.arrays import Floats32, Rows
from ml.model.export import served_networks
from ml.serving.estimators import FittedNetworks

Weights = list[Floats32]

HIDDEN = (128, 64)
WEIGHT_DECAY = 1e-3
LEARNING_RATE = 4e-3
BATCH, LARGE_BATCH = 200, 512
"""Tracks per step; the larger batch is for more than `LARGE` tracks."""
NETWORKS, LARGE_NETWORKS = 3, 2
"""Networks per ensemble; with more tracks, a further network adds less."""
LARGE = 50_000
MOMENTUM = 0.8
"""The share of the earlier epochs in the running mean of the weights."""
EPOCHS = 40
PATIENCE = 3
VALIDATION = 0.1
FEWEST_PER_LABEL = 5
MOST_LABELS = 500
OWN_LABELS = 0.7
TELLING = 48
"""With fewer labels, each one counts less."""


class LabelClassifier(ClassifierMixin, BaseEstimator):
    """A mean of `MLPClassifier` posteriors over the labels of one kind (genres, sub-genres or playlists).

    What serves of each network is a running mean of its weights over the epochs (Polyak and Juditsky 1992):
    with a high learning rate it is found sooner than good weights are with a low one, and is better.

    Early stopping uses the likelihood on a held-out tenth of the *artists*: rows of one artist are similar,
    so a split by rows would stop too late. A track with several labels has its weight shared among them. In
    every epoch some optional inputs of some tracks are hidden, so that tracks without them are supported.

    The networks are fitted in parallel, one per core; the result does not depend on the number of cores.

    Args:
        random_state: of weights, folds and hidden inputs.

    Attributes:
        classes_: the m labels it tells apart, those of at least five tracks, sorted.
        networks_: the fitted networks, as they are served.
    """

    def __init__(self, random_state: int = 0) -> None:
        self.random_state = random_state

    classes_: tuple[str, ...]
    networks_: FittedNetworks

    def fit(
        self,
        inputs: Floats32,
        labels: Sequence[frozenset[str]],
        *,
        artists: Rows,
        optional: Sequence[slice],
        tick: Callable[[float], None] = lambda done: None,
    ) -> Self:
        """Fit the networks.

        Args:
            inputs: shape (n, p).
            labels: n label sets, some empty.
            artists: shape (n,), a number for each track's first artist.
            optional: spans of inputs that may be unknown.
            tick: called with the fraction done, 0 to 1.
        """
        self.classes_ = usable_labels(labels)
        place = {label: column for column, label in enumerate(self.classes_)}
        pairs = [
            (row, place[name]) for row, names in enumerate(labels) for name in sorted(names) if name in place
        ]
        rows, targets = np.array(pairs, dtype=np.intp).T
        weights = (1.0 / np.bincount(rows, minlength=len(labels))[rows]).astype(np.float32)
        everyone = int(artists.max()) + 1
        folds = np.random.default_rng([self.random_state, 1]).permutation(everyone) / everyone
        fold_of = folds[artists[rows]]
        count = NETWORKS if len(rows) <= LARGE else LARGE_NETWORKS
        done = [0.0] * count

        def fit_one(number: int) -> MLPClassifier:
            start = number * VALIDATION
            validation = (fold_of >= start) & (fold_of < start + VALIDATION)
            if validation.all() or not validation.any():
                validation = np.zeros(len(rows), np.bool_)

            def went_on(share: float) -> None:
                done[number] = share
                tick(sum(done) / count)

            seed = self.random_state * 1_000 + number
            return _fit_network(
                inputs, rows, targets, weights, validation, len(self.classes_), optional, seed, went_on
            )

        together = Parallel(n_jobs=min(count, cpu_count()), prefer="threads")
        fitted = together(delayed(fit_one)(number) for number in range(count))
        self.networks_ = served_networks(fitted)
        return self

    def predict_proba(self, inputs: Floats32) -> Floats32:
        """The mean posterior of n tracks, shape (n, m), rows summing to 1."""
        return self.networks_.predict_proba(inputs)

    def believe(self, chances: Floats32, labels: Sequence[frozenset[str]]) -> Floats32:
        """Mix the labels that tracks are known to stand under into their posteriors.

        A rock song that sounds like folk lies between the two, nearer to rock. Tracks without known labels
        keep their posterior.

        Args:
            chances: shape (n, m), from `predict_proba`.
            labels: n label sets.
        """
        place = {label: column for column, label in enumerate(self.classes_)}
        mixed, own = chances.copy(), OWN_LABELS * telling(len(place))
        for row, names in enumerate(labels):
            if columns := [place[name] for name in names if name in place]:
                mixed[row] *= 1.0 - own
                mixed[row, columns] += own / len(columns)
        return mixed


def telling(labels: int) -> float:
    """The information of one of so many labels, relative to that of one of 48; 0 to 1.

    One of six genres says little about a song: the space must not fall apart into six islands.
    """
    return min(1.0, log(max(labels, 1)) / log(TELLING))


def usable_labels(labels: Sequence[frozenset[str]], most: int = MOST_LABELS) -> tuple[str, ...]:
    """The most common labels with at least five tracks, sorted."""
    counts = Counter(chain.from_iterable(labels))
    common = sorted((-count, name) for name, count in counts.items() if count >= FEWEST_PER_LABEL)
    return tuple(sorted(name for _, name in common[:most]))


def _fit_network(
    inputs: Floats32,
    rows: Rows,
    targets: Rows,
    weights: Floats32,
    validation: NDArray[np.bool_],
    classes: int,
    optional: Sequence[slice],
    seed: int,
    tick: Callable[[float], None],
) -> MLPClassifier:
    generator = np.random.default_rng(seed)
    learn = np.flatnonzero(~validation)
    judged = np.flatnonzero(validation) if validation.any() else learn
    network = MLPClassifier(
        HIDDEN,
        alpha=WEIGHT_DECAY,
        batch_size=min(len(learn), BATCH if len(learn) <= LARGE else LARGE_BATCH),
        learning_rate_init=LEARNING_RATE,
        random_state=seed % 2**32,
    )
    mean: Weights = []
    best: Weights = []
    best_loss, waited = np.inf, 0
    for epoch in range(EPOCHS):
        tick(epoch / EPOCHS)
        order = generator.permutation(learn)
        seen = hide(inputs[rows[order]], optional, generator)
        network.partial_fit(seen, targets[order], classes=np.arange(classes), sample_weight=weights[order])
        now = [*network.coefs_, *network.intercepts_]
        mean = [
            MOMENTUM * before + (1.0 - MOMENTUM) * layer
            for before, layer in zip(mean or now, now, strict=True)
        ]
        loss = _loss(_with_weights(network, mean), inputs[rows[judged]], targets[judged], weights[judged])
        if loss < best_loss - 1e-4:
            best, best_loss, waited = mean, loss, 0
        elif (waited := waited + 1) >= PATIENCE:
            break
    tick(1.0)
    return _with_weights(network, best)


def _with_weights(network: MLPClassifier, weights: Weights) -> MLPClassifier:
    """A network of the same shape with these weights and biases."""
    other = copy(network)
    depth = len(network.coefs_)
    other.coefs_, other.intercepts_ = weights[:depth], weights[depth:]
    return other


def _loss(network: MLPClassifier, inputs: Floats32, targets: Rows, weights: Floats32) -> float:
    chances = network.predict_proba(inputs)[np.arange(len(targets)), targets]
    return float(-np.average(np.log(np.maximum(chances, 1e-9)), weights=weights))


def hide(inputs: Floats32, optional: Sequence[slice], generator: np.random.Generator) -> Floats32:
    """A copy in which half of the rows lose each optional span with probability one half."""
    hidden = inputs.copy()
    touched = generator.random(len(inputs)) < 0.5
    for span in optional:
        lost = touched & (generator.random(len(inputs)) < 0.5)
        hidden[lost, span] = 0.0
    return hidden
