"""Invalid requests of visitors, and what they must not be able to do."""

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from limits import RateLimitItemPerSecond

from bot.domain.tracks import Track
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.fetched_songs import FetchedSongs
from tests.support.catalogues import spoiling
from tests.support.settings import settings_for
from tests.web.conftest import BOHEMIAN, Web, open_web

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHOLE_SOUND = (
    "acousticness=.1&danceability=.6&energy=.7&instrumentalness=0&liveness=.1&loudness=-6&speechiness=.1"
    "&tempo=120&valence=.5"
)
NOBODY = "0000000000000000000000"
BAD = [
    ("/api/v1/songs?page=0", 422),
    ("/api/v1/songs?size=101", 422),
    ("/api/v1/songs?page=one", 422),
    (f"/api/v1/songs?q={'a' * 201}", 422),
    (f"/api/v1/songs/{NOBODY}", 404),
    ("/api/v1/songs/..%2f..%2fetc", 404),
    ("/api/v1/songs/short", 422),
    ("/api/v1/songs/local:abc", 404),
    (f"/api/v1/songs/{NOBODY}/recommendation", 404),
    (f"/api/v1/songs/{NOBODY}/similar", 404),
    (f"/api/v1/songs/{BOHEMIAN}/similar?explicit=perhaps", 422),
    (f"/api/v1/songs/{NOBODY}/playlist", 404),
    (f"/api/v1/songs/{BOHEMIAN}/playlist?count=26", 422),
    (f"/api/v1/songs/{BOHEMIAN}/playlist?order=backwards", 422),
    (f"/api/v1/path?start={BOHEMIAN}", 422),
    (f"/api/v1/path?start={BOHEMIAN}&end={NOBODY}", 404),
    (f"/api/v1/path?start={BOHEMIAN}&end={BOHEMIAN}", 422),
    (f"/api/v1/path?start={BOHEMIAN}&end=7lQ8MOhq6IN2w8EYcFNSUk&count=2", 422),
    ("/api/v1/predict", 422),
    (f"/api/v1/predict?{WHOLE_SOUND.replace('tempo=120', 'tempo=nan')}", 422),
    (f"/api/v1/predict?{WHOLE_SOUND.replace('tempo=120', 'tempo=1e999')}", 422),
    (f"/api/v1/predict?{WHOLE_SOUND.replace('energy=.7', 'energy=1.01')}", 422),
    (f"/api/v1/predict?{WHOLE_SOUND}&duration=0", 422),
    ("/api/v1/playlist", 422),
    ("/api/v1/playlist?energy=2", 422),
    ("/api/v1/clusters?page=-1", 422),
    ("/api/v1/clusters/99999", 404),
    ("/api/v1/clusters/-1", 422),
    ("/api/v1/clusters/99999/playlist", 404),
    ("/api/v1/hotlist?size=0", 422),
    ("/api/v1/map/nothing!/points", 422),
    ("/api/v1/map/1/points", 404),
    ("/api/v1/map/1/songs/1", 404),
    ("/api/v1/nothing", 404),
    ("/search?q=" + "a" * 201, 422),
    (f"/song/{NOBODY}", 404),
    (f"/song/{NOBODY}/another", 404),
    ("/song/%00", 422),
    ("/clusters/99999", 404),
    ("/clusters?page=0", 422),
    ("/sliders?energy=loud", 422),
    ("/sliders?preset=99999", 404),
    (f"/sliders/prediction?song={NOBODY}", 404),
    ("/playlists?count=1000", 422),
    ("/playlists?cluster=99999", 404),
    ("/playlists/samewave.csv", 422),
    (f"/playlists/samewave.m3u8?ids={NOBODY}", 404),
    ("/playlists/samewave.csv?ids=%3Cscript%3E", 422),
    ("/model/report", 404),
    ("/hotlist", 404),
    ("/static/../app.py", 404),
    ("/static/nothing.css", 404),
    ("/nothing", 404),
]


async def test_invalid_requests_are_answered_in_a_sentence(web: Web) -> None:
    for path, status in BAD:
        answer = await web.get(path, status)
        if path.startswith("/api/"):
            assert answer.headers["content-type"] == "application/problem+json", path
            problem = answer.json()
            assert problem["status"] == status
            assert problem["instance"] == path.partition("?")[0].replace("%2f", "/")
            sentence = problem["detail"]
        else:
            assert answer.headers["content-type"].startswith("text/html"), path
            sentence = answer.text
        assert "Traceback" not in sentence
        assert len(sentence) > 10, path


async def test_unknown_parameters_of_the_api_are_refused(web: Web) -> None:
    described = (await web.get("/api/v1/openapi.json")).json()
    needed = {
        "/api/v1/predict": dict(part.split("=") for part in WHOLE_SOUND.split("&")),
        "/api/v1/path": {"start": BOHEMIAN, "end": NOBODY},
        **{f"/api/v1/{name}": {"q": "Bohemian Rhapsody"} for name in ("recommendation", "similar")},
    }
    path = {"song_id": BOHEMIAN, "number": "3", "model": "1", "point": "5"}
    for template in described["paths"]:
        address = template.format(**path)
        answer = await web.client.get(address, params={**needed.get(template, {}), "colour": "blue"})
        assert answer.status_code == 422, template
        assert answer.json()["errors"] == ["colour: there is no such parameter"], template
    for page in ("/?utm_source=mail", "/clusters?utm_source=mail", "/playlists?utm_source=mail"):
        await web.get(page)


@pytest.mark.parametrize("path", ["/", "/api/v1/songs", f"/api/v1/songs/{BOHEMIAN}", "/playlists"])
async def test_nothing_can_be_sent(web: Web, path: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = await web.client.request(method, path, json={"title": "mine"})
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert "GET" in answer.text


def content(state: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the state."""
    with closing(sqlite3.connect(state / "state.db")) as database:
        tables = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
        ).fetchall()
        return {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}


async def test_a_visitor_changes_nothing(state: Path) -> None:
    before = content(state)
    async with open_web(settings_for(state)) as web:
        for path in [
            "/",
            f"/song/{BOHEMIAN}",
            f"/song/{BOHEMIAN}/another",
            "/playlists?energy=0.9",
            f"/playlists?song={BOHEMIAN}",
            "/playlists?cluster=4&clean=true&order=energy&count=9",
            f"/api/v1/songs/{BOHEMIAN}/recommendation",
            "/api/v1/songs?q=a+song+that+nobody+ever+wrote",
            f"/api/v1/predict?{WHOLE_SOUND}",
        ]:
            await web.get(path)
        assert all(guard.requests == 0 for guard in web.services.guards)
    assert content(state) == before


async def test_a_song_fetched_from_outside_is_not_shown(state: Path) -> None:
    # The song leaves the catalogue and is among the fetched ones.
    with spoiling(state) as catalogue:
        catalogue.execute("UPDATE tracks SET id = 'elsewhere' WHERE id = ?", [BOHEMIAN])
    database = await SqliteDatabase.open(state / "state.db")
    await FetchedSongs(database).keep(Track(BOHEMIAN, "Bohemian Rhapsody", ("Queen",), source="spotify"))
    await database.close()
    async with open_web(settings_for(state)) as web:
        found = (await web.get("/api/v1/songs?q=bohemian+rhapsody")).json()
        assert BOHEMIAN not in [song["id"] for song in found["items"]]
        for path in ("", "/recommendation", "/similar", "/playlist"):
            await web.get(f"/api/v1/songs/{BOHEMIAN}{path}", 404)
        await web.get(f"/song/{BOHEMIAN}", 404)


async def test_without_a_model_it_says_so(state: Path) -> None:
    async with open_web(settings_for(state), load=False) as web:
        assert "samewave train" in (await web.get("/api/v1/map", 503)).json()["detail"]
        assert "samewave train" in (await web.get("/", 503)).text


async def test_a_fault_of_ours_has_a_reference_and_no_details(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(web.services.search.suggest, "_serving", None)
    answer = await web.get("/api/v1/songs?q=x", 500)
    assert answer.headers["content-security-policy"]
    reference = answer.json()["detail"].split()[-1].strip(".")
    assert "NoneType" not in answer.text
    assert reference in caplog.text
    assert "NoneType" in caplog.text
    caplog.clear()


async def test_every_response_has_security_headers(web: Web) -> None:
    for path in ("/", "/api/v1/health", "/static/site.css", "/map"):
        headers = (await web.get(path)).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


@pytest.mark.parametrize(
    "path", ["/", f"/song/{BOHEMIAN}", "/sliders", "/map", "/clusters", "/playlists", "/model"]
)
async def test_pages_ask_for_nothing_from_anywhere_else_and_hold_no_script_or_style(
    web: Web, path: str
) -> None:
    text = (await web.get(path)).text
    assert "<script>" not in text
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    for part in text.split('src="')[1:] + text.split('<link rel="stylesheet" href="')[1:]:
        assert part.startswith("/static/")


async def test_each_client_is_limited(visited_state: Path) -> None:
    async with open_web(settings_for(visited_state), rate_limit=RateLimitItemPerSecond(5, 3_600)) as web:
        for _ in range(5):
            await web.get("/api/v1/clusters/1")
        refused = await web.get("/api/v1/clusters/1", 429)
        assert 0 < int(refused.headers["retry-after"]) <= 3_600
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["content-security-policy"]
        assert refused.json()["status"] == 429
        await web.get("/static/site.css")
        assert "Das war viel auf einmal" in (await web.get("/", 429, accept_language="de")).text


async def test_clients_are_distinguished_by_address_and_ipv6_network(visited_state: Path) -> None:
    async with open_web(settings_for(visited_state), rate_limit=RateLimitItemPerSecond(1, 3_600)) as web:

        async def status_for(address: str) -> int:
            transport = httpx.ASGITransport(app=web.app, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://samewave.test") as client:
                return (await client.get("/api/v1/clusters/1")).status_code

        ipv4 = ("192.0.2.1", "192.0.2.2", "192.0.2.1")
        assert [await status_for(address) for address in ipv4] == [200, 200, 429]
        ipv6 = ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
        assert [await status_for(address) for address in ipv6] == [200, 429, 200]
