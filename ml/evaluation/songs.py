"""Merges versions of songs for the evaluation protocol, and unites their labels.

The protocol is fixed, so that results of different versions can be compared: first artist and title up to
the first bracket or dash, case-folded. The bot itself uses `bot.domain.titles`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.songs import LabelledSongs

_TAIL = re.compile(r" \(| -| \[")


def bare_title(title: str) -> str:
    """The title without "(Live)", "- Remastered 2011", "[Bonus]" and the like, case-folded."""
    folded = title.casefold()
    tail = _TAIL.search(folded)
    return (folded[: tail.start()] if tail else folded).strip()


def bare_artists(artists: tuple[str, ...]) -> tuple[str, ...]:
    """Artist names for comparison: case-folded, trimmed, without empty ones."""
    return tuple(name for name in (artist.casefold().strip() for artist in artists) if name)


def merge_versions(songs: LabelledSongs) -> LabelledSongs:
    """One row a song: the first track of each (first artist, bare title), with the labels of all its tracks.

    Rows without a title or an artist are dropped.
    """
    place: dict[tuple[str, str], int] = {}
    first: list[int] = []
    tracks: list[list[int]] = []
    for row, (title, artists) in enumerate(zip(songs.titles, songs.artists, strict=True)):
        names = bare_artists(artists)
        if not names or not title.strip():
            continue
        song = place.setdefault((names[0], bare_title(title)), len(first))
        if song == len(first):
            first.append(row)
            tracks.append([])
        tracks[song].append(row)

    def united(labels: Sequence[frozenset[str]]) -> list[frozenset[str]]:
        return [frozenset().union(*(labels[row] for row in rows)) for rows in tracks] if labels else []

    return replace(
        songs.take(np.array(first, dtype=np.intp)),
        genres=united(songs.genres),
        subgenres=united(songs.subgenres),
        playlists=united(songs.playlists),
        songs=None,
        leads=None,
    )


def rows_of_artists(artists: Sequence[tuple[str, ...]]) -> list[NDArray[np.intp]]:
    """For each of n songs the rows of those that credit any of its artists, itself among them."""
    credited = [bare_artists(names) for names in artists]
    by_artist: dict[str, list[int]] = {}
    for row, names in enumerate(credited):
        for name in names:
            by_artist.setdefault(name, []).append(row)
    return [
        np.unique(np.array([row, *(other for name in names for other in by_artist[name])], dtype=np.intp))
        for row, names in enumerate(credited)
    ]


class VersionIndex:
    """Finds the rows of one song: same bare title and a shared artist, or the same nine features."""

    def __init__(self, songs: LabelledSongs) -> None:
        self._titles = [bare_title(title) for title in songs.titles]
        self._artists = [frozenset(bare_artists(artists)) for artists in songs.artists]
        self._sound = np.unique(songs.columns.features, axis=0, return_inverse=True)[1].ravel()
        self._by_title: dict[str, list[int]] = {}
        self._by_sound: dict[int, list[int]] = {}
        for row, (title, sound) in enumerate(zip(self._titles, self._sound.tolist(), strict=True)):
            self._by_title.setdefault(title, []).append(row)
            self._by_sound.setdefault(sound, []).append(row)

    def versions(self, row: int) -> NDArray[np.intp]:
        """All rows with the song of `row`, including `row`."""
        same_title = {
            other
            for other in self._by_title[self._titles[row]]
            if not self._artists[row].isdisjoint(self._artists[other])
        }
        return np.array(
            sorted(same_title | {row} | set(self._by_sound[int(self._sound[row])])), dtype=np.intp
        )
