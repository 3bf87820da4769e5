"""Holds out playlists: learns from some, and evaluates on the others."""

from dataclasses import replace

import numpy as np

from ml.arrays import Labels
from ml.songs import LabelledSongs

SHARE = 0.2
"""The share of playlists that are held out."""
FEWEST = 5
"""The fewest playlists for which this is done."""


def hold_out_playlists(songs: LabelledSongs, *, seed: int) -> tuple[LabelledSongs, LabelledSongs] | None:
    """Split the playlists of a table, 80 to 20.

    A genre that a song stands under by a held-out playlist alone (all of whose songs carry it) goes with it.

    Args:
        songs: n songs.
        seed: of the choice.

    Returns:
        the songs with what remains known, and the same songs with nothing but the held-out playlists; None
        where there are fewer than five playlists.
    """
    every = sorted(frozenset[str]().union(*songs.playlists))
    if len(every) < FEWEST:
        return None
    order = np.random.default_rng([seed, 80]).permutation(len(every))
    held = frozenset(every[place] for place in order[: round(SHARE * len(every))].tolist())
    known = replace(
        songs,
        genres=_without(songs.genres, songs.playlists, held),
        subgenres=_without(songs.subgenres, songs.playlists, held),
        playlists=[own - held for own in songs.playlists],
    )
    asked = replace(songs, genres=(), subgenres=(), playlists=[own & held for own in songs.playlists])
    return known, asked


def _without(labels: Labels, playlists: Labels, held: frozenset[str]) -> Labels:
    if not labels:
        return labels
    common: dict[str, frozenset[str]] = {}
    for own, names in zip(playlists, labels, strict=True):
        for playlist in own:
            common[playlist] = common[playlist] & names if playlist in common else names

    def of(some: frozenset[str]) -> frozenset[str]:
        return frozenset[str]().union(*(common[playlist] for playlist in some))

    return [names - (of(own & held) - of(own - held)) for own, names in zip(playlists, labels, strict=True)]
