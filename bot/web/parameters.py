"""The validated parameters of paths and queries.

The query of every API route is a model that rejects unknown parameters, so that a misspelt one is noticed.
"""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from bot.domain.playlists import FEWEST, MOST, USUAL, PlaylistOrder
from bot.domain.sound_scales import DURATION, SoundScale
from bot.services.playlists.path import FEWEST as FEWEST_ON_PATH
from bot.services.playlists.path import MOST as MOST_ON_PATH
from bot.services.playlists.path import USUAL as USUAL_ON_PATH
from bot.web.schemas import FEATURES, Sound, with_features

SONG_ID = "^([0-9A-Za-z]{22}|[a-z]{3,8}:[0-9A-Za-z]{1,64})$"
_SONG = "a song of the catalogue: its Spotify track id"
_MAX_SECONDS = 7_200

SongId = Annotated[str, Path(description=_SONG, pattern=SONG_ID)]
ClusterNumber = Annotated[int, Path(ge=0, le=99_999)]
ModelName = Annotated[str, Path(description="the model the map belongs to", pattern="^[0-9TZ]{1,40}$")]
PointNumber = Annotated[int, Path(ge=0, le=999_999, description="where its point stands in the points")]

Typed = Annotated[str, Query(max_length=200, description="a title or artist, perhaps half typed or misspelt")]
Words = Annotated[str, Query(max_length=200, description="words of the clusters' names and genres")]
Page = Annotated[int, Query(ge=1, le=10_000, description="counted from 1")]
Size = Annotated[int, Query(ge=1, le=100, description="items of a page")]
Count = Annotated[int, Query(ge=FEWEST, le=MOST, description="how many songs")]
Seconds = Annotated[
    float | None,
    Query(ge=1, le=_MAX_SECONDS, allow_inf_nan=False, description=f"seconds. {DURATION.meaning}"),
]
SongIds = Annotated[
    str, Query(description="songs of the catalogue, separated by commas", pattern="^[0-9A-Za-z:,]{1,2000}$")
]
_QuerySongId = Annotated[str, Query(description=_SONG, pattern=SONG_ID)]


class NoQuery(BaseModel):
    """A query without parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SearchQuery(NoQuery):
    """A page of songs for a search text."""

    q: Typed = ""
    page: Page = 1
    size: Size = 10


class ClustersQuery(NoQuery):
    """A page of clusters for some words."""

    q: Words = ""
    page: Page = 1
    size: Size = 20


class HotListQuery(NoQuery):
    """A page of the hot list."""

    page: Page = 1
    size: Size = 100


class ExplicitQuery(NoQuery):
    """Whether explicit songs are included."""

    explicit: bool = Field(True, description="whether explicit songs may be among the answers")


class NamedQuery(ExplicitQuery):
    """A song by name."""

    q: Annotated[
        str, Query(min_length=1, max_length=200, description="a title, or artist and title in any order")
    ]


class PlaylistQuery(ExplicitQuery):
    """Options of a playlist."""

    count: Count = USUAL
    order: PlaylistOrder = Field(
        "flow", description="`flow` has small steps from song to song; the others rise or fall in one thing"
    )


class PathQuery(ExplicitQuery):
    """A path between two songs."""

    start: _QuerySongId
    end: _QuerySongId
    count: int = Field(
        USUAL_ON_PATH,
        ge=FEWEST_ON_PATH,
        le=MOST_ON_PATH,
        description="how many songs, both ends among them",
    )


def _within(scale: SoundScale, default: Any) -> Any:
    return Field(default, ge=scale.low, le=scale.high, allow_inf_nan=False, description=scale.meaning)


@with_features(lambda scale: (float, _within(scale, ...)))
class PredictQuery(ExplicitQuery):
    """All nine features."""

    duration: Seconds = None

    @property
    def sound(self) -> Sound:
        return Sound.model_validate(self.model_dump(include=set(FEATURES)))


@with_features(lambda scale: (float | None, _within(scale, None)))
class SoundTarget(BaseModel):
    """Target values of some features; the others are ignored."""

    model_config = ConfigDict(frozen=True)

    @property
    def target_features(self) -> dict[str, float]:
        return self.model_dump(include=set(FEATURES), exclude_none=True)


class SoundPlaylistQuery(SoundTarget, PlaylistQuery):
    """A playlist for target features."""


NoParams = Annotated[NoQuery, Query()]
SearchParams = Annotated[SearchQuery, Query()]
ClustersParams = Annotated[ClustersQuery, Query()]
HotListParams = Annotated[HotListQuery, Query()]
ExplicitParams = Annotated[ExplicitQuery, Query()]
NamedParams = Annotated[NamedQuery, Query()]
PlaylistParams = Annotated[PlaylistQuery, Query()]
PathParams = Annotated[PathQuery, Query()]
PredictParams = Annotated[PredictQuery, Query()]
SoundPlaylistParams = Annotated[SoundPlaylistQuery, Query()]
