import dataclasses
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.features import FEATURE_RANGES
from ml.model.artists import draw_together, first_artist_numbers
from ml.model.embedding import Embedding
from ml.model.label_classifier import hide, usable_labels
from ml.serving.artist_context import WEIGHT
from ml.serving.song_inputs import OPTIONAL
from ml.songs import SongColumns
from tests.ml.made_up_songs import HIGH, LOW, bare_columns, made_up_songs, unknown

SONGS = made_up_songs()


@pytest.fixture(scope="module")
def embedding() -> Embedding:
    return Embedding(random_state=3).fit(SONGS)


def test_one_row_is_placed_as_it_is_among_many(embedding: Embedding) -> None:
    together = embedding.transform(SONGS.columns)
    for row in (0, 17, 599):
        alone = embedding.transform(SONGS.columns.take(slice(row, row + 1)))
        np.testing.assert_allclose(alone[0], together[row], atol=1e-5)


def test_the_same_seed_learns_the_same_to_the_last_digit(embedding: Embedding) -> None:
    again = Embedding(random_state=3).fit(SONGS)
    other = Embedding(random_state=4).fit(SONGS)
    assert (again.transform(SONGS.columns) == embedding.transform(SONGS.columns)).all()
    assert not np.allclose(other.transform(SONGS.columns), embedding.transform(SONGS.columns))


def test_the_nine_features_alone_find_the_genre(embedding: Embedding) -> None:
    points = embedding.transform(SONGS.columns)
    bare = embedding.transform(bare_columns(SONGS.columns.features))
    genres = np.array([next(iter(names)) for names in SONGS.genres])
    distances = ((bare[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    assert np.mean(genres[distances.argmin(axis=1)] == genres) > 0.85


@settings(max_examples=60)
@given(data=st.data())
def test_any_song_gets_a_finite_point(embedding: Embedding, data: st.DataObject) -> None:
    features = [data.draw(st.floats(low, high)) for low, high in FEATURE_RANGES.values()]
    maybe = [
        data.draw(st.just(np.nan) | values)
        for values in (
            st.floats(0, 1e9),
            st.floats(0, 3000),
            st.integers(0, 11).map(float),
            st.integers(0, 1).map(float),
            st.floats(0, 100),
        )
    ]
    columns = SongColumns(np.array([features]), *(np.array([value]) for value in maybe))
    assert np.isfinite(embedding.transform(columns)).all()


def test_a_pickled_embedding_is_small_and_the_same(embedding: Embedding) -> None:
    blob = pickle.dumps(embedding)
    assert len(blob) < 2_000_000
    assert (pickle.loads(blob).transform(SONGS.columns) == embedding.transform(SONGS.columns)).all()


@pytest.mark.parametrize("extras", [True, False])
def test_without_labels_artists_stay_together(extras: bool) -> None:
    songs = made_up_songs(labels=False, extras=extras)
    points = Embedding(random_state=1).fit(songs).transform(songs.columns)
    owners = first_artist_numbers(songs.artists)
    distances = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    assert np.mean(owners[distances.argmin(axis=1)] == owners) > 0.3
    assert np.isfinite(points).all()


def test_without_labels_or_repeated_artists_the_sound_decides() -> None:
    songs = made_up_songs(80, per_artist=1, labels=False, extras=False)
    points = Embedding(random_state=1).fit(songs).transform(songs.columns)
    assert np.isfinite(points).all()
    assert points.std() > 0.1


def test_rare_labels_are_left_out() -> None:
    labels = [frozenset({"rock"})] * 5 + [frozenset({"rock", "odd"})] * 4 + [frozenset({"pop"})] * 5
    assert usable_labels(labels) == ("pop", "rock")


def test_hiding_zeroes_whole_spans_in_some_rows(embedding: Embedding) -> None:
    inputs = embedding.feature_step_.inputs
    rows = inputs.transform(SONGS.columns)
    hidden = hide(rows, OPTIONAL, np.random.default_rng(0))
    bare = inputs.transform(bare_columns(SONGS.columns.features))
    for span in OPTIONAL:
        lost = ~hidden[:, span].any(axis=1)
        assert 0.15 < lost.mean() < 0.4
        assert not bare[:, span].any()
    assert (hidden[:, : OPTIONAL[0].start] == rows[:, : OPTIONAL[0].start]).all()


def test_constant_and_unknown_columns_stay_finite() -> None:
    features = np.tile((LOW + HIGH) / 2, (30, 1))
    columns = SongColumns(features, np.full(30, 2e5), unknown(30), unknown(30), unknown(30), np.zeros(30))
    songs = dataclasses.replace(made_up_songs(30), columns=columns)
    assert np.isfinite(Embedding().fit(songs).transform(columns)).all()


def test_context_draws_a_song_towards_the_others_of_its_artists() -> None:
    points = np.array([[0.0], [4.0], [8.0], [100.0]])
    draw_together(points, [("A",), ("a", "B"), ("b ",), ("C",)])
    half, two_thirds = WEIGHT / 2, WEIGHT * 2 / 3
    expected = [4 * half, 4 * (1 - two_thirds) + 4 * two_thirds, 8 * (1 - half) + 4 * half, 100]
    assert points.ravel().tolist() == pytest.approx(expected)


def test_an_outside_song_with_its_artists_songs_is_placed_like_a_catalogue_song(embedding: Embedding) -> None:
    whole = embedding.transform_catalogue(SONGS, own_labels=False)
    others = SONGS.columns.take(np.array([0, 1, 3, 4]))
    profile = embedding.profiles_.of_artists(SONGS)[0]
    context = embedding.feature_step_.context_of(others, profile)
    alone = embedding.transform(SONGS.columns.take(slice(2, 3)), context)
    np.testing.assert_allclose(alone[0], whole[2], atol=1e-5)
