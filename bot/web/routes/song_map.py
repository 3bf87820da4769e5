"""The map of songs."""

import gzip

from fastapi import APIRouter, Request, Response

from bot.domain.errors import SongGone
from bot.i18n.cluster_names import cluster_name
from bot.i18n.marking import marked
from bot.web import mappers, schemas
from bot.web.caching import MINUTE, WEEK, WEEK_SECONDS
from bot.web.dependencies import QueriesDep, TranslatorDep
from bot.web.parameters import ModelName, NoParams, PointNumber

BINARY = "application/octet-stream"
_DRAWN_ANEW = marked("The map was drawn anew; load the page again.")

router = APIRouter()


@router.get("/map", summary="The map", dependencies=[MINUTE])
async def song_map(
    request: Request, query: NoParams, queries: QueriesDep, translate: TranslatorDep
) -> schemas.SongMap:
    """What the map shows, and where its points are."""
    cloud = await queries.song_map()
    points, clusters = (
        str(request.app.url_path_for(route, model=cloud.model)) for route in ("map_points", "map_clusters")
    )
    return mappers.song_map(cloud, points, clusters, translate)


@router.get("/map/{model}/clusters", summary="The names of the map's clusters", dependencies=[MINUTE])
async def map_clusters(
    model: ModelName, query: NoParams, queries: QueriesDep, translate: TranslatorDep
) -> schemas.ClusterNames:
    """The names of all clusters, for labels."""
    cloud = await queries.song_map()
    if cloud.model != model:
        raise SongGone(_DRAWN_ANEW)
    return schemas.ClusterNames(names=tuple(cluster_name(name, translate) for name in cloud.clusters))


@router.get(
    "/map/{model}/points",
    response_class=Response,
    responses={200: {"content": {BINARY: {"schema": {"type": "string", "format": "binary"}}}}},
    summary="The map's points",
)
async def map_points(request: Request, model: ModelName, query: NoParams, queries: QueriesDep) -> Response:
    """All points in one binary piece, see the map's description."""
    cloud = await queries.song_map()
    if cloud.model != model:
        raise SongGone(_DRAWN_ANEW)
    headers = {"vary": "accept-encoding", "cache-control": f"public, max-age={WEEK_SECONDS}"}
    # The points are stored compressed: compressing a large map takes tens of milliseconds.
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(cloud.packed, headers={**headers, "content-encoding": "gzip"}, media_type=BINARY)
    return Response(gzip.decompress(cloud.packed), headers=headers, media_type=BINARY)


@router.get("/map/{model}/songs/{point}", summary="The song of a point", dependencies=[WEEK])
async def map_song(
    model: ModelName, point: PointNumber, query: NoParams, queries: QueriesDep
) -> schemas.Song:
    """Which song a point of the map is."""
    return await queries.song_at(model, point)
