"""Which clusters and songs suit a group, on the embedded catalogue's model."""

from pathlib import Path

import numpy as np
import pytest

from ml.serving.bundle import current_bundle, read_bundle
from ml.serving.group_taste import MISERY, NEAR, GroupTaste
from ml.serving.recommender import Recommender

ME, YOU, THEM = 1, 2, 3


@pytest.fixture(scope="module")
def recommender(made_state: Path) -> Recommender:
    name = current_bundle(made_state / "models")
    assert name is not None
    return Recommender(read_bundle(made_state / "models", name))


def tastes_of(recommender: Recommender, *clusters: int) -> dict[int, np.ndarray]:
    """For each person the places of a cluster's first songs."""
    return {
        person: recommender.points_of(recommender.rows_of(cluster)[:5])
        for person, cluster in enumerate(clusters, start=1)
    }


def away(recommender: Recommender, cluster: int, places: np.ndarray) -> float:
    center = recommender.bundle.model.centers[cluster]
    return float(np.linalg.norm(places - center, axis=1).min()) / recommender.usual_distance


def far_apart(recommender: Recommender) -> tuple[int, int]:
    centers = recommender.bundle.model.centers
    distances = np.linalg.norm(centers[:, None] - centers[None], axis=2)
    first, second = np.unravel_index(distances.argmax(), distances.shape)
    return int(first), int(second)


def test_for_one_person_their_nearest_clusters_come_first(recommender: Recommender) -> None:
    tastes = tastes_of(recommender, 7)
    clusters = GroupTaste(recommender, tastes).clusters_for(ME, np.random.default_rng(1))
    centers = recommender.bundle.model.centers
    nearest = sorted(range(len(centers)), key=lambda cluster: away(recommender, cluster, tastes[ME]))[:NEAR]
    assert sorted(clusters) == sorted(nearest)
    assert set(clusters[:3]) == set(nearest[:3])


def test_what_makes_somebody_miserable_comes_last(recommender: Recommender) -> None:
    first, second = far_apart(recommender)
    tastes = tastes_of(recommender, first, second, first)
    clusters = GroupTaste(recommender, tastes).clusters_for_all(np.random.default_rng(1))[3:]
    furthest = [max(away(recommender, one, places) for places in tastes.values()) for one in clusters]
    miserable = [distance > MISERY for distance in furthest]
    assert any(miserable)
    assert miserable == sorted(miserable)
    last = [distance for distance, bad in zip(furthest, miserable, strict=True) if bad]
    assert last == pytest.approx(sorted(last))


def test_the_others_have_a_say_in_whose_turn_it_is(recommender: Recommender) -> None:
    """Of my near clusters, those nearer to you come earlier than when I am alone."""
    sooner = 0
    for number in range(20):
        tastes = tastes_of(recommender, number, number + 40)
        alone = GroupTaste(recommender, {ME: tastes[ME]}).clusters_for(ME, np.random.default_rng(1))
        together = GroupTaste(recommender, tastes).clusters_for(ME, np.random.default_rng(1))
        assert set(alone) == set(together)
        yours = [
            np.mean([away(recommender, one, tastes[YOU]) for one in found[:3]]) for found in (alone, together)
        ]
        sooner += yours[1] <= yours[0]
    assert sooner >= 18


def test_the_songs_of_a_cluster_are_ordered_for_the_person(recommender: Recommender) -> None:
    tastes = tastes_of(recommender, 3)
    rows = recommender.rows_of(3)
    songs = GroupTaste(recommender, tastes).songs_for(ME, rows, np.random.default_rng(1))
    assert sorted(songs) == sorted(rows)
    places = recommender.points_of(songs)
    distances = [float(np.linalg.norm(tastes[ME] - place, axis=1).min()) for place in places]
    assert distances[3:] == sorted(distances[3:])
    assert max(distances[:3]) <= distances[3]


def test_people_without_a_taste_are_left_out_and_with_none_nothing_is_ordered(
    recommender: Recommender,
) -> None:
    nobody = GroupTaste(recommender, {ME: np.empty((0, 3), np.float32)})
    assert nobody.unknown
    assert nobody.clusters_for_all(np.random.default_rng(1)) == []
    assert sorted(nobody.songs_for(ME, [5, 6], np.random.default_rng(1))) == [5, 6]
    both = GroupTaste(recommender, {**tastes_of(recommender, 3), THEM: np.empty((0, 3), np.float32)})
    assert both.knows(ME)
    assert not both.knows(THEM)
