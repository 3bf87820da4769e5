"""The choice of a song for a group."""

from pathlib import Path

import numpy as np
import pytest

from ml.serving.bundle import current_bundle, read_bundle
from ml.serving.group_taste import GroupTaste
from ml.serving.recommender import Recommender
from ml.serving.seeds import Seed

ME, YOU, THEM = 1, 2, 3


@pytest.fixture(scope="module")
def recommender(made_state: Path) -> Recommender:
    name = current_bundle(made_state / "models")
    assert name is not None
    return Recommender(read_bundle(made_state / "models", name))


def seeds_of(recommender: Recommender, cluster: int, count: int = 1) -> list[Seed]:
    found = [recommender.seed_of_row(row) for row in recommender.rows_of(cluster)[:count]]
    return [seed for seed in found if seed is not None]


def far_apart(recommender: Recommender) -> tuple[int, int]:
    centers = recommender.bundle.model.centers
    distances = np.linalg.norm(centers[:, None] - centers[None], axis=2)
    first, second = np.unravel_index(distances.argmax(), distances.shape)
    return int(first), int(second)


def test_every_taste_has_its_turn_however_many_songs_it_has(recommender: Recommender) -> None:
    first, second = far_apart(recommender)
    mine = seeds_of(recommender, first, 5)
    taste = GroupTaste(recommender, {ME: mine, YOU: seeds_of(recommender, second), THEM: []})
    assert taste.knows(ME)
    assert not taste.knows(THEM)
    played = [taste.in_turn(None, number)[0] for number in range(10)]
    assert [seed.cluster for seed in played] == [first, second] * 5
    assert {id(seed) for seed in played if seed.cluster == first} == {id(seed) for seed in mine}
    assert [seed.cluster for seed in taste.in_turn(None, 1)] == [second, *[first] * 5]
    assert taste.in_turn(ME, 2) == [*mine[2:], *mine[:2]]


def test_what_makes_nobody_miserable_comes_first_and_then_what_pleases_most(recommender: Recommender) -> None:
    first, second = far_apart(recommender)
    mine, yours = seeds_of(recommender, first), seeds_of(recommender, second)
    taste = GroupTaste(recommender, {ME: mine, YOU: yours})
    between = (mine[0].point + yours[0].point) / 2
    nearer = 0.7 * mine[0].point + 0.3 * yours[0].point
    assert taste.best(ME, np.stack([mine[0].point, between])) == 1  # the other one cannot bear the first
    together = GroupTaste(recommender, {ME: mine, YOU: mine})
    assert together.best(None, np.stack([between, nearer, mine[0].point])) == 2


def test_without_known_tastes_nothing_is_chosen(recommender: Recommender) -> None:
    nobody = GroupTaste(recommender, {ME: []})
    assert nobody.unknown
    assert nobody.in_turn(None, 0) == nobody.in_turn(ME, 3) == []
