"""The input of a pick: the seed, and what is excluded."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Seed:
    """The song asked about, as the model sees it.

    Attributes:
        cluster: its cluster.
        point: (d,) float32, its point in the scaled space.
        song: its song number, None for a song outside the trained catalogue.
        artists: the numbers of its artists, the first one first; those without songs in the trained catalogue
            are left out.
        kinds: its kinds, as bits (see `CatalogueArrays.kinds`): songs of these may answer it.
    """

    cluster: int
    point: NDArray[np.float32]
    song: int | None
    artists: tuple[int, ...] = ()
    kinds: int = 0


def at_point(point: NDArray[np.float32]) -> Seed:
    """A point of the space that is no song, as a seed for `Recommender.nearest`."""
    return Seed(-1, point, None)


@dataclass(frozen=True, slots=True)
class Excluded:
    """What must not be drawn.

    Attributes:
        rows: catalogue rows (all versions of their songs go too).
        artists_of: catalogue rows whose first artist is excluded, as a guest too.
        artists: numbers of further excluded artists (see `Recommender.artists_of`).
        explicit: whether explicit songs are left out.
        unrated: whether songs of unknown rating are left out as well.
        kinds: bits of the kinds of songs that are not left out; a seed's own kinds never are.
    """

    rows: Collection[int] = ()
    artists_of: Collection[int] = ()
    artists: Collection[int] = ()
    explicit: bool = False
    unrated: bool = False
    kinds: int = 0

    def beside(self, *seeds: Seed) -> "Excluded":
        """The same for the neighbours of these songs: none by their artists, any of their kinds."""
        artists = {*self.artists, *(artist for seed in seeds for artist in seed.artists)}
        return replace(self, artists=artists).of_kinds(*seeds)

    def of_kinds(self, *seeds: Seed) -> "Excluded":
        """The same, but for the kinds of some songs."""
        kinds = self.kinds
        for seed in seeds:
            kinds |= seed.kinds
        return replace(self, kinds=kinds)
