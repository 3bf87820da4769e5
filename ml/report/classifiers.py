"""Measures how well classifiers recover a song's cluster from its nine features."""

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from ml.arrays import Floats, Rows
from ml.evaluation.songs import bare_artists
from ml.report.phrases import plural
from ml.report.scalers import Choice, scaler_of

FOLDS = 3
BASELINE = "always the commonest"


class UnfitForTraining(ValueError):
    """There are too few groups or artists to hold some out; the message is for people."""


@dataclass(frozen=True)
class ClassifierScore:
    """The scores of a classifier over all folds.

    Attributes:
        name: of the classifier.
        accuracy: share of held-out songs put into their group.
        macro_f1: F1 averaged over the groups, each counting the same.
        lowest, highest: accuracy of the worst and the best fold.
        fit_seconds: mean time of one fit, preprocessing included.
        failure: why there are no scores, for people; empty if there are.
    """

    name: str
    accuracy: float = 0.0
    macro_f1: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0
    fit_seconds: float = 0.0
    failure: str = ""


@dataclass(frozen=True)
class Recovery:
    """All classifiers on the same folds.

    Attributes:
        scores: the most accurate first, those that failed last.
        groups: names of the groups.
        confusion: of the best classifier; rows: true group, columns: predicted group, counts of songs.
        rows: songs used.
        by_chance: accuracy of always predicting the most common group.
    """

    scores: Sequence[ClassifierScore]
    groups: Sequence[str]
    confusion: Sequence[Sequence[int]]
    rows: int
    by_chance: float


@dataclass(frozen=True)
class _Prepared:
    """The scaled features of a fold, the same for all classifiers, and how long fitting the scalers took."""

    training: Floats
    held_out: Floats
    seconds: float


def classifiers(seed: int, rows: int) -> dict[str, ClassifierMixin]:
    """New classifiers by name, for a minimum number of training rows."""
    return {
        "k-nearest neighbours": KNeighborsClassifier(max(1, min(25, rows // 4))),
        "MLP": MLPClassifier((64,), alpha=1e-3, max_iter=60, random_state=seed),
        "SVC": SVC(),
        "AdaBoost": AdaBoostClassifier(
            DecisionTreeClassifier(max_depth=3), n_estimators=60, random_state=seed
        ),
        "decision tree": DecisionTreeClassifier(min_samples_leaf=10, random_state=seed),
        "naive Bayes": GaussianNB(),
        "random forest": RandomForestClassifier(100, min_samples_leaf=3, random_state=seed),
        "QDA": QuadraticDiscriminantAnalysis(reg_param=0.1),
        BASELINE: DummyClassifier(),
    }


def recover_groups(
    features: Floats,
    labels: Rows,
    artists: Sequence[tuple[str, ...]],
    groups: Sequence[str],
    scalers: Sequence[Choice],
    *,
    seed: int,
    tick: Callable[[float], None] = lambda done: None,
) -> Recovery:
    """Cross-validate every classifier with artists held out.

    Args:
        features: shape (m, 9), as measured.
        labels: shape (m,), the group of each song.
        artists: m tuples of names; no artist is on both sides of a fold.
        groups: names of the groups.
        scalers: for each feature the scaler that suits it, fitted inside each fold.
        seed: of the folds and the classifiers.
        tick: called with the fraction done, 0 to 1.

    Raises:
        UnfitForTraining: fewer than two groups, or too few artists.
    """
    folds = list(artist_folds(labels, artists, seed=seed))
    varying = [i for i, choice in enumerate(scalers) if choice != "none"]
    if not varying:
        raise UnfitForTraining("No feature varies, so nothing can be recovered from them.")
    fewest = min(len(training) for training, _ in folds)
    prepared = [_prepare(features, fold, scalers, varying, seed) for fold in folds]
    names = list(classifiers(seed, fewest))
    answers: dict[str, Rows] = {}
    scores = []
    for done, name in enumerate(names):
        answered = np.full(len(labels), -1)
        seconds, failure = [], ""
        for (training, held_out), fold in zip(folds, prepared, strict=True):
            classifier = classifiers(seed, fewest)[name]
            started = time.perf_counter()
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # an MLP stopped early, a group absent from a fold
                    classifier.fit(fold.training, labels[training])
                    seconds.append(fold.seconds + time.perf_counter() - started)
                    answered[held_out] = classifier.predict(fold.held_out)
            except (ValueError, np.linalg.LinAlgError):
                failure = "too few songs in a group to fit it"
                break
        answers[name] = answered
        scores.append(_score(name, labels, answered, folds, seconds, failure))
        tick((done + 1) / len(names))
    [chance] = [score for score in scores if score.name == BASELINE]
    ranked = sorted(scores, key=lambda score: (bool(score.failure), -score.accuracy, score.name))
    matrix = confusion_matrix(labels, answers[ranked[0].name], labels=range(len(groups)))
    return Recovery(ranked, groups, matrix.tolist(), len(labels), chance.accuracy)


def _prepare(
    features: Floats, fold: tuple[Rows, Rows], scalers: Sequence[Choice], varying: Sequence[int], seed: int
) -> _Prepared:
    training, held_out = fold
    preprocessing = ColumnTransformer(
        [(str(i), scaler_of(scalers[i], rows=len(training), seed=seed), [i]) for i in varying]
    )
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a feature that is constant in one fold
        scaled = preprocessing.fit_transform(features[training])
        seconds = time.perf_counter() - started
        return _Prepared(scaled, preprocessing.transform(features[held_out]), seconds)


def artist_folds(
    labels: Rows, artists: Sequence[tuple[str, ...]], *, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    """Three folds by first artist; a training song that shares any artist with a held-out song is dropped.

    A song without artists counts as one by an artist of its own.

    Raises:
        UnfitForTraining: fewer than two groups, or too few artists.
    """
    if len(np.unique(labels)) < 2:
        raise UnfitForTraining("All songs are in one group, so there is nothing to tell apart.")
    names = [bare_artists(credited) or (f"\0{row}",) for row, credited in enumerate(artists)]
    leads = np.unique([own[0] for own in names], return_inverse=True)[1].ravel()
    if leads.max() + 1 < 2 * FOLDS:
        raise UnfitForTraining(
            f"The songs are by {plural(int(leads.max()) + 1, 'artist')}; at least {2 * FOLDS} are needed to "
            "hold some out."
        )
    if np.bincount(labels).max() < FOLDS:
        raise UnfitForTraining("Every group has too few songs to hold some of them out.")
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a group with fewer songs than folds
        splits = list(splitter.split(leads, labels, leads))
    for training, held_out in splits:
        known = {name for row in held_out.tolist() for name in names[row]}
        apart = [row for row in training.tolist() if known.isdisjoint(names[row])]
        if not apart or not len(held_out):
            raise UnfitForTraining("The artists share too many songs to hold some of them out.")
        yield np.array(apart, dtype=np.intp), held_out


def _score(
    name: str,
    labels: Rows,
    answered: Rows,
    folds: Sequence[tuple[Rows, Rows]],
    seconds: Sequence[float],
    failure: str,
) -> ClassifierScore:
    if failure:
        return ClassifierScore(name, failure=failure)
    each = [float(accuracy_score(labels[held_out], answered[held_out])) for _, held_out in folds]
    return ClassifierScore(
        name=name,
        accuracy=float(accuracy_score(labels, answered)),
        macro_f1=float(f1_score(labels, answered, average="macro", zero_division=0.0)),
        lowest=min(each),
        highest=max(each),
        fit_seconds=float(np.mean(seconds)),
    )
