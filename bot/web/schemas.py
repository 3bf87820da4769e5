"""Response schemas, shared by the API and the pages."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from bot.domain.playlists import PlaylistKind
from bot.domain.recommendations import Basis
from bot.domain.sound_scales import SOUND_SCALES, SoundScale

Model = TypeVar("Model", bound=BaseModel)
DIGITS = 4
"""Decimals of the numbers that the model computes."""
Share = Annotated[float, Field(ge=0, le=1), AfterValidator(lambda value: round(value, DIGITS))]
FEATURES = tuple(scale.name for scale in SOUND_SCALES)


def with_features(definition: Callable[[SoundScale], Any]) -> Callable[[type[Model]], type[Model]]:
    """Add a field for each of the nine audio features in `ml.features` to a model.

    Args:
        definition: type and default (or `Field`) of a feature's field, as `pydantic.create_model` takes them.
    """

    def add(model: type[Model]) -> type[Model]:
        fields: dict[str, Any] = {scale.name: definition(scale) for scale in SOUND_SCALES}
        return create_model(
            model.__name__, __base__=model, __module__=model.__module__, __doc__=model.__doc__, **fields
        )

    return add


class Schema(BaseModel):
    """The base of all schemas: frozen, without additional fields; made of the attributes of an object too."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


@with_features(lambda scale: (float, ...))
class Sound(Schema):
    """The nine audio features, or a number for each."""


class ClusterName(Schema):
    """A cluster by number and name."""

    number: int
    name: str


class Song(Schema):
    """A song with the data of its table.

    `in_catalogue` tells whether `/songs/{id}` knows it: a song of the hot list may be from outside.
    """

    id: str
    title: str
    artists: tuple[str, ...]
    album: str | None
    release_year: int | None
    genres: tuple[str, ...]
    popularity: int | None = Field(description="0 to 100, as Spotify counted it")
    explicit: bool | None
    duration_ms: int | None
    in_catalogue: bool
    spotify_url: str
    video_search_url: str


class MapPoint(Schema):
    """A place on the map: the three directions that carry most variance, each from 0 to 1."""

    x: Share
    y: Share
    z: Share


class SongDetail(Song):
    """A song with its sound."""

    features: Sound | None
    z_scores: Sound | None = Field(description="standard deviations off the catalogue's mean")
    cluster: ClusterName | None
    map: MapPoint | None


class NearSong(Schema):
    """A song and how near it is: 100 is the same place, 0 as far as two random songs are."""

    song: Song
    percent: Annotated[int, Field(ge=0, le=100)]


class Cover(Schema):
    """A cover on its owner's server; show it with its source and a link to its page."""

    image_url: str
    source: str
    page_url: str | None


class Media(Schema):
    """The cover and the preview of a song."""

    cover: Cover | None
    has_preview: bool | None = Field(description="whether there are 30 s of it; null: nobody could be asked")


class Preview(Schema):
    """The URL of 30 s of a song on its owner's server."""

    url: str
    source: str
    page_url: str | None


class Recommendation(Schema):
    """Another song, and why."""

    for_song: str = Field(description="a song, or `artist:…` where it goes by how an artist sounds")
    pick: Song
    hot: bool = Field(description="whether both are on the hot list")
    basis: Basis = Field(description="what it goes by: the song's own sound, the hot list, …")
    cluster: ClusterName | None
    reason: str


class SimilarSongs(Schema):
    """The nearest songs, nearest first."""

    for_song: str = Field(description="a song, or `artist:…` where it goes by how an artist sounds")
    basis: Basis = Field(description="what it goes by: the song's own sound, its artist's, …")
    items: tuple[NearSong, ...]
    more: tuple[Song, ...] = Field(description="other songs by the artist, the best known first")


class Paged(Schema):
    """One page of many items; pages are counted from 1."""

    page: int
    pages: int
    total: int


class Songs(Paged):
    """A page of songs."""

    items: tuple[Song, ...]


class Genre(Schema):
    """A genre with its share of a cluster's labelled songs."""

    name: str
    share: Share


class Cluster(Schema):
    """A cluster of songs that sound alike."""

    number: int
    name: str
    size: int
    genres: tuple[Genre, ...]
    words: tuple[str, ...]
    z_scores: Sound
    features: Sound
    examples: tuple[Song, ...]


class ClusterDetail(Cluster):
    """A cluster with all that the sliders can be set to."""

    duration_ms: int | None = Field(description="the mean of its songs")


class Clusters(Paged):
    """A page of clusters, largest first."""

    items: tuple[Cluster, ...]


class Prediction(Schema):
    """The cluster, the place on the map and the nearest songs of a sound."""

    cluster: ClusterName
    words: tuple[str, ...]
    z_scores: Sound
    map: MapPoint
    items: tuple[NearSong, ...]


class HotEntry(Schema):
    """One place of the hot list. `movement`: places climbed since last week, null for a new entry."""

    rank: int
    title: str
    artist: str
    last_week: int | None
    peak: int | None
    weeks: int | None
    movement: int | None
    song: str | None = Field(description="its id, where the catalogue has it")
    spotify_url: str


class HotList(Paged):
    """A page of the hot list."""

    title: str
    source: str
    week: date
    fetched_at: datetime
    stale: bool = Field(description="whether it is over eight days old")
    items: tuple[HotEntry, ...]


class Playlist(Schema):
    """Songs in an order that flows."""

    kind: PlaylistKind
    name: str
    items: tuple[Song, ...]


class PathStep(Schema):
    """A song of a path; `percent` is how near it is to the one before, null for the first."""

    song: Song
    percent: int | None
    map: MapPoint | None


class SongPath(Schema):
    """A way from one song to another."""

    items: tuple[PathStep, ...]


class Region(Schema):
    """A part of the map with a name."""

    name: str
    x: Share
    y: Share
    share: Share


class SongMap(Schema):
    """The map; its points are fetched from `points_url`.

    They are binary: for n points n x-coordinates as little-endian uint16 (0 to 65,535), n of y, n of z,
    n cluster numbers (uint16), n numbers of families of genres (uint8).
    """

    model: str
    points: int
    points_url: str
    clusters_url: str
    families: tuple[str, ...] = Field(description="by number; the last stands for songs of no genre")
    regions: tuple[Region, ...]
    genres: tuple[Region, ...] = Field(description="where the songs of each genre are, largest first")


class ClusterNames(Schema):
    """The names of the map's clusters."""

    names: tuple[str, ...] = Field(description="by number")


class Health(Schema):
    """Whether songs can be recommended."""

    status: Literal["ok"]
    model: str
    trained_at: datetime
    tracks: int
    clusters: int
    hot_list_week: date | None
    quality: Mapping[str, Mapping[str, float]]
    unseen: Mapping[str, Mapping[str, float]]
    measured_here: bool


class Problem(BaseModel):
    """A problem as RFC 9457 has it; `detail` is a sentence for people."""

    model_config = ConfigDict(frozen=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    errors: Sequence[str] | None = None
