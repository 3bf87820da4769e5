"""The pick itself, against the way of a notebook."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from bench.figure import Figure
from bench.state import offline_settings
from ml.bundle import current_bundle, read_bundle
from ml.features import FEATURE_NAMES
from ml.recommender import Excluded, Recommender

ROUNDS = 7
TIMES = 300


def pick_speed(state: Path) -> Iterator[Figure]:
    """A known song to a random song of its cluster: ours, and pandas + scikit-learn on one row."""
    settings = offline_settings(state)
    name = current_bundle(settings.models)
    if name is None:
        raise SystemExit("there is no model to measure")
    recommender = Recommender(read_bundle(settings.models, name))
    rng = np.random.default_rng(1)
    rows = recommender.bundle.arrays.rows
    nothing = Excluded()

    def ours() -> None:
        seed = recommender.seed_of_row(int(rows[rng.integers(len(rows))]))
        if seed is None or recommender.draw(seed, nothing, rng) is None:
            raise SystemExit("no pick")

    table = pd.read_parquet(settings.embedded_catalogue)
    features = list(FEATURE_NAMES)
    scaler = StandardScaler().fit(table[features])
    kmeans = KMeans(8, n_init=1, random_state=1234).fit(scaler.transform(table[features]))
    table["cluster"] = kmeans.labels_

    def notebook() -> None:
        song = table.iloc[[int(rng.integers(len(table)))]]
        [cluster] = kmeans.predict(scaler.transform(song[features]))
        table[table["cluster"] == cluster].sample(1, random_state=int(rng.integers(2**31)))

    mine, theirs = _seconds_each(ours), _seconds_each(notebook)
    ratio = theirs / mine
    yield Figure(
        "one pick, embedded catalogue",
        ratio,
        "× faster",
        f"pandas filter + sample, sklearn on one row: {theirs * 1e6:,.0f} µs; ours {mine * 1e6:.1f} µs",
        "≥ 100 × faster",
        ratio >= 100,
    )


def _seconds_each(work: Callable[[], None]) -> float:
    work()
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(TIMES):
            work()
        rounds.append((time.perf_counter() - started) / TIMES)
    return median(rounds)
