"""What there is to look at around a song: its neighbours, its cluster, all clusters."""

from dataclasses import dataclass

from bot.domain.recommendations import SeedSong
from bot.domain.tracks import Track


@dataclass(frozen=True, slots=True)
class SimilarSong:
    """A neighbour.

    Attributes:
        percent: how near, 0 to 100: 100 is the same place, 0 as far as two songs picked at random are
            (the median over the catalogue).
    """

    track: Track
    percent: int


@dataclass(frozen=True, slots=True)
class SimilarSongs:
    """The nearest songs, nearest first."""

    seed: SeedSong
    songs: tuple[SimilarSong, ...]


@dataclass(frozen=True, slots=True)
class ClusterView:
    """A cluster to look at.

    Attributes:
        genres: the commonest with their share of the labelled tracks.
        words: what stands out, most telling first.
        examples: its most popular songs.
    """

    number: int
    name: str
    size: int
    genres: tuple[tuple[str, float], ...]
    words: tuple[str, ...]
    examples: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """Some of all clusters, largest first, with one picture of their radars (PNG).

    Attributes:
        page: counted from 0.
    """

    page: int
    pages: int
    total: int
    clusters: tuple[ClusterView, ...]
    picture: bytes
