"""The hot list, the map, and whether all is well."""

import gzip

from fastapi import APIRouter, Request, Response

from bot.domain.errors import SongGone
from bot.web import mappers as shaping
from bot.web import schemas as shapes
from bot.web.caching import drawn, tagged, tagged_bytes
from bot.web.parameters import ModelName, Page, PointNumber, Size
from bot.web.queries import Answers

WEEK_SECONDS = 7 * 24 * 3_600
BINARY = "application/octet-stream"


def add_overview(router: APIRouter, answers: Answers) -> None:
    """The routes about everything at once."""

    @router.get("/hotlist", response_model=shapes.HotList, summary="The hot list")
    async def hot_list(request: Request, page: Page = 1, size: Size = 100) -> Response:
        """The chart in force, with movement."""
        return tagged(request, await answers.hot_list(page, size))

    @router.get("/map", response_model=shapes.SongMap, summary="The map")
    async def song_map(request: Request) -> Response:
        """What the map shows, and where its points are."""
        cloud = await answers.song_map()
        points = request.scope["router"].url_path_for("map_points", model=cloud.model)
        return tagged(request, shaping.song_map(cloud, str(points)))

    @router.get(
        "/map/{model}/points",
        response_class=Response,
        responses={200: {"content": {BINARY: {"schema": {"type": "string", "format": "binary"}}}}},
        summary="The map's points",
    )
    async def map_points(request: Request, model: ModelName) -> Response:
        """All points in one binary piece, see the map's description."""
        cloud = await answers.song_map()
        if cloud.model != model:
            raise SongGone("The map was drawn anew; load the page again.")
        zipped = "gzip" in request.headers.get("accept-encoding", "")
        return tagged_bytes(
            request,
            cloud.packed if zipped else gzip.decompress(cloud.packed),
            BINARY,
            seconds=WEEK_SECONDS,
            headers={"vary": "accept-encoding", **({"content-encoding": "gzip"} if zipped else {})},
        )

    @router.get("/map/{model}/songs/{point}", response_model=shapes.Song, summary="The song of a point")
    async def map_song(request: Request, model: ModelName, point: PointNumber) -> Response:
        """Which song a point of the map is."""
        return tagged(request, await answers.song_at(model, point), seconds=WEEK_SECONDS)

    @router.get("/health", response_model=shapes.Health, summary="Health")
    async def health() -> Response:
        """Whether questions can be answered, and by what."""
        return drawn(await answers.health())
