"""The five nearest songs, exactly, against scikit-learn and against one matrix-vector product."""

from collections.abc import Iterator

import numpy as np
from sklearn.neighbors import NearestNeighbors

from bench.figure import Figure
from bench.size import Size
from bench.timing import seconds_each
from ml.bundle import current_bundle, read_bundle
from ml.recommender import Excluded, Recommender

ROUNDS, TIMES = 5, 5


def nearest_speed(size: Size) -> Iterator[Figure]:
    """Songs by other artists, each song once; the baselines give the nearest rows as they are."""
    name = current_bundle(size.state / "models")
    if name is None:
        raise SystemExit("there is no model to measure")
    recommender = Recommender(read_bundle(size.state / "models", name))
    rng = np.random.default_rng(1)
    rows = recommender.bundle.arrays.rows
    scaled = np.array(recommender.bundle.arrays.scaled)
    nothing = Excluded()

    def place() -> int:
        return int(rng.integers(len(rows)))

    def ours() -> None:
        seed = recommender.seed_of_row(int(rows[place()]))
        if seed is None or len(recommender.nearest(seed, 5, nothing)) < 5:
            raise SystemExit("no neighbours")

    brute = NearestNeighbors(n_neighbors=6, algorithm="brute").fit(scaled)
    mine, theirs, product = [], [], []
    for _ in range(ROUNDS):
        mine.append(seconds_each(ours, rounds=1, times=TIMES))
        theirs.append(seconds_each(lambda: brute.kneighbors(scaled[[place()]]), rounds=1, times=TIMES))
        product.append(seconds_each(lambda: scaled @ scaled[place()], rounds=1, times=TIMES))
    our_time, their_time, product_time = (float(np.median(taken)) for taken in (mine, theirs, product))
    yield size.figure(
        "five nearest",
        their_time / our_time,
        "× faster",
        f"NearestNeighbors(brute): {their_time * 1e3:.2f} ms; ours {our_time * 1e3:.2f} ms",
        "≥ 3 × faster",
        their_time / our_time >= 3,
        our_time,
    )
    yield size.figure(
        "five nearest, against the bare product",
        our_time / product_time,
        "× its time",
        f"one matrix-vector product over the same matrix: {product_time * 1e3:.2f} ms",
        "≤ 2",
        our_time / product_time <= 2,
    )
