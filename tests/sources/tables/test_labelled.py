from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import UnreadableTable
from bot.sources.tables.labelled import read_labelled_songs
from ml.features import FEATURE_NAMES
from tests.sources.tables.fictional import EMBEDDED, FEATURES, csv_file, song, song_id


def test_one_row_a_track_with_all_its_labels(tmp_path: Path) -> None:
    rows = [song(2, genres=["sea shanty"]), song(1), song(2, genres=["imaginary pop"], popularity="")]
    songs = read_labelled_songs(csv_file(tmp_path / "table.csv", rows))
    assert list(songs.ids) == [song_id(2), song_id(1)]
    assert list(songs.genres) == [{"sea shanty", "imaginary pop"}, {"imaginary pop"}]
    assert list(songs.artists) == [("The Paper Weathervanes",)] * 2
    assert songs.columns.features[0].tolist() == [FEATURES[name] for name in FEATURE_NAMES]
    assert songs.columns.popularity.tolist() == [40, 40]
    assert np.isnan(songs.columns.release_year).all()
    assert songs.explicit is not None
    assert not songs.explicit.any()


def test_playlists(tmp_path: Path) -> None:
    songs = read_labelled_songs(csv_file(tmp_path / "table.csv", [song()], "playlists"))
    assert (songs.subgenres[0], songs.playlists[0]) == ({"imaginary dance pop"}, {"a playlist"})
    assert songs.columns.release_year.tolist() == [1999]


def test_a_table_that_lacks_a_feature_is_not_measured_on(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "table.csv", [song()], "songs without ids")
    with pytest.raises(UnreadableTable, match="lacks valence"):
        read_labelled_songs(path)


def test_the_embedded_table() -> None:
    songs = read_labelled_songs(EMBEDDED)
    assert len(songs) == 5_849
    assert {name for names in songs.genres for name in names} == {
        *("country", "deep-house", "dubstep", "hip-hop", "metal", "rock")
    }
