import dataclasses
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits

from ml.evaluation import Evaluation, EvaluationError, evaluate
from ml.evaluation.comparison import coverage, largest_hub, skew
from ml.evaluation.intervals import Bootstrap
from ml.evaluation.methods import Method, cluster_variant, nearest_variant
from ml.evaluation.protocol import artist_splits
from ml.evaluation.scoring import Judge, chances, draw
from ml.evaluation.songs import VersionIndex, bare_title, merge_versions
from ml.evaluation.unseen import hold_out_playlists
from ml.serving.draw import RANK_WEIGHTS
from ml.songs import LabelledSongs
from tests.ml.made_up_songs import HIGH, LOW, bare_columns, made_up_songs

SONGS = made_up_songs(300, playlists=True)
METHODS = (
    *("random", "usual", "nearest"),
    *("samewave_cluster", "samewave_nearest", "samewave_served", "samewave_by_sound"),
)


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate(SONGS, seed=2, queries=40)


def few_songs() -> LabelledSongs:
    """Six songs: 0 is the query; 1 shares a genre, 2 a playlist and the artist, 3 nothing, 4 both, 5 none."""
    features = np.linspace(0.1, 0.9, 6)[:, None].repeat(9, axis=1)
    pop, rock = frozenset({"pop"}), frozenset({"rock"})
    return LabelledSongs(
        columns=bare_columns(features),
        ids=list("abcdef"),
        titles=["One", "Two", "Three", "Four", "Five", "Six"],
        artists=[("X",), ("Y",), ("x", "Z"), ("Z",), ("W",), ("V",)],
        genres=[pop, pop, rock, rock, pop | rock, rock],
        playlists=[frozenset(names) for names in ("m", "", "m", "n", "mn", "n")],
    )


def test_versions_are_one_song_with_united_labels() -> None:
    songs = dataclasses.replace(
        few_songs(),
        titles=[
            "Hey Jude",
            "hey jude - Remastered 2015",
            "Hey Jude (Live)",
            "Hey Jude",
            "Hey",
            "Hey [Bonus]",
        ],
        artists=[("Beatles",), ("beatles", "Choir"), ("The Beatles",), ("BEATLES",), ("", "A"), ("a",)],
    )
    merged = merge_versions(songs)
    assert merged.ids == ["a", "c", "e"]
    assert merged.genres == [{"pop", "rock"}, {"rock"}, {"pop", "rock"}]
    assert merged.playlists == [{"m", "n"}, {"m"}, {"m", "n"}]


def test_rows_without_title_or_artist_are_dropped() -> None:
    songs = dataclasses.replace(
        few_songs(), titles=["", " ", "a", "b", "c", "d"], artists=[("X",)] * 3 + [()] + [(" ",), ("Y",)]
    )
    assert merge_versions(songs).ids == ["c", "f"]


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Bohemian Rhapsody - Remastered 2011", "bohemian rhapsody"),
        ("Memories (with Kid Cudi)", "memories"),
        ("Song [Bonus Track]", "song"),
        ("Re-Offender", "re-offender"),
        ("(I Can't Get No) Satisfaction", "(i can't get no) satisfaction"),
    ],
)
def test_a_bare_title_loses_its_tail(title: str, bare: str) -> None:
    assert bare_title(title) == bare


def test_versions_share_title_and_artist_or_sound() -> None:
    songs = few_songs()
    features = songs.columns.features.copy()
    features[5] = features[0]
    songs = dataclasses.replace(
        songs, columns=bare_columns(features), titles=["One", "Two", "One (Live)", "One", "Five", "Six"]
    )
    assert VersionIndex(songs).versions(0).tolist() == [0, 2, 5]
    assert VersionIndex(songs).versions(1).tolist() == [1]


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), guests=st.integers(8, 40))
def test_no_artist_is_on_both_sides_and_no_song_is_asked_twice(seed: int, guests: int) -> None:
    generator = np.random.default_rng(seed)
    names = [
        (f"a{generator.integers(60)}", *(f"a{generator.integers(60)}" for _ in range(row % guests == 0)))
        for row in range(300)
    ]
    songs = dataclasses.replace(made_up_songs(300), artists=names)
    asked: Counter[int] = Counter()
    for split in artist_splits(songs, share=0.3, queries=40, seed=seed):
        held = {name for row in split.held_out for name in names[row]}
        assert held.isdisjoint(name for row in split.training for name in names[row])
        asked.update(split.held_out[split.queries].tolist())
    assert set(asked.values()) == {1}


def test_chances_by_hand() -> None:
    first, share = chances([np.array([1, 3]), np.array([0, 2, 4, 5])], 7)
    assert first.tolist() == pytest.approx([0, 0.5, 0, 0.5, 0, 0, 0])
    assert share.tolist() == pytest.approx([0.15, 0.2, 0.15, 0.2, 0.15, 0.15, 0])


def test_a_drawn_song_makes_room_for_the_next() -> None:
    first, share = chances([np.array([4, 3, 2, 1, 0, 5])], 6, np.ones(1))
    assert first.tolist() == [0, 0, 0, 0, 1, 0]
    assert share.tolist() == pytest.approx([0.2, 0.2, 0.2, 0.2, 0.2, 0])
    first, share = chances([np.array([0, 1, 2, 3, 4, 5])], 6, np.ones(2))
    assert first.tolist() == pytest.approx([0.5, 0.5, 0, 0, 0, 0])
    # Left after five draws of one in two: the last to come into the window came at the fifth.
    assert share.tolist() == pytest.approx([31 / 160, 31 / 160, 15 / 80, 7 / 40, 3 / 20, 1 / 10])


@pytest.mark.parametrize("weights", [None, np.ones(1), np.ones(3), np.ones(16), RANK_WEIGHTS])
def test_draws_follow_the_chances(weights: NDArray[np.float64] | None) -> None:
    groups = [np.array([1, 3, 6]), np.array([0, 2, 4, 5])]
    generator = np.random.default_rng(0)
    lists = np.array([draw(groups, generator, weights) for _ in range(4_000)])
    share = np.bincount(lists.ravel(), minlength=7) / lists.size
    np.testing.assert_allclose(share, chances(groups, 7, weights)[1], atol=0.01)
    assert all(len(set(row)) == 5 for row in lists.tolist())
    assert set(lists[:, :3].ravel().tolist()) == {1, 3, 6}


def test_metrics_by_hand() -> None:
    method = Method("random", [lambda query, versions: [np.array([1, 2]), np.array([3, 4, 5])]])
    judge = Judge(few_songs(), np.array([0]))
    scores = judge.score([method], seed=0, tick=lambda done: None)["random"]
    values = {name: float(column[0]) for name, column in scores.values.items()}
    assert values["genre@1"] == pytest.approx(1 / 2)
    assert values["genre@5"] == pytest.approx(2 / 5)
    assert values["playlist@1"] == pytest.approx(1 / 2)
    assert values["playlist@5"] == pytest.approx(2 / 5)
    assert values["artist@5"] == pytest.approx(1 / 5)
    # label sets of 0 are {pop, m}: 1/2 with {pop}, 1/3 with {rock, m}, 2/4 with {pop, rock, m, n}
    assert values["jaccard@5"] == pytest.approx((1 / 2 + 1 / 3 + 2 / 4) / 5)
    assert sorted(scores.picks[0].tolist()) == [1, 2, 3, 4, 5]


def test_a_query_without_labels_of_a_kind_is_not_scored_on_it() -> None:
    method = Method("random", [lambda query, versions: [np.delete(np.arange(6), versions)]])
    scores = Judge(few_songs(), np.array([1])).score([method], seed=0, tick=lambda done: None)["random"]
    assert np.isnan(scores.values["playlist@5"][0])
    assert scores.values["genre@5"][0] == pytest.approx(2 / 5)


def test_cluster_groups_leave_versions_out_and_go_on_to_the_nearest_cluster() -> None:
    points = np.array([[0.0], [0.1], [0.2], [9.0], [9.1], [4.0], [4.1]])
    groups = cluster_variant(
        points, np.array([0, 0, 0, 2, 2, 1, 1], np.int32), np.array([[0.1], [4.0], [9.0]])
    )
    assert [group.tolist() for group in groups(0, np.array([0, 2]))] == [[1], [5, 6], [3, 4]]


def test_nearest_groups_are_exact_and_in_order() -> None:
    points = np.random.default_rng(1).normal(size=(50, 3))
    distances = np.linalg.norm(points - points[7], axis=1)
    expected = [row for row in np.argsort(distances).tolist() if row not in (7, 9)][:5]
    assert [int(group[0]) for group in nearest_variant(points)(7, np.array([7, 9]))] == expected


def test_spread_figures_by_hand() -> None:
    counts = np.array([0.0, 5, 3, 2, 0])
    assert coverage(counts) == pytest.approx(3 / 5)
    assert largest_hub(counts) == pytest.approx(5 / 10)
    assert skew(np.array([1.0, 1, 1, 1])) == 0
    assert skew(np.array([0.0, 0, 0, 4])) == pytest.approx(2 / 3**0.5)


def test_intervals_hold_the_mean_and_pair_the_ratio() -> None:
    base = np.random.default_rng(0).random(400)
    bootstrap = Bootstrap([150, 250], seed=1)
    estimate = bootstrap.mean(base)
    assert estimate.mean == pytest.approx(base.mean())
    assert estimate.low < estimate.mean < estimate.high
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * base.std() / 20, rel=0.15)
    ratio = bootstrap.ratio(2 * base, base)
    assert ratio is not None
    assert (ratio.low, ratio.mean, ratio.high) == pytest.approx((2, 2, 2))
    assert bootstrap.ratio(base, np.zeros(400)) is None


def test_every_method_has_every_metric_with_an_interval(evaluation: Evaluation) -> None:
    result = evaluation.to_json()
    assert tuple(evaluation.methods) == METHODS
    wanted = {f"{kind}@{rank}" for kind in ("genre", "subgenre", "playlist") for rank in (1, 5)}
    wanted |= {"artist@5", "jaccard@5", "coverage", "largest_hub", "skew"}
    wanted |= {"popularity_percentile", "intra_list_distance"}
    for method, metrics in evaluation.methods.items():
        assert wanted <= set(metrics), method
        for name, estimate in metrics.items():
            assert estimate.low <= estimate.mean <= estimate.high, (method, name)
    assert result["queries"] == 40
    assert result["asked"] == sum(split["queries"] for split in evaluation.splits) == 120


def test_made_up_genres_are_found(evaluation: Evaluation) -> None:
    rate = {method: metrics["genre@5"].mean for method, metrics in evaluation.methods.items()}
    assert rate["samewave_cluster"] > rate["random"] + 0.3
    assert rate["samewave_nearest"] > rate["random"] + 0.3


def test_picks_score_what_the_expectations_say(evaluation: Evaluation) -> None:
    genre = dict(zip(SONGS.ids, SONGS.genres, strict=True))
    hits: dict[str, list[bool]] = {method: [] for method in METHODS}
    seen: dict[tuple[str, str], list[int]] = {}
    for method, seed_id, rank, pick_id in evaluation.picks:
        assert seed_id != pick_id
        hits[method].append(not genre[seed_id].isdisjoint(genre[pick_id]))
        seen.setdefault((method, seed_id), []).append(rank)
    assert set(map(tuple, seen.values())) == {(1, 2, 3, 4, 5)}
    assert len(seen) == len(METHODS) * evaluation.asked
    for method, found in hits.items():
        assert np.mean(found) == pytest.approx(evaluation.methods[method]["genre@5"].mean, abs=0.06)


def test_own_artists_are_not_served(evaluation: Evaluation) -> None:
    assert evaluation.methods["samewave_cluster"]["artist@5"].mean == 0
    assert evaluation.methods["samewave_nearest"]["artist@5"].mean == 0
    assert evaluation.methods["samewave_served"]["artist@5"].mean == 0


def test_the_same_seed_gives_the_same_figures_to_the_last_digit() -> None:
    songs = made_up_songs(120)
    first = evaluate(songs, seed=4, queries=20)
    with threadpool_limits(2):  # threads sum in any order
        again = evaluate(songs, seed=4, queries=20)
    assert first.unseen is None  # there are no playlists
    assert first.to_json() == again.to_json()
    assert list(first.picks) == list(again.picks)
    assert evaluate(songs, seed=5, queries=20).to_json() != first.to_json()


def test_a_label_that_only_leakage_predicts_is_not_exploited() -> None:
    """The label is random per artist: only a model that has seen the artist can predict it."""
    songs = made_up_songs(600, genres=60, per_artist=10)
    owners = [int(artists[0].split()[1]) for artists in songs.artists]
    drawn = np.random.default_rng(0).permutation(np.arange(60) % 4)
    songs = dataclasses.replace(songs, genres=[frozenset({f"label {drawn[owner]}"}) for owner in owners])
    rates = {
        method: metrics["genre@5"] for method, metrics in evaluate(songs, seed=1, queries=300).methods.items()
    }

    leaking = KNeighborsClassifier(3)
    labels = drawn[owners]
    assert (
        cross_val_score(
            leaking,
            (songs.columns.features - LOW) / (HIGH - LOW),
            labels,
            cv=KFold(5, shuffle=True, random_state=0),
        ).mean()
        > 0.6
    )
    for method in ("samewave_by_sound", "samewave_nearest", "samewave_cluster", "samewave_served"):
        assert rates[method].mean < rates["random"].mean + 0.1, method


def test_the_own_label_of_a_song_is_no_help() -> None:
    """The label is random per song: neither sound nor artist predicts it."""
    songs = made_up_songs(400, genres=60, per_artist=8)
    drawn = np.random.default_rng(0).integers(0, 4, 400)
    songs = dataclasses.replace(songs, genres=[frozenset({f"label {label}"}) for label in drawn.tolist()])
    rates = {
        method: metrics["genre@5"].mean
        for method, metrics in evaluate(songs, seed=1, queries=100).methods.items()
    }
    for method in ("samewave_cluster", "samewave_nearest", "samewave_served"):
        assert abs(rates[method] - rates["random"]) < 0.07


def test_genres_known_only_by_held_out_playlists_are_held_out_too() -> None:
    """Playlists m, n and eight others of one song; a genre comes by a playlist, or by the song itself."""
    known = [frozenset({f"list {place}"}) for place in range(10)]
    genres = [frozenset({f"genre {place}"}) for place in range(10)]
    songs = dataclasses.replace(
        made_up_songs(20),
        playlists=[*known, *(known[place] | known[9 - place] for place in range(10))],
        genres=[*genres, *(genres[place] | genres[9 - place] | {"own"} for place in range(10))],
    )
    found = hold_out_playlists(songs, seed=1)
    assert found is not None
    seen, asked = found
    held = {name for names in asked.playlists for name in names}
    assert len(held) == 2
    for row, names in enumerate(songs.playlists):
        assert seen.playlists[row] == names - held
        assert asked.playlists[row] == names & held
        left = {f"genre {name.split()[1]}" for name in names - held}
        assert seen.genres[row] == left | ({"own"} if row >= 10 else set())
    assert hold_out_playlists(made_up_songs(20, playlists=True, genres=1), seed=1) is None


def test_playlists_are_held_out_beside_artists(evaluation: Evaluation) -> None:
    assert evaluation.unseen is not None
    assert list(evaluation.unseen.methods) == list(evaluation.methods)
    unseen = {method: metrics["playlist@5"].mean for method, metrics in evaluation.unseen.methods.items()}
    assert unseen["samewave_served"] > 1.5 * unseen["random"]
    assert "genre@5" not in evaluation.unseen.methods["random"]


def test_training_never_sees_a_held_out_row() -> None:
    songs = made_up_songs(300)
    (split, *_) = artist_splits(songs, share=0.3, queries=10, seed=1)
    training = songs.take(split.training)
    changed = list(songs.genres)
    for row in split.held_out.tolist():
        changed[row] = frozenset({"something else"})
    again = dataclasses.replace(songs, genres=changed).take(split.training)
    assert again.genres == training.genres
    assert not set(training.ids) & {songs.ids[row] for row in split.held_out.tolist()}


@pytest.mark.parametrize(
    ("songs", "sentence"),
    [
        (made_up_songs(200, labels=False), "no genres or playlists"),
        (made_up_songs(10), "2 artists; at least 10"),
        (made_up_songs(60, per_artist=4), "at least 20 of each"),
        (made_up_songs(200, per_artist=100), "2 artists"),
    ],
)
def test_an_unsuited_table_is_a_sentence(songs: LabelledSongs, sentence: str) -> None:
    with pytest.raises(EvaluationError, match=sentence):
        evaluate(songs, seed=1)


def test_one_song_per_artist_can_be_evaluated() -> None:
    found = evaluate(made_up_songs(200, per_artist=1), seed=1, queries=20)
    assert found.methods["samewave_nearest"]["artist@5"].mean == 0


def test_songs_that_all_sound_the_same_are_a_sentence() -> None:
    songs = made_up_songs(200)
    same = dataclasses.replace(songs, columns=bare_columns(np.tile(songs.columns.features[0], (200, 1))))
    with pytest.raises(EvaluationError, match="same audio features"):
        evaluate(same, seed=1, queries=20)


def test_no_queries_is_a_sentence() -> None:
    with pytest.raises(EvaluationError, match="At least one query"):
        evaluate(SONGS, seed=1, queries=0)
