"""Finds tracks of a catalogue that are versions of one song."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.domain.spelling import name_key
from bot.domain.titles import artist_keys, title_key
from ml.model.song_numbers import song_numbers
from ml.songs import LabelledSongs


def with_song_numbers(songs: LabelledSongs) -> LabelledSongs:
    """Number the songs: one base title and a common artist, or identical features, make one song."""
    return replace(songs, songs=song_numbers(_keys(songs)))


def artist_numbers(songs: LabelledSongs) -> NDArray[np.int32]:
    """Return shape (n,): equal numbers for tracks with the same first artist."""
    numbers: dict[str, int] = {}
    firsts = [names[0] if names else "" for names in songs.artists]
    keys = {first: name_key(first) for first in set(firsts)}
    return np.fromiter(
        (numbers.setdefault(keys[first], len(numbers)) for first in firsts), np.int32, len(firsts)
    )


def _keys(songs: LabelledSongs) -> Iterator[list[object]]:
    """Keys that a track shares with the versions of its song, as in `titles.same_song`."""
    credits = {credit for artists in songs.artists for credit in artists}
    names = {credit: sorted(artist_keys((credit,))) for credit in credits}
    titles = map(title_key, songs.titles)
    for features, title, artists in zip(songs.columns.features, titles, songs.artists, strict=True):
        own = dict.fromkeys(name for credit in artists for name in names[credit])
        yield [features.tobytes(), *((title, artist) for artist in own)]
