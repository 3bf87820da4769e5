"""Chooses the best version of each song; the other versions share its point."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.arrays import Floats32, Labels, Rows
from ml.serving.catalogue_arrays import BEST, BEST_CLEAN, BEST_MILD
from ml.songs import LabelledSongs


@dataclass(frozen=True)
class Versions:
    """The roles of n tracks among the versions of s songs.

    Attributes:
        best: (s,), the index of each song's best version, in order of song numbers.
        standing: (n,) uint8, for which listeners a track is the best one, as in `CatalogueArrays`.
        popularity: (n,), that of the song's best-known version, 0-100; NaN where unknown.
    """

    best: Rows
    standing: NDArray[np.uint8]
    popularity: Floats32


def best_versions(songs: LabelledSongs, kinds: NDArray[np.uint16]) -> Versions:
    """The best version of each song: of no special kind, then the best known, then the first imported.

    Args:
        songs: n tracks with their `song_numbers`, from 0 without gaps.
        kinds: (n,), nonzero for a track that is sped up, for karaoke or the like.
    """
    numbers, popularity = songs.song_numbers, songs.columns.popularity
    order = np.lexsort((np.arange(len(songs)), -np.nan_to_num(popularity, nan=-1.0), kinds != 0, numbers))
    explicit, unrated = songs.ratings
    standing = np.zeros(len(songs), np.uint8)
    best = _first_of_each(order, numbers)
    standing[best] |= BEST
    standing[_first_of_each(order[~explicit[order]], numbers)] |= BEST_MILD
    standing[_first_of_each(order[~(explicit | unrated)[order]], numbers)] |= BEST_CLEAN
    known = np.full(len(best), np.nan)
    np.fmax.at(known, numbers, popularity)
    return Versions(best, standing, known[numbers].astype(np.float32))


def one_a_song(songs: LabelledSongs, versions: Versions) -> LabelledSongs:
    """The best version of each song, with the popularity and the labels of all of them."""
    best = versions.best
    chosen = songs.take(best)
    return replace(
        chosen,
        columns=replace(chosen.columns, popularity=versions.popularity[best].astype(np.float64)),
        genres=_united(songs.genres, songs.song_numbers, len(best)),
        subgenres=_united(songs.subgenres, songs.song_numbers, len(best)),
        playlists=_united(songs.playlists, songs.song_numbers, len(best)),
        songs=np.arange(len(best), dtype=np.int32),
    )


def _first_of_each(order: Rows, numbers: NDArray[np.int32]) -> Rows:
    """Of tracks in order of their songs the first one of each."""
    return order[np.flatnonzero(np.diff(numbers[order], prepend=-1))]


def _united(labels: Labels, numbers: NDArray[np.int32], count: int) -> Labels:
    united: list[frozenset[str]] = [frozenset()] * count
    for number, own in zip(numbers.tolist(), labels, strict=False):
        if own and own != united[number]:
            united[number] = united[number] | own if united[number] else own
    return united if labels else ()
