"""Seeds and song references."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import errors
from bot.domain.charts import ChartEntry
from bot.domain.errors import SamewaveError, SongNotFound, SourceUnavailable
from bot.domain.recommendations import SeedSong, hot_ref
from bot.domain.tracks import Track, distinct_songs
from ml.features import AudioFeatures

FEATURES = AudioFeatures(0.1, 0.2, 0.3, 0.4, 0.5, -6.0, 0.7, 120.0, 0.9)


@given(st.text(max_size=300), st.text(max_size=300), st.integers(1, 100))
def test_a_hot_songs_reference_fits_a_button_and_does_not_depend_on_its_rank(
    title: str, artist: str, rank: int
) -> None:
    song_ref = hot_ref(ChartEntry(rank, title, artist))
    assert re.fullmatch(r"hot:[0-9a-f]{16}", song_ref)
    assert song_ref == hot_ref(ChartEntry(rank + 1, title, artist, weeks=3))


def test_a_seeds_reference_is_the_tracks_id_where_there_is_one() -> None:
    track = Track("4u7EnebtmKWzUH433cf5Qv", "T", ("A",))
    entry = ChartEntry(3, "T", "A", track_id="3z8h0TU7ReDPLIbEnYhWZb")
    assert SeedSong("T", ("A",), track, entry).song_ref == track.id
    assert SeedSong("T", ("A",), None, entry).song_ref == hot_ref(entry)
    assert SeedSong("T", ("A",), None, entry).id == entry.track_id


def test_versions_of_one_song_are_one() -> None:
    def track(number: int, title: str, artist: str, features: AudioFeatures | None = None) -> Track:
        return Track(f"{number:022d}", title, (artist,), features)

    tracks = [
        track(1, "Stay", "A"),
        track(2, "Stay - Live", "A"),
        track(3, "Stay", "B"),
        track(4, "Other", "C", FEATURES),
        track(5, "Other Name", "D", FEATURES),
    ]
    assert [song.id[-1] for song in distinct_songs(tracks)] == ["1", "3", "4"]
    assert distinct_songs([]) == []


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SamewaveError)]


def test_every_error_is_a_samewave_error_with_its_own_sentence() -> None:
    assert len(KINDS) > 10
    for kind in KINDS:
        assert kind.__doc__


@given(st.text(max_size=100), st.lists(st.text(min_size=1, max_size=40), max_size=3), st.booleans())
def test_a_song_not_found_names_what_is_near(query: str, nearest: list[str], only_here: bool) -> None:
    songs = [SeedSong(title, ("Somebody",)) for title in nearest]
    error = SongNotFound(query, songs, only_here=only_here)
    assert query in str(error)
    assert all(title in str(error) for title in nearest)
    assert str(error).endswith(".")


def test_responses_of_services_stay_out_of_the_sentence() -> None:
    error = SourceUnavailable("Spotify", "HTTP 500: token abc")
    assert "token" not in str(error)
    assert error.detail == "HTTP 500: token abc"
