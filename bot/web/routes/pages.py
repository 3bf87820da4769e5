"""The pages people look at: each asks the same answers as the API and fills in a template."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from bot.domain.errors import HotListEmpty, NothingToPick
from bot.domain.playlists import as_csv, as_m3u8
from bot.web.forms import PlaylistForm, SlidersForm
from bot.web.language import translator_of
from bot.web.parameters import ClusterNumber, Page, SongId, SongIds, Typed, Words
from bot.web.queries import Answers
from bot.web.straight import Straight
from bot.web.templating import Pages

SEARCH_SIZE = 25
CLUSTERS_SIZE = 12
HOT_SIZE = 100
TEASER = 5
REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; frame-ancestors 'none'"
)
"""The report is one self-contained file: it may run what stands in it, as a stranger to this site."""


def pages_router(
    answers: Answers, pages: Pages, described: Mapping[str, Any], report: Path | None
) -> APIRouter:
    """All pages.

    Args:
        described: the API, as an OpenAPI document.
    """
    router = APIRouter(include_in_schema=False, route_class=Straight)
    _look_around(router, answers, pages, described)
    _songs(router, answers, pages)
    _play(router, answers, pages)
    _model(router, answers, pages, report)
    return router


def _look_around(router: APIRouter, answers: Answers, pages: Pages, described: Mapping[str, Any]) -> None:
    @router.get("/")
    async def home(request: Request) -> Response:
        """Search, what is hot, a few clusters."""
        health = await answers.health()
        try:
            hot = await answers.hot_list(1, TEASER)
        except HotListEmpty:
            hot = None
        return await pages.page(
            "home.html",
            request,
            health=health,
            hot=hot,
            popular=await answers.search("", 1, TEASER),
            clusters=await answers.clusters("", 1, 3),
        )

    @router.get("/hotlist")
    async def hot_list(request: Request) -> Response:
        """The chart with movement."""
        return await pages.page("hot_list.html", request, hot=await answers.hot_list(1, HOT_SIZE))

    @router.get("/clusters")
    async def clusters(request: Request, q: Words = "", page: Page = 1) -> Response:
        """Cards of clusters."""
        found = await answers.clusters(q, page, CLUSTERS_SIZE)
        return await pages.page("clusters.html", request, found=found, q=q)

    @router.get("/clusters/{number}")
    async def cluster(request: Request, number: ClusterNumber) -> Response:
        """One cluster."""
        return await pages.page("cluster.html", request, cluster=await answers.cluster(number))

    @router.get("/map")
    async def song_map(request: Request) -> Response:
        """The map."""
        return await pages.page("map.html", request, health=await answers.health())

    @router.get("/api")
    async def api(request: Request) -> Response:
        """The API's description."""
        return await pages.page("api.html", request, described=described)


def _model(router: APIRouter, answers: Answers, pages: Pages, report: Path | None) -> None:
    @router.get("/model")
    async def model(request: Request) -> Response:
        """What the answers are made of, and how good they are."""
        has_report = report is not None and await asyncio.to_thread(report.is_file)
        return await pages.page("model.html", request, health=await answers.health(), has_report=has_report)

    @router.get("/model/report")
    async def whole_report() -> Response:
        """The report: a page of its own, in a sandbox because its plots style themselves."""
        if report is None or not await asyncio.to_thread(report.is_file):
            raise HTTPException(404)
        return FileResponse(
            report, headers={"content-security-policy": REPORT_POLICY}, media_type="text/html"
        )


def _songs(router: APIRouter, answers: Answers, pages: Pages) -> None:
    @router.get("/search")
    async def search(request: Request, q: Typed = "") -> Response:
        """Songs by that name; the only one is shown at once."""
        found = await answers.search(q, 1, SEARCH_SIZE)
        if len(found.items) == 1:
            return RedirectResponse(f"/song/{found.items[0].id}", 303)
        return await pages.page("search.html", request, found=found, q=q)

    @router.get("/song/{song_id}")
    async def song(request: Request, song_id: SongId) -> Response:
        """A song, another one, the nearest."""
        found = await answers.song(song_id)
        try:
            answer = await answers.recommend(song_id, explicit=True, translate=translator_of(request))
        except NothingToPick:
            answer = None
        return await pages.page(
            "song.html",
            request,
            song=found,
            answer=answer,
            similar=await answers.similar(song_id, explicit=True),
            cluster=None if found.cluster is None else await answers.cluster(found.cluster.number),
        )

    @router.get("/song/{song_id}/another")
    async def another(request: Request, song_id: SongId) -> Response:
        """The recommendation alone, drawn anew."""
        answer = await answers.recommend(song_id, explicit=True, translate=translator_of(request))
        return await pages.page("_recommendation.html", request, answer=answer)


def _play(router: APIRouter, answers: Answers, pages: Pages) -> None:
    @router.get("/sliders")
    async def sliders(request: Request, form: Annotated[SlidersForm, Query()]) -> Response:
        """Ten sliders and what they mean; they may start at a song, a cluster or a sound."""
        sound, seconds = await form.start(answers)
        return await pages.page(
            "sliders.html",
            request,
            values={**sound.model_dump(), "duration": seconds},
            found=await answers.predict(sound, seconds, explicit=True),
            clusters=answers.cluster_names(),
            preset=form.preset,
        )

    @router.get("/sliders/prediction")
    async def prediction(request: Request, form: Annotated[SlidersForm, Query()]) -> Response:
        """The same without the sliders, for while they move."""
        sound, seconds = await form.start(answers)
        found = await answers.predict(sound, seconds, explicit=True)
        return await pages.page("_prediction.html", request, found=found)

    @router.get("/playlists")
    async def playlists(request: Request, form: Annotated[PlaylistForm, Query()]) -> Response:
        """A playlist, or what one may be made from."""
        made = await form.make(answers)
        song = None if form.song is None else await answers.song(form.song)
        return await pages.page(
            "playlists.html", request, made=made, form=form, song=song, clusters=answers.cluster_names()
        )

    @router.get("/playlists/samewave.m3u8")
    async def m3u8(ids: SongIds) -> Response:
        """The songs for music players."""
        songs = await answers.tracks(ids.split(","))
        return _file(as_m3u8("Samewave", songs), "samewave.m3u8", "application/vnd.apple.mpegurl")

    @router.get("/playlists/samewave.csv")
    async def csv(ids: SongIds) -> Response:
        """The songs for spreadsheets."""
        return _file(as_csv(await answers.tracks(ids.split(","))), "samewave.csv", "text/csv; charset=utf-8")


def _file(text: str, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), headers=headers, media_type=media_type)
