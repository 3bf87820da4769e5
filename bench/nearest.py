"""The five nearest songs against scikit-learn and one matrix-vector product, and whether they are right."""

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from bench.figure import Figure
from bench.size import Size
from bench.timing import percentile, seconds_each
from ml.serving.bundle import current_bundle, read_bundle
from ml.serving.catalogue_arrays import BEST
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, Seed

ROUNDS, TIMES = 5, 5
QUESTIONS = 500
NEIGHBOURS = 5
LOOKED_AT = 200
SAME = 1e-5
"""Two songs as near as each other, in single precision."""


def nearest_speed(size: Size) -> Iterator[Figure]:
    """Songs by other artists, each song once; the baselines give the nearest rows as they are."""
    name = current_bundle(size.state / "models")
    if name is None:
        raise SystemExit("there is no model to measure")
    recommender = Recommender(read_bundle(size.state / "models", name))
    rng = np.random.default_rng(1)
    scaled = np.array(recommender.bundle.arrays.scaled)
    seeds = [_seed(recommender, int(at)) for at in rng.integers(len(scaled), size=QUESTIONS)]

    def place() -> int:
        return int(rng.integers(len(scaled)))

    brute = NearestNeighbors(n_neighbors=NEIGHBOURS + 1, algorithm="brute").fit(scaled)
    theirs, product = [], []
    for _ in range(ROUNDS):
        theirs.append(seconds_each(lambda: brute.kneighbors(scaled[[place()]]), rounds=1, times=TIMES))
        product.append(seconds_each(lambda: scaled @ scaled[place()], rounds=1, times=TIMES))
    their_time, product_time = (float(np.median(taken)) for taken in (theirs, product))
    near, rows = brute.kneighbors(np.stack([seed.point for seed in seeds]), LOOKED_AT)
    taken, right = [], 0
    recommender.nearest(seeds[0], NEIGHBOURS, Excluded())
    for seed, distances, tracks in zip(seeds, near, rows, strict=True):
        began = time.process_time()
        found = recommender.nearest(seed, NEIGHBOURS, Excluded())
        taken.append(time.process_time() - began)
        farthest = _exact(recommender, seed, distances, tracks)
        right += sum(distance <= farthest + SAME for _, distance in found)
    our_time, late = float(np.mean(taken)), percentile(sorted(taken), 0.99)
    yield size.figure(
        "five nearest",
        their_time / our_time,
        "× faster",
        f"NearestNeighbors(brute): {their_time * 1e3:.2f} ms; ours {our_time * 1e3:.3f} ms, the mean of "
        f"{QUESTIONS} seeded questions (p99 {late * 1e3:.2f} ms)",
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
    recall = right / (NEIGHBOURS * len(seeds))
    yield size.figure(
        "five nearest, found",
        100.0 * recall,
        "%",
        f"the same {QUESTIONS} questions put to NearestNeighbors(brute)",
        "≥ 98 %",
        recall >= 0.98,
    )


def _seed(recommender: Recommender, at: int) -> Seed:
    seed = recommender.seed_of_row(int(recommender.bundle.arrays.rows[at]))
    if seed is None:
        raise SystemExit("a row of the model has no place in it")
    return seed


def _exact(
    recommender: Recommender, seed: Seed, distances: NDArray[np.float64], tracks: NDArray[np.intp]
) -> float:
    """How far the fifth song is that may be answered, by scikit-learn's nearest tracks."""
    arrays = recommender.bundle.arrays
    guests = [arrays.guests[arrays.guest_ends[at] : arrays.guest_ends[at + 1]] for at in tracks]
    others = (
        (arrays.standing[tracks] & BEST != 0)
        & (arrays.kinds[tracks] & ~np.uint16(seed.kinds) == 0)
        & (arrays.songs[tracks] != seed.song)
        & ~np.isin(arrays.artists[tracks], seed.artists)
        & np.array([not set(some.tolist()) & set(seed.artists) for some in guests])
    )
    found = distances[others]
    if len(found) < NEIGHBOURS:
        raise SystemExit("too few other songs among scikit-learn's nearest")
    return float(found[NEIGHBOURS - 1])
