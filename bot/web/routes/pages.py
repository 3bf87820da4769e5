"""The pages for people: each runs the same queries as the API and renders a template."""

import asyncio
from contextlib import suppress

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from bot.domain.errors import HotListEmpty, NothingToPick, SongNotFound
from bot.domain.playlists import as_csv, as_m3u8
from bot.web.dependencies import PageDep, QueriesDep, ReportDep
from bot.web.forms import PlaylistFormParams, SlidersFormParams
from bot.web.parameters import ClusterNumber, Page, SongId, SongIds, Typed, Words
from bot.web.security import REPORT_POLICY

SEARCH_SIZE = 25
CLUSTERS_SIZE = 12
HOT_SIZE = 100
TEASER_SIZE = 5
NEAR_SIZE = 5

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(queries: QueriesDep, render: PageDep) -> Response:
    """Search, what is hot, a few clusters."""
    health = await queries.health()
    try:
        hot = await queries.hot_list(1, TEASER_SIZE)
    except HotListEmpty:
        hot = None
    return await render(
        "home.html",
        health=health,
        hot=hot,
        popular=await queries.search("", 1, TEASER_SIZE),
        clusters=await queries.clusters("", 1, 3),
    )


@router.get("/hotlist")
async def hot_list(queries: QueriesDep, render: PageDep) -> Response:
    """The chart with movements."""
    return await render("hot_list.html", hot=await queries.hot_list(1, HOT_SIZE))


@router.get("/clusters")
async def clusters(queries: QueriesDep, render: PageDep, q: Words = "", page: Page = 1) -> Response:
    """Cards of clusters."""
    return await render("clusters.html", found=await queries.clusters(q, page, CLUSTERS_SIZE), q=q)


@router.get("/clusters/{number}")
async def cluster(number: ClusterNumber, queries: QueriesDep, render: PageDep) -> Response:
    """One cluster."""
    return await render("cluster.html", cluster=await queries.cluster(number))


@router.get("/map")
async def song_map(queries: QueriesDep, render: PageDep) -> Response:
    """The map."""
    return await render("map.html", health=await queries.health())


@router.get("/api")
async def api(request: Request, render: PageDep) -> Response:
    """The API's description."""
    return await render("api.html", described=request.app.openapi())


@router.get("/model")
async def model(queries: QueriesDep, report: ReportDep, render: PageDep) -> Response:
    """The data behind the bot, and its measured quality."""
    has_report = report is not None and await asyncio.to_thread(report.is_file)
    return await render("model.html", health=await queries.health(), has_report=has_report)


@router.get("/model/report")
async def model_report(report: ReportDep) -> Response:
    """The report, with its own content security policy."""
    if report is None or not await asyncio.to_thread(report.is_file):
        raise HTTPException(404)
    return FileResponse(report, headers={"content-security-policy": REPORT_POLICY}, media_type="text/html")


@router.get("/search")
async def search(queries: QueriesDep, render: PageDep, q: Typed = "") -> Response:
    """The song that is clearly meant, at once; else songs by its artist's sound, and those that come near."""
    song_id, known = await queries.meant(q) if q.strip() else (None, True)
    if song_id is not None:
        return RedirectResponse(f"/song/{song_id}", 303)
    if not known:
        with suppress(SongNotFound):
            return await render(
                "named.html",
                answer=await queries.recommend_named(q, explicit=True),
                similar=await queries.similar_named(q, explicit=True),
                found=await queries.search(q, 1, NEAR_SIZE),
                q=q,
            )
    return await render("search.html", found=await queries.search(q, 1, SEARCH_SIZE), q=q, known=known)


@router.get("/search/another")
async def another_named(queries: QueriesDep, render: PageDep, q: Typed = "") -> Response:
    """A new recommendation for a typed name, as a fragment."""
    answer = await queries.recommend_named(q, explicit=True)
    return await render("_recommendation.html", answer=answer, q=q)


@router.get("/song/{song_id}")
async def song(song_id: SongId, queries: QueriesDep, render: PageDep) -> Response:
    """A song with a recommendation and the nearest songs."""
    found = await queries.song(song_id)
    try:
        answer = await queries.recommend(song_id, explicit=True)
    except NothingToPick:
        answer = None
    return await render(
        "song.html",
        song=found,
        answer=answer,
        similar=await queries.similar(song_id, explicit=True),
        cluster=None if found.cluster is None else await queries.cluster(found.cluster.number),
    )


@router.get("/song/{song_id}/another")
async def another_song(song_id: SongId, queries: QueriesDep, render: PageDep) -> Response:
    """A new recommendation, as a fragment."""
    answer = await queries.recommend(song_id, explicit=True)
    return await render("_recommendation.html", answer=answer)


@router.get("/sliders")
async def sliders(form: SlidersFormParams, queries: QueriesDep, render: PageDep) -> Response:
    """Ten sliders and their prediction; they may start at a song, a cluster or a sound."""
    sound, seconds = await form.start(queries)
    return await render(
        "sliders.html",
        values={**sound.model_dump(), "duration": seconds},
        found=await queries.predict(sound, seconds, explicit=True),
        clusters=queries.cluster_names(),
        preset=form.preset,
        mood=form.mood,
    )


@router.get("/sliders/prediction")
async def sliders_prediction(form: SlidersFormParams, queries: QueriesDep, render: PageDep) -> Response:
    """The prediction without the sliders, as a fragment."""
    sound, seconds = await form.start(queries)
    return await render("_prediction.html", found=await queries.predict(sound, seconds, explicit=True))


@router.get("/playlists")
async def playlists(form: PlaylistFormParams, queries: QueriesDep, render: PageDep) -> Response:
    """A playlist, or the form for one."""
    made = await form.make(queries)
    song = None if form.song is None else await queries.song(form.song)
    return await render("playlists.html", made=made, form=form, song=song, clusters=queries.cluster_names())


@router.get("/playlists/samewave.m3u8")
async def m3u8(ids: SongIds, queries: QueriesDep) -> Response:
    """The playlist as M3U8."""
    songs = await queries.tracks(ids.split(","))
    return _download(as_m3u8("Samewave", songs), "samewave.m3u8", "application/vnd.apple.mpegurl")


@router.get("/playlists/samewave.csv")
async def csv(ids: SongIds, queries: QueriesDep) -> Response:
    """The playlist as CSV."""
    songs = await queries.tracks(ids.split(","))
    return _download(as_csv(songs), "samewave.csv", "text/csv; charset=utf-8")


def _download(text: str, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), headers=headers, media_type=media_type)
