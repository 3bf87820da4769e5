"""The forms of the pages; any field may be missing, and an empty field counts as missing."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field, model_validator

from bot.domain.playlists import USUAL, PlaylistOrder
from bot.services.playlists.moods import MoodTarget, features_of
from bot.web.parameters import SONG_ID, Count, Seconds, SoundTarget
from bot.web.queries import Queries
from bot.web.schemas import Playlist, Sound

USUAL_SECONDS = 210.0


class Form(SoundTarget):
    """A form sent by GET."""

    song: str | None = Field(None, pattern=SONG_ID)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty_fields(cls, fields: Any) -> Any:
        if not isinstance(fields, dict):
            return fields
        return {name: value for name, value in fields.items() if value != ""}


class SlidersForm(Form):
    """Start values of the sliders: a song, a cluster or the mean, overridden by a mood and named features."""

    preset: int | None = Field(None, ge=0)
    mood: str | None = Field(None, max_length=20)
    duration: Seconds = None

    async def start(self, queries: Queries) -> tuple[Sound, float]:
        """The feature values and the duration in seconds.

        Raises:
            SamewaveError: there is no such song, cluster or mood.
        """
        sound = queries.usual_sound()
        duration_ms: int | None = None
        if self.song is not None:
            song = await queries.song(self.song)
            sound, duration_ms = song.features or sound, song.duration_ms
        elif self.preset is not None:
            cluster = await queries.cluster(self.preset)
            sound, duration_ms = cluster.features, cluster.duration_ms
        seconds = USUAL_SECONDS if duration_ms is None else duration_ms / 1_000
        named = {**(features_of(MoodTarget(self.mood)) if self.mood else {}), **self.target_features}
        return sound.model_copy(update=named), seconds if self.duration is None else self.duration


class PlaylistForm(Form):
    """The source and options of a playlist."""

    cluster: int | None = Field(None, ge=0)
    count: Count = USUAL
    order: PlaylistOrder = "flow"
    clean: bool = False

    async def make(self, queries: Queries) -> Playlist | None:
        """The playlist, or None if no source was named.

        Raises:
            SamewaveError: there is no such song or cluster, or too few songs.
        """
        source = next((one for one in (self.song, self.cluster) if one is not None), self.target_features)
        if source == {}:
            return None
        return await queries.playlist(source, self.count, self.order, explicit=not self.clean)


SlidersFormParams = Annotated[SlidersForm, Query()]
PlaylistFormParams = Annotated[PlaylistForm, Query()]
