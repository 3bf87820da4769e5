"""The draw: nearer songs are likelier, excluded ones are left out, other clusters follow an empty one."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.domain.kinds import Kind
from ml.serving.bundle import current_bundle, read_bundle
from ml.serving.catalogue_arrays import BEST
from ml.serving.draw import FEWEST, LOOKED_AT, RANK_WEIGHTS, Familiarity
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, Seed
from tests.support.model import is_best, popularity_of


@pytest.fixture(scope="module")
def recommender(made_state: Path) -> Recommender:
    name = current_bundle(made_state / "models")
    assert name is not None
    return Recommender(read_bundle(made_state / "models", name))


def members(recommender: Recommender, cluster: int) -> list[int]:
    arrays = recommender.bundle.arrays
    return arrays.rows[arrays.clusters == cluster].tolist()


def seed_in(recommender: Recommender, cluster: int) -> Seed:
    """A place in the cluster that is no song of it."""
    known = recommender.seed_of_row(members(recommender, cluster)[0])
    assert known is not None
    return replace(known, song=None, artists=(), kinds=0)


def a_cluster(recommender: Recommender, *, at_least: int, songs: int = 0) -> int:
    arrays = recommender.bundle.arrays
    for cluster in range(len(recommender.bundle.profiles)):
        mine = arrays.clusters == cluster
        if mine.sum() >= at_least and len(set(arrays.songs[mine].tolist())) >= songs:
            return cluster
    pytest.fail("no such cluster")


def nearest_songs(recommender: Recommender, cluster: int, seed: Seed) -> list[int]:
    """The best version of each song that is of no special kind, nearest first."""
    arrays = recommender.bundle.arrays
    inside = np.flatnonzero(arrays.clusters == cluster)
    away = np.linalg.norm(np.asarray(arrays.scaled[inside], dtype=np.float64) - seed.point, axis=1)
    may_be = (arrays.standing[inside] & BEST > 0) & (arrays.kinds[inside] == 0)
    return [int(arrays.rows[at]) for at in inside[np.argsort(away, kind="stable")] if may_be[inside == at][0]]


def test_the_nearer_songs_of_the_cluster_are_the_likelier(recommender: Recommender) -> None:
    cluster = a_cluster(recommender, at_least=30, songs=18)
    seed, rng = seed_in(recommender, cluster), np.random.default_rng(11)
    order = nearest_songs(recommender, cluster, seed)[:LOOKED_AT]
    draws = 6_000
    counts: Counter[int] = Counter()
    for _ in range(draws):
        drawn = recommender.draw(seed, Excluded(), rng)
        assert drawn is not None
        assert drawn[1] == cluster
        counts[drawn[0]] += 1
    assert set(counts) <= set(order)
    weights = RANK_WEIGHTS[: len(order)]
    expected = draws * weights / weights.sum()
    chi_square = float(((np.array([counts[row] for row in order]) - expected) ** 2 / expected).sum())
    freedom = len(order) - 1
    assert chi_square < freedom + 4 * np.sqrt(2 * freedom)


def test_repeated_draws_lead_outwards_and_never_end(recommender: Recommender) -> None:
    cluster = a_cluster(recommender, at_least=30, songs=18)
    seed, rng = seed_in(recommender, cluster), np.random.default_rng(11)
    order = nearest_songs(recommender, cluster, seed)
    heard: list[int] = []
    clusters: list[int] = []
    for press in range(80):
        drawn = recommender.draw(seed, Excluded(rows=heard), rng)
        assert drawn is not None
        if press <= len(order) - FEWEST:
            assert drawn[1] == cluster
        heard.append(drawn[0])
        clusters.append(drawn[1])
    assert clusters.count(cluster) == len(order)
    ranks = [order.index(row) for row in heard if row in order]
    half = len(ranks) // 2
    assert np.mean(ranks[:half]) < np.mean(ranks[half:])
    assert len({recommender.seed_of_row(row).song for row in heard}) == len(heard)
    centers = recommender.bundle.model.centers
    away = [float(np.linalg.norm(centers[number] - seed.point)) for number in dict.fromkeys(clusters)]
    assert away[1:] == sorted(away[1:])


def test_of_the_nearest_each_artist_is_named_once_on_demand(recommender: Recommender) -> None:
    seed = seed_in(recommender, a_cluster(recommender, at_least=12))
    free = [row for row, _ in recommender.nearest(seed, 60, Excluded())]
    once = [row for row, _ in recommender.nearest(seed, 40, Excluded(), one_an_artist=True)]
    artists = [artist for row in once for artist in recommender.artists_of([row])]
    assert len(once) == 40
    assert len(set(artists)) == len(artists)
    heard: set[int] = set()
    expected = []
    for row in free:
        if heard.isdisjoint(recommender.artists_of([row])):
            heard.update(recommender.artists_of([row]))
            expected.append(row)
    assert once[:10] == expected[:10]


def test_the_same_generator_draws_the_same(recommender: Recommender) -> None:
    seed = seed_in(recommender, 0)
    first, second = (
        [recommender.draw(seed, Excluded(), rng) for _ in range(20)]
        for rng in (np.random.default_rng(5), np.random.default_rng(5))
    )
    assert first == second
    assert len(set(first)) > 1


def test_a_seed_of_the_catalogue_never_draws_its_own_song_or_artist(recommender: Recommender) -> None:
    arrays = recommender.bundle.arrays
    numbers, counts = np.unique(arrays.songs, return_counts=True)
    song = numbers[counts.argmax()]
    row = int(arrays.rows[arrays.songs == song][0])
    seed = recommender.seed_of_row(row)
    assert seed is not None
    rng = np.random.default_rng(3)
    for _ in range(300):
        drawn = recommender.draw(seed, Excluded(), rng)
        assert drawn is not None
        again = recommender.seed_of_row(drawn[0])
        assert again is not None
        assert again.song != song
        assert set(again.artists).isdisjoint(seed.artists)


def test_what_is_excluded_takes_its_versions_along(recommender: Recommender) -> None:
    cluster = a_cluster(recommender, at_least=12, songs=6)
    allowed = members(recommender, cluster)
    out = allowed[:4]
    songs = {recommender.seed_of_row(row).song for row in out}
    rng = np.random.default_rng(3)
    for _ in range(200):
        drawn = recommender.draw(seed_in(recommender, cluster), Excluded(rows=out), rng)
        assert drawn is not None
        assert recommender.seed_of_row(drawn[0]).song not in songs


def test_an_artist_who_had_enough_is_not_drawn(recommender: Recommender) -> None:
    cluster = a_cluster(recommender, at_least=12, songs=6)
    row = members(recommender, cluster)[0]
    rng = np.random.default_rng(3)
    for _ in range(200):
        drawn = recommender.draw(seed_in(recommender, cluster), Excluded(artists_of=[row]), rng)
        assert drawn is not None
        assert recommender.artist_of_row(drawn[0]) != recommender.artist_of_row(row)


def test_a_cluster_that_is_used_up_gives_way_to_the_nearest(recommender: Recommender) -> None:
    cluster = a_cluster(recommender, at_least=5)
    seed, rng = seed_in(recommender, cluster), np.random.default_rng(3)
    drawn = recommender.draw(seed, Excluded(rows=members(recommender, cluster)), rng)
    assert drawn is not None
    assert drawn[1] != cluster
    assert drawn[0] in members(recommender, drawn[1])
    one, *others = nearest_songs(recommender, cluster, seed)
    nearly = [recommender.draw(seed, Excluded(rows=others), rng) for _ in range(200)]
    assert 0.1 < sum(drawn is not None and drawn[0] == one for drawn in nearly) / len(nearly) < 0.5


def test_explicit_songs_are_left_out_on_demand(recommender: Recommender) -> None:
    arrays = recommender.bundle.arrays
    assert arrays.explicit.any()
    explicit = dict(zip(arrays.rows.tolist(), arrays.explicit.tolist(), strict=True))
    cluster = int(np.bincount(arrays.clusters, weights=arrays.explicit).argmax())
    seed, rng = seed_in(recommender, cluster), np.random.default_rng(3)
    with_all = [recommender.draw(seed, Excluded(), rng) for _ in range(200)]
    without = [recommender.draw(seed, Excluded(explicit=True), rng) for _ in range(200)]
    assert any(explicit[row] for row, _ in with_all)
    assert not any(explicit[row] for row, _ in without)


def test_when_everything_is_excluded_nothing_is_drawn(recommender: Recommender) -> None:
    rows = recommender.bundle.arrays.rows.tolist()
    assert recommender.draw(seed_in(recommender, 0), Excluded(rows=rows), np.random.default_rng(3)) is None


def test_a_row_the_model_does_not_know_is_no_seed(recommender: Recommender) -> None:
    last = int(recommender.bundle.arrays.rows.max())
    for row in (0, -1, last + 1, 2**40):
        assert recommender.seed_of_row(row) is None
        assert recommender.artist_of_row(row) is None


def test_no_pick_credits_a_guest_of_the_seed(recommender: Recommender) -> None:
    arrays = recommender.bundle.arrays
    at = int(np.diff(arrays.guest_ends).argmax())
    seed = recommender.seed_of_row(int(arrays.rows[at]))
    assert seed is not None
    assert len(seed.artists) > 2
    others = np.isin(arrays.artists, seed.artists[1:])
    assert others.any()
    near = [row for row, _ in recommender.nearest(seed, 500, Excluded())]
    assert set(recommender.artists_of(near)).isdisjoint(seed.artists)


def test_of_a_song_the_best_allowed_version_is_answered(recommender: Recommender) -> None:
    arrays = recommender.bundle.arrays
    worse = np.flatnonzero((arrays.standing & BEST == 0) & (arrays.kinds == 0))
    rows = arrays.rows[worse].tolist()
    versions = recommender.allowed_versions(rows, Excluded())
    assert versions
    for row, best in versions.items():
        assert is_best(recommender, best)
        one, other = recommender.seed_of_row(row), recommender.seed_of_row(best)
        assert one is not None
        assert other is not None
        assert one.song == other.song
        np.testing.assert_array_equal(one.point, other.point)
    explicit = set(arrays.rows[arrays.explicit].tolist())
    assert explicit & set(versions.values())
    clean = recommender.allowed_versions(rows, Excluded(explicit=True))
    assert not explicit & set(clean.values())


def test_songs_of_a_season_answer_those_of_the_season_and_in_season(recommender: Recommender) -> None:
    arrays = recommender.bundle.arrays
    season = (arrays.kinds & Kind.SEASON > 0) & (arrays.standing & BEST > 0)
    cluster = int(np.bincount(arrays.clusters, weights=season).argmax())
    seed, seasonal = seed_in(recommender, cluster), set(arrays.rows[season].tolist())

    def near(seed: Seed, excluded: Excluded) -> set[int]:
        return {row for row, _ in recommender.nearest(seed, 300, excluded)} & seasonal

    assert not near(seed, Excluded())
    assert near(seed, Excluded(kinds=Kind.SEASON))
    assert near(replace(seed, kinds=int(Kind.SEASON)), Excluded())


def test_well_known_or_hidden_songs_come_first_on_demand(recommender: Recommender) -> None:
    cluster = a_cluster(recommender, at_least=60, songs=30)
    seed, rng = seed_in(recommender, cluster), np.random.default_rng(3)

    def known(familiarity: Familiarity | None) -> float:
        drawn = [recommender.draw(seed, Excluded(), rng, familiarity=familiarity) for _ in range(200)]
        return float(np.nanmean(popularity_of(recommender, [pick[0] for pick in drawn if pick is not None])))

    assert known("hidden") + 3 < known(None) < known("known") - 3
