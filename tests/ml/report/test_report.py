"""The report's figures compared with ones counted by hand, and unusual catalogues."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from ml.evaluation import evaluate
from ml.model.cluster_profiles import profile_clusters
from ml.model.training import train
from ml.report import Report, ReportError, build_report
from ml.report.sample import draw_sample
from ml.songs import LabelledSongs
from tests.ml.made_up_songs import bare_columns, made_up_songs


def report_of(songs: LabelledSongs, *, clusters: int | None = None, seed: int = 5) -> Report:
    model = train(songs, clusters=clusters, seed=seed)
    profiles = profile_clusters(songs, model.labels_, len(model.cluster_centers_))
    return build_report(songs, model, profiles, seed=seed, evaluation=None)


def words(report: Report) -> str:
    """The text of the page, without scripts and styles."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", report.html(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def sound(report: Report) -> str:
    """The text of the page, after checking that neither it nor the numbers contain NaN or infinity."""
    json.dumps(report.numbers(), allow_nan=False)
    text = words(report)
    found = re.search(r".{30}\b(nan|inf|infinity|none|null)\b.{30}", text, re.I)
    assert not found, found
    return text


def first(songs: LabelledSongs, count: int) -> LabelledSongs:
    return LabelledSongs(
        songs.columns.take(slice(0, count)),
        songs.ids[:count],
        songs.titles[:count],
        songs.artists[:count],
        songs.genres[:count],
    )


@pytest.fixture(scope="module")
def songs() -> LabelledSongs:
    return made_up_songs(100)


@pytest.fixture(scope="module")
def report(songs: LabelledSongs) -> Report:
    return report_of(songs)


def test_the_numbers_agree_with_each_other(report: Report, songs: LabelledSongs) -> None:
    numbers = report.numbers()
    assert numbers["tracks"] == numbers["sampled_tracks"] == len(songs)
    assert sum(card["size"] for card in numbers["cluster_cards"]) == len(songs)
    assert len(numbers["cluster_cards"]) == numbers["clusters"] == len(numbers["groups"]["of_cluster"])
    assert all(sum(feature["counts"]) == len(songs) for feature in numbers["distributions"])
    confusion = np.array(numbers["classifiers"]["confusion"])
    assert confusion.sum() == numbers["classifiers"]["rows"] == len(songs)
    best = numbers["classifiers"]["scores"][0]
    assert best["accuracy"] == pytest.approx(np.trace(confusion) / confusion.sum())
    assert numbers["algorithms"]["clusterings"][0]["agreement"] == 1.0
    assert numbers["choosing_k"]["inertia"] == sorted(numbers["choosing_k"]["inertia"], reverse=True)


def test_names_every_section_and_classifier(report: Report) -> None:
    text = sound(report)
    for expected in ("100 tracks by 20 artists", "HDBSCAN", "QDA", "naive Bayes", "AdaBoost", "Satopaa"):
        assert expected in text


def test_the_same_seed_gives_the_same_numbers(report: Report, songs: LabelledSongs) -> None:
    def timeless(numbers: dict) -> dict:
        for score in numbers["classifiers"]["scores"]:
            score["fit_seconds"] = 0.0
        return numbers

    assert timeless(report_of(songs).numbers()) == timeless(report.numbers())


@pytest.mark.slow
def test_the_quality_table_shows_the_evaluation() -> None:
    songs = made_up_songs(100, per_artist=4, labels=False, playlists=True)  # one kind: fewer networks
    model = train(songs, clusters=None, seed=1)
    evaluation = evaluate(songs, seed=1, queries=20)
    profiles = profile_clusters(songs, model.labels_, len(model.cluster_centers_))
    report = build_report(songs, model, profiles, seed=1, evaluation=evaluation)
    text = sound(report)
    estimate = evaluation.methods["samewave_cluster"]["playlist@5"]
    assert f"{estimate.mean:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]" in text
    assert report.numbers()["evaluation"] == json.loads(json.dumps(evaluation.to_json()))


def test_says_what_is_sampled(songs: LabelledSongs) -> None:
    model = train(songs, clusters=None, seed=1)
    sample = draw_sample(songs, model, seed=1, most=60)
    assert len(sample) == 60
    assert sample.sizes.sum() == 100
    assert sample.note == "Measured on 60 of the 100 tracks, drawn with seed 1."
    assert draw_sample(songs, model, seed=1).note == ""


def constant_columns() -> LabelledSongs:
    songs = made_up_songs(120)
    features = songs.columns.features.copy()
    features[:, [0, 3, 6]] = 0.25
    return replace(songs, columns=replace(songs.columns, features=features))


def nothing_known() -> LabelledSongs:
    return made_up_songs(80, labels=False, extras=False)


def nobody_known() -> LabelledSongs:
    return replace(made_up_songs(60), artists=[()] * 60, titles=[""] * 60)


def two_sounds() -> LabelledSongs:
    songs = made_up_songs(60)
    features = np.repeat(songs.columns.features[:2], 30, axis=0)
    return replace(songs, columns=bare_columns(features))


@pytest.mark.parametrize(
    ("songs", "clusters", "said"),
    [
        pytest.param(first(made_up_songs(40), 20), None, "20 tracks by 4 artists", id="twenty songs"),
        pytest.param(
            constant_columns(),
            None,
            "Acousticness, instrumentalness and speechiness never vary",
            id="constant columns",
        ),
        pytest.param(
            nothing_known(),
            None,
            "No track has a duration, release year, key, mode, popularity or genre",
            id="no genres, no years",
        ),
        pytest.param(nobody_known(), None, "60 tracks by 0 artists", id="no titles, no artists"),
        pytest.param(two_sounds(), None, "58 tracks sound exactly like", id="two sounds"),
        pytest.param(made_up_songs(60), 1, "All songs are in one group", id="one cluster"),
        pytest.param(made_up_songs(60, per_artist=60), None, "by 1 artist;", id="one artist"),
        pytest.param(made_up_songs(60), 60, "60 clusters of 1 to", id="a cluster for each song"),
    ],
)
def test_an_unusual_catalogue_gets_a_valid_page(
    songs: LabelledSongs, clusters: int | None, said: str
) -> None:
    assert said in sound(report_of(songs, clusters=clusters))


def test_too_few_songs_are_refused_in_a_sentence(songs: LabelledSongs) -> None:
    model = train(songs, clusters=None, seed=1)
    profiles = profile_clusters(songs, model.labels_, len(model.cluster_centers_))
    with pytest.raises(ReportError, match="The catalogue has 10 songs; at least 20"):
        build_report(first(songs, 10), model, profiles, seed=1, evaluation=None)
