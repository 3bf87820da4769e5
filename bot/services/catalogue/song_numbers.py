"""Finds tracks of a catalogue that are versions of one song."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.domain.kinds import kinds_of
from bot.domain.titles import artist_keys, credit_keys, title_key
from ml.model.song_numbers import song_numbers
from ml.songs import LabelledSongs


def with_song_numbers(songs: LabelledSongs) -> LabelledSongs:
    """Number the songs: one base title and a common artist, or identical features, make one song."""
    return replace(songs, songs=song_numbers(_keys(songs)))


def artist_numbers(songs: LabelledSongs) -> list[tuple[int, ...]]:
    """The numbers of each track's artists in the order of `credit_keys`; at least one, the first artist's."""
    numbers: dict[str, int] = {}
    known: dict[tuple[str, ...], tuple[int, ...]] = {}
    for credit in songs.artists:
        if credit not in known:
            keys = credit_keys(credit) or ("",)
            known[credit] = tuple(numbers.setdefault(key, len(numbers)) for key in keys)
    return [known[credit] for credit in songs.artists]


def track_kinds(songs: LabelledSongs) -> NDArray[np.uint16]:
    """Shape (n,), the `Kind` of each track."""
    albums = songs.albums or [None] * len(songs)
    kinds = map(kinds_of, songs.titles, albums, songs.artists)
    return np.fromiter(kinds, np.uint16, len(songs))


def _keys(songs: LabelledSongs) -> Iterator[list[object]]:
    """Keys that a track shares with the versions of its song, as in `titles.same_song`."""
    credits = {credit for artists in songs.artists for credit in artists}
    names = {credit: sorted(artist_keys((credit,))) for credit in credits}
    titles = map(title_key, songs.titles)
    for features, title, artists in zip(songs.columns.features, titles, songs.artists, strict=True):
        own = dict.fromkeys(name for credit in artists for name in names[credit])
        yield [features.tobytes(), *((title, artist) for artist in own)]
