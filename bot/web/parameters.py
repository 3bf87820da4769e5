"""What may be asked for: the parameters of the routes, checked."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from bot.domain.playlists import FEWEST, MOST, USUAL, PlaylistOrder
from bot.domain.sound_scales import DURATION, SOUND_SCALES
from bot.services.playlists.path import FEWEST as FEWEST_ON_PATH
from bot.services.playlists.path import MOST as MOST_ON_PATH
from bot.services.playlists.path import USUAL as USUAL_ON_PATH
from bot.web.schemas import Sound

SONG_ID = "^([0-9A-Za-z]{22}|[a-z]{3,8}:[0-9A-Za-z]{1,64})$"
_A_SONG = "a song of the catalogue: its Spotify track id"
_MOST_SECONDS = 7_200

SongId = Annotated[str, Path(description=_A_SONG, pattern=SONG_ID)]
AnySongId = Annotated[str, Query(description=_A_SONG, pattern=SONG_ID)]
ClusterNumber = Annotated[int, Path(ge=0, le=99_999)]
ModelName = Annotated[str, Path(description="the model the map belongs to", pattern="^[0-9TZ]{1,40}$")]
PointNumber = Annotated[int, Path(ge=0, le=999_999, description="where its point stands in the points")]
Typed = Annotated[str, Query(max_length=200, description="a title or artist, perhaps half typed or misspelt")]
Words = Annotated[str, Query(max_length=200, description="words of the clusters' names and genres")]
Page = Annotated[int, Query(ge=1, le=10_000, description="counted from 1")]
Size = Annotated[int, Query(ge=1, le=100, description="items of a page")]
Explicit = Annotated[bool, Query(description="whether explicit songs may be among the answers")]
Count = Annotated[int, Query(ge=FEWEST, le=MOST, description="how many songs")]
Order = Annotated[
    PlaylistOrder,
    Query(description="`flow` has small steps from song to song; the others rise or fall in one thing"),
]
PathCount = Annotated[
    int, Query(ge=FEWEST_ON_PATH, le=MOST_ON_PATH, description="how many songs, both ends among them")
]
SongIds = Annotated[
    str, Query(description="songs of the catalogue, separated by commas", pattern="^[0-9A-Za-z:,]{1,2000}$")
]

USUAL_COUNT: int = USUAL
USUAL_PATH: int = USUAL_ON_PATH

_SCALES = {scale.name: scale for scale in SOUND_SCALES}


def _feature(name: str, *, needed: bool) -> Any:
    scale = _SCALES[name]
    return Field(
        ... if needed else None,
        ge=scale.low,
        le=scale.high,
        allow_inf_nan=False,
        description=scale.meaning,
    )


class SoundAsked(BaseModel):
    """A whole sound."""

    model_config = ConfigDict(frozen=True)

    acousticness: float = _feature("acousticness", needed=True)
    danceability: float = _feature("danceability", needed=True)
    energy: float = _feature("energy", needed=True)
    instrumentalness: float = _feature("instrumentalness", needed=True)
    liveness: float = _feature("liveness", needed=True)
    loudness: float = _feature("loudness", needed=True)
    speechiness: float = _feature("speechiness", needed=True)
    tempo: float = _feature("tempo", needed=True)
    valence: float = _feature("valence", needed=True)
    duration: float | None = Field(
        None, ge=1, le=_MOST_SECONDS, allow_inf_nan=False, description=f"seconds. {DURATION.meaning}"
    )
    explicit: bool = Field(True, description="whether explicit songs may be among the answers")

    @property
    def sound(self) -> Sound:
        """The nine features."""
        return Sound(**{name: getattr(self, name) for name in _SCALES})


class SoundWished(BaseModel):
    """Some of the features; those that are not named count nothing."""

    model_config = ConfigDict(frozen=True)

    acousticness: float | None = _feature("acousticness", needed=False)
    danceability: float | None = _feature("danceability", needed=False)
    energy: float | None = _feature("energy", needed=False)
    instrumentalness: float | None = _feature("instrumentalness", needed=False)
    liveness: float | None = _feature("liveness", needed=False)
    loudness: float | None = _feature("loudness", needed=False)
    speechiness: float | None = _feature("speechiness", needed=False)
    tempo: float | None = _feature("tempo", needed=False)
    valence: float | None = _feature("valence", needed=False)

    @property
    def wished(self) -> dict[str, float]:
        """The features that were named."""
        return {name: value for name in _SCALES if (value := getattr(self, name)) is not None}


class PlaylistAsked(SoundWished):
    """A playlist that sounds as wished."""

    count: int = Field(USUAL, ge=FEWEST, le=MOST, description="how many songs")
    order: PlaylistOrder = Field("flow", description="`flow` has small steps from song to song")
    explicit: bool = Field(True, description="whether explicit songs may be among the answers")
