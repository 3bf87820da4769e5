"""The best version of each song, for all listeners and for those without explicit songs."""

import numpy as np

from bot.services.catalogue.song_numbers import artist_numbers, track_kinds, with_song_numbers
from ml.model.versions import best_versions, one_a_song
from ml.serving.catalogue_arrays import BEST, BEST_CLEAN, BEST_MILD
from ml.songs import LabelledSongs, SongColumns

TRACKS = (
    # title, artists, popularity, explicit, genres
    ("Brightest Day", ("The Examples",), None, None, {"rock"}),
    ("Brightest Day - Remastered", ("The Examples",), 81.0, True, {"indie"}),
    ("Brightest Day (Radio Edit)", ("The Examples", "A Guest"), 40.0, False, set()),
    ("Brightest Day - Sped Up", ("The Examples",), 95.0, False, set()),
    ("Quiet Street", ("A Guest & The Examples",), None, None, {"pop"}),
)


def table() -> LabelledSongs:
    count = len(TRACKS)
    unknown = np.full(count, np.nan)
    explicit = [track[3] for track in TRACKS]
    return LabelledSongs(
        SongColumns(
            np.arange(count * 9, dtype=np.float64).reshape(count, 9) / 100,
            *(unknown.copy() for _ in range(4)),
            np.array([np.nan if track[2] is None else track[2] for track in TRACKS]),
        ),
        [f"id{at}" for at in range(count)],
        [track[0] for track in TRACKS],
        [track[1] for track in TRACKS],
        [frozenset(track[4]) for track in TRACKS],
        explicit=np.array([rated is True for rated in explicit]),
        unrated=np.array([rated is None for rated in explicit]),
    )


def test_the_best_version_is_an_ordinary_one_and_the_best_known_of_those() -> None:
    tracks = with_song_numbers(table())
    versions = best_versions(tracks, track_kinds(tracks))
    assert versions.best.tolist() == [1, 4]
    assert versions.standing.tolist() == [0, BEST, BEST_MILD | BEST_CLEAN, 0, BEST | BEST_MILD]
    assert versions.popularity[:4].tolist() == [95.0] * 4
    assert np.isnan(versions.popularity[4])


def test_a_song_has_the_labels_and_the_popularity_of_all_its_versions() -> None:
    tracks = with_song_numbers(table())
    songs = one_a_song(tracks, best_versions(tracks, track_kinds(tracks)))
    assert songs.ids == ["id1", "id4"]
    assert songs.genres == [{"rock", "indie"}, {"pop"}]
    assert songs.columns.popularity[0] == 95.0
    assert songs.song_numbers.tolist() == [0, 1]


def test_artists_have_one_number_as_first_artist_and_as_guest() -> None:
    numbers = artist_numbers(table())
    band, guest = numbers[2]
    assert numbers[0] == (band,)
    assert {band, guest} < set(numbers[4])
