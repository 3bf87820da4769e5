"""Songs: search, one, its cover, another on the same wave, the nearest, a playlist, a path between two."""

from fastapi import APIRouter

from bot.web import schemas
from bot.web.caching import MINUTE, NO_STORE
from bot.web.dependencies import MediaDep, QueriesDep
from bot.web.parameters import (
    ExplicitParams,
    NamedParams,
    NoParams,
    PathParams,
    PlaylistParams,
    SearchParams,
    SongId,
)

router = APIRouter()


@router.get("/songs", summary="Search", dependencies=[MINUTE])
async def search(query: SearchParams, queries: QueriesDep) -> schemas.Songs:
    """Songs for what somebody typed so far: at most 25, best first; without `q`, the most popular."""
    return await queries.search(query.q, query.page, query.size)


@router.get("/songs/{song_id}", summary="One song", dependencies=[MINUTE])
async def song(song_id: SongId, query: NoParams, queries: QueriesDep) -> schemas.SongDetail:
    """A song with its features, its cluster and its place on the map."""
    return await queries.song(song_id)


@router.get("/songs/{song_id}/media", summary="Cover and preview", dependencies=[MINUTE])
async def media(song_id: SongId, query: NoParams, found: MediaDep) -> schemas.Media:
    """The URL of a song's cover on its owner's server, and whether there is a preview of 30 s."""
    return await found.of(song_id)


@router.get("/songs/{song_id}/preview", summary="30 s of a song", dependencies=[NO_STORE])
async def preview(song_id: SongId, query: NoParams, found: MediaDep) -> schemas.Preview:
    """A fresh URL of 30 s of the song on its owner's server; it expires within hours."""
    return await found.preview(song_id)


@router.get("/songs/{song_id}/recommendation", summary="Another song", dependencies=[NO_STORE])
async def recommendation(
    song_id: SongId, query: ExplicitParams, queries: QueriesDep
) -> schemas.Recommendation:
    """A random song on the same wave, another one each time; a hot song is answered with a hot one."""
    return await queries.recommend(song_id, explicit=query.explicit)


@router.get("/songs/{song_id}/similar", summary="The nearest songs", dependencies=[MINUTE])
async def similar(song_id: SongId, query: ExplicitParams, queries: QueriesDep) -> schemas.SimilarSongs:
    """The five nearest songs, each once, none by the same artist."""
    return await queries.similar(song_id, explicit=query.explicit)


@router.get("/songs/{song_id}/playlist", summary="A playlist of a song", dependencies=[NO_STORE])
async def song_playlist(song_id: SongId, query: PlaylistParams, queries: QueriesDep) -> schemas.Playlist:
    """The song and songs near it, drawn anew each time."""
    return await queries.playlist(song_id, query.count, query.order, explicit=query.explicit)


@router.get("/recommendation", summary="Another song, by name", dependencies=[NO_STORE])
async def named_recommendation(query: NamedParams, queries: QueriesDep) -> schemas.Recommendation:
    """For a title, or artist and title: by the song's own sound, else by how its artist sounds (`basis`)."""
    return await queries.recommend_named(query.q, explicit=query.explicit)


@router.get("/similar", summary="The nearest songs, by name", dependencies=[MINUTE])
async def named_similar(query: NamedParams, queries: QueriesDep) -> schemas.SimilarSongs:
    """For a title, or artist and title: by the song's own sound, else by how its artist sounds (`basis`)."""
    return await queries.similar_named(query.q, explicit=query.explicit)


@router.get("/path", summary="A path between two songs", dependencies=[MINUTE])
async def path(query: PathParams, queries: QueriesDep) -> schemas.SongPath:
    """Songs that lead from one to the other in small, even steps."""
    return await queries.path(query.start, query.end, query.count, explicit=query.explicit)
