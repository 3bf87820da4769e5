"""A pick, against the usual code of a notebook."""

import time
from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from bench.figure import Figure
from bench.size import Size
from bench.timing import percentile, seconds_each
from ml.features import FEATURE_NAMES
from ml.serving.bundle import current_bundle, read_bundle
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded

LEARNT_FROM = 50_000
PICKS = 20_000
MOST_MICROSECONDS = 30


def pick_speed(size: Size) -> Iterator[Figure]:
    """A known song to a near song of its cluster: ours, and pandas + scikit-learn on one row."""
    name = current_bundle(size.state / "models")
    if name is None:
        raise SystemExit("there is no model to measure")
    recommender = Recommender(read_bundle(size.state / "models", name))
    rng = np.random.default_rng(1)
    rows = recommender.bundle.arrays.rows
    nothing = Excluded()

    def ours() -> None:
        seed = recommender.seed_of_row(int(rows[rng.integers(len(rows))]))
        if seed is None or recommender.draw(seed, nothing, rng) is None:
            raise SystemExit("no pick")

    table = pd.read_parquet(size.table.with_suffix(".parquet"))
    features = list(FEATURE_NAMES)
    some = table[features].head(LEARNT_FROM)
    scaler = StandardScaler().fit(some)
    kmeans = KMeans(8, n_init=1, random_state=1234).fit(scaler.transform(some))
    table["cluster"] = kmeans.predict(scaler.transform(table[features]))

    def notebook() -> None:
        song = table.iloc[[int(rng.integers(len(table)))]]
        [cluster] = kmeans.predict(scaler.transform(song[features]))
        table[table["cluster"] == cluster].sample(1, random_state=int(rng.integers(2**31)))

    mine, theirs = seconds_each(ours), seconds_each(notebook, rounds=5, times=20)
    ratio = theirs / mine
    yield size.figure(
        "one pick",
        ratio,
        "× faster",
        f"pandas filter + sample, sklearn on one row: {theirs * 1e6:,.0f} µs; ours {mine * 1e6:.1f} µs",
        f"≤ {MOST_MICROSECONDS} µs",
        mine * 1e6 <= MOST_MICROSECONDS,
        mine,
    )
    taken = []
    for _ in range(PICKS):
        began = time.process_time_ns()
        ours()
        taken.append((time.process_time_ns() - began) * 1e-6)
    slow = percentile(sorted(taken), 0.99)
    yield size.figure("one pick, p99", slow, "ms", f"{PICKS:,} seeded picks", "≤ 1 ms", slow <= 1.0, slow)
