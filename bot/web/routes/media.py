"""The cover and the preview of a song."""

from typing import Annotated

from fastapi import APIRouter, Query

from bot.web import schemas
from bot.web.caching import MINUTE, NO_STORE
from bot.web.dependencies import MediaDep
from bot.web.parameters import NoQuery, SongId

router = APIRouter()


@router.get("/songs/{song_id}/media", summary="Cover and preview", dependencies=[MINUTE])
async def media(song_id: SongId, query: Annotated[NoQuery, Query()], found: MediaDep) -> schemas.Media:
    """The URL of a song's cover on its owner's server, and whether there is a preview of 30 s."""
    return await found.of(song_id)


@router.get("/songs/{song_id}/preview", summary="30 s of a song", dependencies=[NO_STORE])
async def preview(song_id: SongId, query: Annotated[NoQuery, Query()], found: MediaDep) -> schemas.Preview:
    """A fresh URL of 30 s of the song on its owner's server; it expires within hours."""
    return await found.preview(song_id)
