"""The neighbours found by bounds equal those of a full scan."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import ml.serving.nearby
from ml.serving.bundle import current_bundle, read_bundle
from ml.serving.catalogue_arrays import BEST, BEST_MILD
from ml.serving.nearby import Nearby
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, Seed, at_point

Points = NDArray[np.float32]


@pytest.fixture(scope="module")
def recommender(made_state: Path) -> Recommender:
    name = current_bundle(made_state / "models")
    assert name is not None
    return Recommender(read_bundle(made_state / "models", name))


@pytest.fixture(scope="module")
def picked_out() -> object:
    """Use the bounds for any size of catalogue."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ml.serving.nearby, "SCANNED", 0)
        patch.setattr(ml.serving.nearby, "MOST_LOOKED_AT", 1.0)
        yield


class Counted(Nearby):
    """Counts the tracks that were looked at."""

    looked_at = 0

    def _squares_to(self, span: slice, place: Points) -> NDArray[np.float32]:
        squares = super()._squares_to(span, place)
        self.looked_at += len(squares)
        return squares


def in_clusters(places: NDArray[np.float64], centers: NDArray[np.float64]) -> tuple[Counted, Points]:
    """The points, sorted by their nearest centre."""
    scaled = places.astype(np.float32)
    away = np.linalg.norm(scaled[:, None] - centers, axis=2)
    labels = away.argmin(axis=1)
    order = np.argsort(labels, kind="stable")
    scaled, own = scaled[order], away.min(axis=1)[order]
    offsets = np.searchsorted(labels[order], np.arange(len(centers) + 1))
    radii = [own[start:end].max(initial=0.0) for start, end in pairwise(offsets)]
    squares = np.einsum("ij,ij->i", scaled, scaled)
    return Counted(scaled, squares, offsets, centers, np.array(radii, np.float32)), scaled


@pytest.mark.usefixtures("picked_out")
@given(st.data())
def test_it_finds_what_a_full_scan_finds(data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    size, clusters = data.draw(st.integers(1, 300)), data.draw(st.integers(1, 40))
    dimensions, spread = data.draw(st.integers(1, 12)), data.draw(st.sampled_from([0.0, 0.05, 1.0]))
    middles = rng.normal(size=(clusters, dimensions))
    places = middles[rng.integers(clusters, size=size)] + spread * rng.normal(size=(size, dimensions))
    nearby, scaled = in_clusters(places, middles + data.draw(st.sampled_from([0.0, 0.3])) * rng.normal())
    may = rng.random(size) < data.draw(st.sampled_from([0.0, 0.05, 0.5, 1.0]))
    count = data.draw(st.integers(1, 20))
    place = data.draw(st.sampled_from([scaled[0], 3.0 * scaled[0], scaled.mean(axis=0)]))
    found = nearby(place, count, lambda near: [at for at in near if may[at]])
    away = np.linalg.norm(scaled - place, axis=1)
    assert len({at for at, _ in found}) == len(found) == min(count, may.sum())
    assert all(may[at] for at, _ in found)
    np.testing.assert_array_equal([distance for _, distance in found], away[[at for at, _ in found]])
    np.testing.assert_allclose([distance for _, distance in found], np.sort(away[may])[:count], atol=1e-3)


@pytest.mark.usefixtures("picked_out")
@pytest.mark.parametrize("dimensions", [2, 4])
def test_nothing_is_missed_where_clusters_touch(dimensions: int) -> None:
    rng = np.random.default_rng(8)
    nearby, scaled = in_clusters(rng.random((3_000, dimensions)), rng.random((300, dimensions)))
    for place in rng.random((200, dimensions)).astype(np.float32):
        found = nearby(place, 3, list)
        nearest = np.sort(np.linalg.norm(scaled - place, axis=1))[:3]
        np.testing.assert_array_equal([distance for _, distance in found], nearest)


@pytest.mark.usefixtures("picked_out")
def test_in_a_clustered_space_it_scans_few_songs() -> None:
    rng = np.random.default_rng(3)
    middles = rng.normal(size=(200, 8))
    nearby, scaled = in_clusters(
        np.repeat(middles, 50, axis=0) + 0.05 * rng.normal(size=(10_000, 8)), middles
    )
    for place in scaled[rng.integers(len(scaled), size=100)]:
        assert len(nearby(place, 5, list)) == 5
    assert nearby.looked_at < 100 * 500


@pytest.mark.usefixtures("picked_out")
def test_excluded_songs_are_replaced_by_others(recommender: Recommender) -> None:
    arrays = recommender.bundle.arrays
    rng = np.random.default_rng(5)
    assert arrays.explicit.any()
    for at in rng.integers(len(arrays.rows), size=30).tolist():
        seed = recommender.seed_of_row(int(arrays.rows[at]))
        assert seed is not None
        out, artists = (rng.choice(arrays.rows, 200, replace=False).tolist() for _ in range(2))
        found = recommender.nearest(seed, 8, Excluded(out, artists, explicit=True))
        assert found == expected(recommender, seed, 8, out, artists)


def expected(
    recommender: Recommender, seed: Seed, count: int, out: list[int], artists: list[int]
) -> list[tuple[int, float]]:
    """By a full scan."""
    arrays = recommender.bundle.arrays
    unwanted = {*arrays.songs[np.isin(arrays.rows, out)].tolist(), seed.song}
    tired = {*arrays.artists[np.isin(arrays.rows, artists)].tolist(), *seed.artists}
    away = np.linalg.norm(arrays.scaled - seed.point, axis=1)
    best = (arrays.standing & BEST_MILD > 0) & (arrays.kinds & ~np.uint16(seed.kinds) == 0)
    return [
        (int(arrays.rows[at]), float(away[at]))
        for at in np.argsort(away, kind="stable").tolist()
        if best[at]
        and int(arrays.songs[at]) not in unwanted
        and tired.isdisjoint(recommender.artists_of([int(arrays.rows[at])]))
    ][:count]


@pytest.mark.usefixtures("picked_out")
def test_the_whole_catalogue_can_be_asked_for(recommender: Recommender) -> None:
    arrays = recommender.bundle.arrays
    songs = np.count_nonzero((arrays.standing & BEST > 0) & (arrays.kinds == 0))
    middle = at_point(recommender.bundle.arrays.scaled.mean(axis=0))
    found = recommender.nearest(middle, 2 * songs, Excluded())
    assert len(found) == songs
    distances = [distance for _, distance in found]
    assert distances == sorted(distances)
    assert recommender.nearest(middle, 3, Excluded([row for row, _ in found[3:]])) == found[:3]


@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(1, 20_000),
    different=st.sampled_from([3, 100, 10**6]),
    count=st.integers(1, 200),
)
def test_the_smallest_are_those_that_sorting_puts_first(
    seed: int, size: int, different: int, count: int
) -> None:
    values = np.random.default_rng(seed).integers(different, size=size).astype(np.float32)
    expected = np.argsort(values, kind="stable")[: min(count, size)]
    assert ml.serving.nearby._smallest(values, count)[: len(expected)].tolist() == expected.tolist()
