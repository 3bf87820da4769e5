import dataclasses

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from ml.model.artist_profiles import ArtistProfiles
from ml.model.embedding import Embedding
from ml.model.export import served_regressions
from ml.songs import LabelledSongs
from tests.ml.made_up_songs import made_up_songs

SONGS = made_up_songs(300, playlists=True)


def relabelled(songs: LabelledSongs, rows: list[int], label: str) -> LabelledSongs:
    genres = [frozenset({label}) if row in rows else names for row, names in enumerate(songs.genres)]
    return dataclasses.replace(songs, genres=genres)


def test_artists_of_the_same_genre_have_near_profiles() -> None:
    profiles = ArtistProfiles(1).fit(SONGS).of_artists(SONGS)
    genre = np.array([next(iter(names)) for names in SONGS.genres[::5]])
    distances = ((profiles[:, None] - profiles[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    assert np.mean(genre[distances.argmin(axis=1)] == genre) > 0.95


def test_without_its_own_labels_a_track_has_those_of_the_others() -> None:
    """Track 0 and its version 1 have a genre of their own; tracks 2 to 4 define the artist's profile."""
    odd = sorted(next(iter(names)) for names in set(SONGS.genres) if names != SONGS.genres[0])[0]
    numbers = np.arange(300, dtype=np.int32)
    numbers[1] = 0
    songs = dataclasses.replace(relabelled(SONGS, [0, 1], odd), songs=numbers)
    model = ArtistProfiles(1).fit(songs)
    others = model.of_tracks(songs, own_labels=False)(slice(0, 5))
    whole = model.of_tracks(songs, own_labels=True)(slice(0, 5))
    alike = [row for row in range(5, 300) if SONGS.genres[row] == SONGS.genres[0]]
    pure = model.of_tracks(songs, own_labels=True)(slice(alike[0], alike[0] + 1))
    genres = model.spans[0]
    np.testing.assert_allclose(others[0, genres], pure[0, genres], atol=1e-5)
    assert np.linalg.norm(whole[0, genres] - pure[0, genres]) > 0.1
    np.testing.assert_allclose(whole[0, genres], whole[4, genres], atol=1e-5)


def test_nothing_is_known_of_an_artist_with_one_song_but_by_its_own_labels() -> None:
    songs = made_up_songs(200, per_artist=1)
    model = ArtistProfiles(1).fit(songs)
    assert np.isnan(model.of_tracks(songs, own_labels=False)(slice(0, 200))).all()
    assert np.isfinite(model.of_artists(songs)).all()


def test_own_playlists_move_a_track_half_the_way() -> None:
    model = ArtistProfiles(1).fit(SONGS)
    playlists = model.spans[1]
    placed = model.of_tracks(SONGS, own_labels=True)(slice(0, 5))[:, playlists]
    artist = model.of_artists(SONGS)[0, playlists]
    alone = dataclasses.replace(SONGS, leads=np.arange(300, dtype=np.int32))
    own = model.of_artists(alone)[:5, playlists]
    np.testing.assert_allclose(placed, (artist + own) / 2, atol=1e-5)


@pytest.mark.parametrize("labels", [True, False])
def test_an_unknown_artist_is_expected_to_be_known_for_what_it_sounds_like(labels: bool) -> None:
    songs = made_up_songs(labels=labels)
    embedding = Embedding(random_state=3).fit(songs)
    step = embedding.feature_step_.profiles
    if not labels:
        assert step is None
        assert embedding.profiles_.of_artists(songs).shape == (120, 0)
        return
    assert step is not None
    points = embedding.feature_step_.by_sound(songs.columns)
    known = embedding.profiles_.of_tracks(songs, own_labels=True)(slice(None))
    far = ((step.expected.predict(points) - known) ** 2).sum()
    assert far < 0.5 * ((known - known.mean(axis=0)) ** 2).sum()


def test_regressions_are_scikit_learns() -> None:
    generator = np.random.default_rng(1)
    values, wanted = generator.normal(size=(90, 5)), generator.normal(size=(90, 7))
    parts = [Ridge().fit(values, wanted[:, :4]), Ridge().fit(values[:50], wanted[:50, 4:])]
    expected = np.concatenate([part.predict(values) for part in parts], axis=1)
    np.testing.assert_allclose(served_regressions(parts).predict(values), expected)
