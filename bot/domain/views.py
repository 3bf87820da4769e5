"""Views of songs, neighbours, clusters and map positions."""

from dataclasses import dataclass

from bot.domain.recommendations import ArtistSound, Basis, SeedSong
from bot.domain.tracks import Track
from ml.features import AudioFeatures


@dataclass(frozen=True, slots=True)
class SimilarSong:
    """A neighbour of a song.

    Attributes:
        percent: the nearness, 0 to 100: 100 is the same point, 0 the distance of two random songs
            (the median over the catalogue).
    """

    track: Track
    percent: int


@dataclass(frozen=True, slots=True)
class SimilarSongs:
    """The nearest songs, nearest first.

    Attributes:
        basis, artist_sound: as of a `Recommendation`.
        more: other songs by the artist, the best known first.
    """

    seed: SeedSong
    songs: tuple[SimilarSong, ...]
    basis: Basis = "features"
    artist_sound: ArtistSound | None = None
    more: tuple[Track, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterView:
    """A view of a cluster.

    Attributes:
        genres: the most common genres with their share of the labelled tracks.
        words: words for its distinctive features, most distinctive first.
        examples: the most popular songs.
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
    """A view of a catalogue song.

    Attributes:
        genres: the genres in its table; may be empty.
        z: z-score of each feature against the catalogue, in the order of `FEATURE_NAMES`.
        cluster, cluster_name: None for a song imported after the model was trained.
    """

    track: Track
    genres: tuple[str, ...]
    z: tuple[float, ...]
    cluster: int | None
    cluster_name: str | None


MapPosition = tuple[float, float, float]
"""A position on the map: three coordinates from 0 to 1; the flat map uses the first two."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The model's prediction for nine feature values.

    Attributes:
        z: z-score of each feature against the catalogue, in the order of `FEATURE_NAMES`.
        songs: the nearest songs, nearest first.
    """

    cluster: int
    cluster_name: str
    words: tuple[str, ...]
    z: tuple[float, ...]
    position: MapPosition
    songs: tuple[SimilarSong, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two songs compare.

    Attributes:
        alike: the two features that agree most. apart: the one that differs most.
        first, second: their z-scores, in the order of `FEATURE_NAMES`.
    """

    alike: tuple[str, str]
    apart: str
    first: tuple[float, ...]
    second: tuple[float, ...]
