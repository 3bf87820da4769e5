"""The report's measures, on examples small enough to count."""

import numpy as np
import pytest

from ml.features import FEATURE_NAMES
from ml.model.training import train
from ml.report.algorithms import describe
from ml.report.choosing_k import compare_numbers
from ml.report.classifiers import UnfitForTraining, artist_folds
from ml.report.components import enough, explained
from ml.report.contents import count_contents
from ml.report.correlations import measure_correlations
from ml.report.distributions import measure_distributions
from ml.report.knee import knee
from ml.report.phrases import listed, percent, plural
from ml.report.sample import draw_sample
from ml.report.scalers import choose_scaler
from ml.report.section import Table
from ml.report.song_map import hover
from ml.songs import LabelledSongs
from tests.ml.made_up_songs import bare_columns, made_up_songs


def nine(column: np.ndarray) -> np.ndarray:
    return np.repeat(column[:, None], 9, axis=1)


def test_counts_gaps_and_duplicates() -> None:
    columns = bare_columns(nine(np.array([0.1, 0.1, 0.2, 0.3])))
    columns.duration_ms[:3] = 200_000
    contents = count_contents(
        LabelledSongs(
            columns,
            ids=["a", "b", "c", "c"],
            titles=["Song", "song ", "Other", ""],
            artists=[("Ann",), ("ANN", "Bob"), ("Bob",), ()],
            genres=[frozenset({"pop"}), frozenset(), frozenset(), frozenset()],
        )
    )
    assert contents.tracks == 4
    assert contents.artists == 2
    assert contents.missing["duration"] == 1
    assert contents.missing["release year"] == 4
    assert contents.missing["genre"] == 3
    assert contents.missing["title"] == contents.missing["artist"] == 1
    assert (contents.repeated_ids, contents.repeated_songs, contents.repeated_sounds) == (1, 1, 1)


def test_a_distribution_is_tukeys_box() -> None:
    [box, *_] = measure_distributions(nine(np.array([0.0, 1.0, 2.0, 3.0, 4.0, 100.0])))
    assert (box.feature, box.median, box.q1, box.q3) == (FEATURE_NAMES[0], 2.5, 1.25, 3.75)
    assert (box.low_whisker, box.high_whisker) == (0.0, 4.0)
    assert box.beyond == pytest.approx(1 / 6)
    assert sum(box.counts) == 6
    assert len(box.edges) == len(box.counts) + 1


def test_correlations_of_hand_made_columns() -> None:
    features = np.zeros((4, 9))
    features[:, 0] = [1, 2, 3, 4]
    features[:, 1] = [2, 4, 6, 8]
    features[:, 2] = [4, 3, 2, 1]
    matrix = measure_correlations(features)
    assert matrix[0][1] == pytest.approx(1.0)
    assert matrix[0][2] == pytest.approx(-1.0)
    assert matrix[0][3] is None
    assert matrix[3][3] is None


@pytest.mark.parametrize(
    ("values", "choice"),
    [
        (np.random.default_rng(0).normal(0.5, 0.1, 2_000), "standard"),
        (np.random.default_rng(0).lognormal(0, 0.8, 2_000), "power"),
        (np.r_[np.zeros(900), np.random.default_rng(0).uniform(0, 1, 1_100)], "quantile"),
        (np.full(50, 0.3), "none"),
    ],
)
def test_the_scaler_follows_from_the_values(values: np.ndarray, choice: str) -> None:
    assert choose_scaler("energy", values).choice == choice


def test_zeros_and_skew_are_measured() -> None:
    measured = choose_scaler("energy", np.array([0.0, 0.0, 0.0, 1.0]))
    assert measured.zeros == 0.75
    assert measured.at_an_end == 0.75
    # Deviations -1/4 three times and 3/4: m2 = 3/16, m3 = 3/32, m3 / m2^1.5 = 2 / sqrt(3).
    assert measured.skew == pytest.approx(2 / np.sqrt(3))
    assert choose_scaler("energy", np.array([1.0, 2.0, 3.0])).skew == pytest.approx(0.0)


def test_components_of_a_line_and_of_a_square() -> None:
    line = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    assert enough(explained(line)) == 1
    square = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    assert explained(square) == pytest.approx([0.5, 0.5])
    assert enough(explained(square)) == 2
    assert enough(explained(np.zeros((3, 2)))) == 0


def test_the_knee_is_furthest_from_the_chord() -> None:
    assert knee([1, 2, 3, 4, 5], [10, 2, 1.5, 1.2, 1]) == 1
    assert knee([0, 1, 2, 3], [0, 0.1, 0.2, 9]) == 2
    assert knee([0, 1, 2], [2, 1, 0]) is None
    assert knee([0, 1], [1, 0]) is None
    assert knee([0, 1, 2], [1, 1, 1]) is None


def test_the_knee_is_marked_where_the_drawn_curve_bends() -> None:
    songs = made_up_songs(960, genres=2)
    model = train(songs, clusters=None, seed=1)
    found = compare_numbers(draw_sample(songs, model, seed=1), len(model.cluster_centers_))
    inertia, silhouette = (figure.plot for figure in found.section().figures)
    for plot in (inertia, silhouette):
        curve, mark = plot.data
        assert plot.layout.xaxis.type == "log"
        assert mark.y[0] == curve.y[curve.x.index(mark.x[0])]
    curve, mark = inertia.data
    assert mark.x[0] == curve.x[knee(np.log2(curve.x).tolist(), list(curve.y))]
    best = max(one for one in silhouette.data[0].y if one is not None)
    assert silhouette.data[1].y[0] == best


def test_noise_counts_for_neither_silhouette_nor_agreement() -> None:
    points = np.array([[0.0], [0.1], [9.0], [9.1], [50.0]])
    labels = np.array([0, 0, 1, 1, -1], dtype=np.int32)
    model = np.array([3, 3, 5, 5, 5], dtype=np.int32)
    found = describe("made up", labels, model, points)
    assert found.clusters == 2
    assert found.noise == pytest.approx(0.2)
    assert found.largest == pytest.approx(0.4)
    assert found.agreement == 1.0
    # a = 0.1 for each; b = 9.05, 8.95, 8.95, 9.05.
    assert found.silhouette == pytest.approx(np.mean([1 - 0.1 / 9.05, 1 - 0.1 / 8.95]))


def test_all_noise_has_neither() -> None:
    everywhere = np.full(4, -1, dtype=np.int32)
    found = describe("made up", everywhere, np.zeros(4, np.int32), np.arange(4.0)[:, None])
    assert (found.clusters, found.noise, found.silhouette, found.agreement) == (0, 1.0, None, None)


def test_no_artist_is_on_both_sides_of_a_fold() -> None:
    generator = np.random.default_rng(3)
    labels = generator.integers(0, 3, 300)
    artists = [
        tuple(f"Artist {number}" for number in generator.integers(0, 60, generator.integers(1, 3)))
        for _ in range(300)
    ]
    held = []
    for training, held_out in artist_folds(labels, artists, seed=1):
        known = {name for row in held_out for name in artists[row]}
        assert known.isdisjoint(name for row in training for name in artists[row])
        held += held_out.tolist()
    assert sorted(held) == list(range(300))


def test_songs_without_artists_share_none() -> None:
    folds = list(artist_folds(np.arange(60) % 2, [()] * 60, seed=1))
    assert sum(len(held_out) for _, held_out in folds) == 60


def test_one_group_is_not_worth_a_classifier() -> None:
    with pytest.raises(UnfitForTraining, match="one group"):
        list(artist_folds(np.zeros(9, np.intp), [(str(row),) for row in range(9)], seed=1))


def test_names_in_hover_texts_are_escaped() -> None:
    assert hover("<b>&", ["A<script>"], "C") == "<b>&lt;b&gt;&amp;</b><br>A&lt;script&gt;<br><i>C</i>"


def test_wording() -> None:
    assert listed([]) == "none"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert plural(1, "track") == "1 track"
    assert plural(2_000, "track") == "2,000 tracks"
    assert percent(0.254) == "25\N{NO-BREAK SPACE}%"
    assert percent(0.0004, 1) == "under 0.1\N{NO-BREAK SPACE}%"
    assert percent(0.0) == "0\N{NO-BREAK SPACE}%"


def test_columns_of_figures_are_known_from_their_cells() -> None:
    table = Table(
        [
            {"a": "x", "b": 1, "c": percent(0.1, 1), "d": "0.1 [0.0, 0.2]"},
            {"a": "2nd", "b": None, "c": percent(0.0001, 1), "d": None},
        ]
    )
    assert table.columns == {"a": False, "b": True, "c": True, "d": True}
