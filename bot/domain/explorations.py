"""What there is to look at around a song: its neighbours, its cluster, all clusters, the map."""

from dataclasses import dataclass

from bot.domain.recommendations import SeedSong
from bot.domain.tracks import Track
from ml.features import AudioFeatures


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
        z: mean z-score of each feature against the catalogue, in the order of `FEATURE_NAMES`.
        sound: the same means as feature values.
    """

    number: int
    name: str
    size: int
    genres: tuple[tuple[str, float], ...]
    words: tuple[str, ...]
    examples: tuple[Track, ...]
    z: tuple[float, ...]
    sound: AudioFeatures


@dataclass(frozen=True, slots=True)
class SongView:
    """A song of the catalogue with what is known of it.

    Attributes:
        genres: those its table names; may be empty.
        z: z-score of each feature against the catalogue, in the order of `FEATURE_NAMES`.
        cluster, cluster_name: None for a song imported after the model was trained.
    """

    track: Track
    genres: tuple[str, ...]
    z: tuple[float, ...]
    cluster: int | None
    cluster_name: str | None


Spot = tuple[float, float, float]
"""A place on the map: three coordinates from 0 to 1, the first two those of the flat map."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model makes of a sound that may be no song at all.

    Attributes:
        z: z-score of each feature against the catalogue, in the order of `FEATURE_NAMES`.
        songs: the nearest ones, nearest first.
    """

    cluster: int
    cluster_name: str
    words: tuple[str, ...]
    z: tuple[float, ...]
    spot: Spot
    songs: tuple[SimilarSong, ...]
