"""Paths, blends, orders, moods and radios in the model's space."""

from collections import Counter
from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.features import FEATURE_NAMES, FEATURE_RANGES, InvalidFeatures
from ml.serving.blend import blend
from ml.serving.bundle import current_bundle, read_bundle
from ml.serving.moods import PRESETS, away_from_mood, checked
from ml.serving.ordering import jumps_between, smooth_order
from ml.serving.path import journey, smoothest_way
from ml.serving.radio import next_song
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, Seed


@pytest.fixture(scope="module")
def recommender(made_state: Path) -> Recommender:
    name = current_bundle(made_state / "models")
    assert name is not None
    return Recommender(read_bundle(made_state / "models", name))


def seed_of(recommender: Recommender, row: int) -> Seed:
    seed = recommender.seed_of_row(row)
    assert seed is not None
    return seed


def some_rows(recommender: Recommender, count: int, seed: int = 0) -> list[int]:
    rows = np.sort(recommender.bundle.arrays.rows)
    chosen: list[int] = np.random.default_rng(seed).choice(rows, count, replace=False).tolist()
    return chosen


def far_pairs(recommender: Recommender, count: int) -> list[tuple[int, int]]:
    """Pairs of songs at least as far apart as two songs usually are."""
    rows = some_rows(recommender, 400)
    pairs = [
        (one, other)
        for one, other in zip(rows[::2], rows[1::2], strict=True)
        if np.linalg.norm(seed_of(recommender, one).point - seed_of(recommender, other).point)
        > 0.8 * recommender.usual_distance
    ]
    assert len(pairs) >= count
    return pairs[:count]


def test_a_path_has_small_steps_that_never_turn_back(recommender: Recommender) -> None:
    longest = []
    for first, last in far_pairs(recommender, 15):
        start, end = seed_of(recommender, first), seed_of(recommender, last)
        rows = journey(recommender, start, end, 6, Excluded([first, last]))
        assert len(rows) == 6
        places = [start.point, *(seed_of(recommender, row).point for row in rows), end.point]
        away, left = ([float(np.linalg.norm(p - end_)) for p in places] for end_ in (start.point, end.point))
        assert all(one <= other + 1e-6 for one, other in pairwise(away))
        assert all(one >= other - 1e-6 for one, other in pairwise(left))
        longest.append(max(float(np.linalg.norm(a - b)) for a, b in pairwise(places)) / away[-1])
    assert np.median(longest) < 0.5
    assert max(longest) < 0.9


def test_a_path_has_each_artist_and_song_once_and_nothing_excluded(recommender: Recommender) -> None:
    for first, last in far_pairs(recommender, 5):
        start, end = seed_of(recommender, first), seed_of(recommender, last)
        usual = journey(recommender, start, end, 10, Excluded([first, last]))
        seeds = [seed_of(recommender, row) for row in usual]
        artists = Counter([start.artists[0], end.artists[0], *(seed.artists[0] for seed in seeds)])
        assert max(artists[seed.artists[0]] for seed in seeds) == 1
        assert len({seed.song for seed in seeds}) == len(seeds)
        other = journey(
            recommender, start, end, 10, Excluded([first, last, *usual[:5]], usual[5:], explicit=True)
        )
        assert not {seed_of(recommender, row).song for row in other} & {seed.song for seed in seeds[:5]}
        assert not {seed_of(recommender, row).artists[0] for row in other} & {
            seed.artists[0] for seed in seeds[5:]
        }
        explicit = recommender.bundle.arrays.explicit[np.isin(recommender.bundle.arrays.rows, other)]
        assert not explicit.any()


@settings(max_examples=40)
@given(places=st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), max_size=7), between=st.integers(0, 4))
def test_the_path_found_is_the_best_of_all(places: list[tuple[float, float]], between: int) -> None:
    """Compared with all orders of all choices of points."""
    points = np.array(places).reshape(-1, 2)
    start, end = np.array([-2.0, 0.0]), np.array([2.0, 1.0])
    way = smoothest_way(start, end, points, between)
    away, left = (np.linalg.norm(points - point, axis=1) for point in (start, end))
    order = np.argsort(away / np.maximum(away + left, 1e-12), kind="stable").tolist()
    place_in_order = {at: number for number, at in enumerate(order)}
    assert len(way) == min(between, len(points))
    assert all(place_in_order[one] < place_in_order[other] for one, other in pairwise(way))

    def cost(chosen: tuple[int, ...] | list[int]) -> float:
        stops = [start, *(points[at] for at in chosen), end]
        return sum(float(((a - b) ** 2).sum()) for a, b in pairwise(stops))

    rising = [
        chosen
        for chosen in permutations(range(len(points)), len(way))
        if all(place_in_order[one] < place_in_order[other] for one, other in pairwise(chosen))
    ]
    whole = float(np.linalg.norm(end - start))
    straight = [
        chosen
        for chosen in rising
        if all(away[at] <= whole and left[at] <= whole for at in chosen)
        and all(away[one] <= away[other] and left[one] >= left[other] for one, other in pairwise(chosen))
    ]
    assert cost(way) == pytest.approx(min(map(cost, straight or rising)), abs=1e-6)


def test_a_mix_of_two_has_songs_near_each_in_turn(recommender: Recommender) -> None:
    for first, last in far_pairs(recommender, 10):
        places = recommender.points_of([first, last])
        found = blend(recommender, places, places[:0], 6, Excluded([first, last]))
        assert [song.of for song in found] == [0, 1, 0, 1, 0, 1]
        middle = places.mean(axis=0)
        for song in found:
            place = seed_of(recommender, song.row).point
            assert np.linalg.norm(place - places[song.of]) == pytest.approx(song.distance, abs=1e-4)
            assert song.distance < np.linalg.norm(middle - places[song.of])
        artists = [seed_of(recommender, song.row).artists[0] for song in found]
        assert len(set(artists)) == len(artists)


def test_no_song_near_a_subtracted_one_is_in_a_mix(recommender: Recommender) -> None:
    for first, last in far_pairs(recommender, 10):
        places = recommender.points_of([first, last])
        plain = blend(recommender, places[:1], places[:0], 6, Excluded([first, last]))
        without = blend(recommender, places[:1], places[1:], 6, Excluded([first, last]))
        away = [
            np.mean([np.linalg.norm(places[1] - seed_of(recommender, song.row).point) for song in found])
            for found in (plain, without)
        ]
        assert away[1] > away[0]


@settings(max_examples=40)
@given(st.data())
def test_an_order_has_every_song_once_and_is_no_worse_than_as_given(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 25))
    rng = np.random.default_rng(data.draw(st.integers(0, 1_000)))
    places = rng.normal(size=(count, 4))
    features = np.array(
        [[rng.uniform(low, high) for low, high in FEATURE_RANGES.values()] for _ in range(count)]
    )
    first = data.draw(st.none() | st.integers(0, count - 1))
    order = smooth_order(places, features, 2.0, first=first)
    assert sorted(order) == list(range(count))
    assert first is None or order[0] == first
    jumps = jumps_between(places, features, 2.0)

    def length(tour: list[int]) -> float:
        return sum(jumps[one][other] for one, other in pairwise(tour))

    given_order = [*([] if first is None else [first]), *(at for at in range(count) if at != first)]
    assert length(order) <= length(given_order) + 1e-9


def test_half_the_tempo_is_no_jump() -> None:
    features = np.zeros((3, 9))
    features[:, FEATURE_NAMES.index("tempo")] = (70.0, 140.0, 100.0)
    jumps = jumps_between(np.zeros((3, 2)), features, 1.0)
    assert jumps[0][1] == pytest.approx(0.0)
    assert jumps[0][2] > 0.3


def test_the_presets_are_within_the_ranges_and_others_are_refused() -> None:
    assert all(checked(wanted) for wanted in PRESETS.values())
    for wrong in ({"energy": 1.2}, {"tempo": -1.0}, {"energy": float("nan")}, {"colour": 0.5}):
        with pytest.raises(InvalidFeatures):
            checked(wrong)


def test_only_what_was_asked_for_counts() -> None:
    features = np.random.default_rng(1).random((20, 9))
    wanted = {"energy": 0.4}
    away = away_from_mood(features, wanted, np.full(9, 0.5))
    assert np.allclose(away, np.abs(features[:, FEATURE_NAMES.index("energy")] - 0.4) / 0.5)


def walk(recommender: Recommender, begin: int, steps: int, disliked: list[int], seed: int) -> list[int]:
    start = seed_of(recommender, begin)
    heard, here, rng = [begin], start, np.random.default_rng(seed)
    for _ in range(steps):
        row = next_song(
            recommender,
            here,
            start.point[None],
            recommender.points_of(disliked),
            Excluded(heard[-200:], heard[-10:]),
            rng,
        )
        assert row is not None
        heard.append(row)
        here = seed_of(recommender, row)
    return heard


def test_a_radio_never_plays_a_song_twice_and_stays_around_its_start(recommender: Recommender) -> None:
    for begin in some_rows(recommender, 3, seed=4):
        heard = walk(recommender, begin, 199, [], seed=1)
        songs = [seed_of(recommender, row).song for row in heard]
        assert len(set(songs)) == len(songs)
        places = recommender.points_of(heard)
        steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
        assert np.median(steps) < 0.4 * recommender.usual_distance
        assert np.median(np.linalg.norm(places - places[0], axis=1)) < 0.6 * recommender.usual_distance


def test_the_same_generator_walks_the_same_way(recommender: Recommender) -> None:
    [begin] = some_rows(recommender, 1)
    assert walk(recommender, begin, 20, [], 5) == walk(recommender, begin, 20, [], 5)
    assert walk(recommender, begin, 20, [], 5) != walk(recommender, begin, 20, [], 6)


def test_a_walk_keeps_away_from_what_is_disliked(recommender: Recommender) -> None:
    begin = some_rows(recommender, 1, seed=9)[0]
    near = [row for row, _ in recommender.nearest(seed_of(recommender, begin), 3, Excluded())]
    bad = recommender.points_of(near[:1])

    def distance(disliked: list[int]) -> float:
        walks = [walk(recommender, begin, 8, disliked, seed)[1:] for seed in range(12)]
        places = recommender.points_of([row for rows in walks for row in rows])
        return float(np.linalg.norm(places - bad[0], axis=1).mean())

    assert distance(near[:1]) > 1.1 * distance([])


def test_when_everything_was_played_nothing_is_next(recommender: Recommender) -> None:
    rows = recommender.bundle.arrays.rows.tolist()
    start = seed_of(recommender, rows[0])
    empty = recommender.points_of([])
    rng = np.random.default_rng(1)
    assert next_song(recommender, start, start.point[None], empty, Excluded(rows), rng) is None
