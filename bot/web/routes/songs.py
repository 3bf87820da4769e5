"""Songs: search, one, another on the same wave, the nearest, a playlist, a way between two."""

from fastapi import APIRouter, Request, Response

from bot.web import schemas as shapes
from bot.web.caching import drawn, tagged
from bot.web.parameters import (
    USUAL_COUNT,
    USUAL_PATH,
    AnySongId,
    Count,
    Explicit,
    Order,
    Page,
    PathCount,
    Size,
    SongId,
    Typed,
)
from bot.web.queries import Answers


def add_songs(router: APIRouter, answers: Answers) -> None:
    """The routes about songs; they are tried in this order, so what is asked most often comes first."""

    @router.get(
        "/songs/{song_id}/recommendation", response_model=shapes.Recommendation, summary="Another song"
    )
    async def recommendation(song_id: SongId, explicit: Explicit = True) -> Response:
        """A random song on the same wave, another one each time; a hot song is answered with a hot one."""
        return drawn(await answers.recommend(song_id, explicit=explicit))

    @router.get("/songs", response_model=shapes.Songs, summary="Search")
    async def search(request: Request, q: Typed = "", page: Page = 1, size: Size = 10) -> Response:
        """Songs for what somebody typed so far: at most 25, best first; without `q`, the most popular."""
        return tagged(request, await answers.search(q, page, size))

    @router.get("/songs/{song_id}", response_model=shapes.SongDetail, summary="One song")
    async def song(request: Request, song_id: SongId) -> Response:
        """A song with its features, its cluster and its place on the map."""
        return tagged(request, await answers.song(song_id))

    @router.get("/songs/{song_id}/similar", response_model=shapes.SimilarSongs, summary="The nearest songs")
    async def similar(request: Request, song_id: SongId, explicit: Explicit = True) -> Response:
        """The five nearest songs, each once, none by the same artist."""
        return tagged(request, await answers.similar(song_id, explicit=explicit))

    @router.get("/songs/{song_id}/playlist", response_model=shapes.Playlist, summary="A playlist of a song")
    async def playlist(
        song_id: SongId, count: Count = USUAL_COUNT, order: Order = "flow", explicit: Explicit = True
    ) -> Response:
        """The song and songs near it, drawn anew each time."""
        return drawn(await answers.playlist_of_song(song_id, count, order, explicit=explicit))

    @router.get("/path", response_model=shapes.SongPath, summary="A way between two songs")
    async def path(
        request: Request,
        start: AnySongId,
        end: AnySongId,
        count: PathCount = USUAL_PATH,
        explicit: Explicit = True,
    ) -> Response:
        """Songs that lead from one to the other in small, even steps."""
        return tagged(request, await answers.path(start, end, count, explicit=explicit))
