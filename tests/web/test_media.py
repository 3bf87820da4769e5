"""Covers and previews on the page, linked at their owners'; answers by an artist's sound."""

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from tests.support.outside import open_outside
from tests.support.stand_ins.faults import Fault
from tests.web.conftest import BOHEMIAN, open_web

SONG = f"/api/v1/songs/{BOHEMIAN}"
UNKNOWN_TITLE = "Queen - A Ballad Nobody Wrote"


async def test_a_cover_and_fresh_previews_are_told_of_a_catalogue_song(state: Path) -> None:
    async with open_outside(state, []) as outside, open_web(outside.settings(spotify=False)) as web:
        outside.charts.everything = True
        told = (await web.get(f"{SONG}/media")).json()
        assert told["has_preview"] is True
        assert told["cover"]["source"] == "Deezer"
        assert told["cover"]["page_url"].startswith("https://www.deezer.com/track/")
        asked = outside.asked
        assert (await web.get(f"{SONG}/media")).json() == told
        assert outside.asked == asked
        first, second = [(await web.get(f"{SONG}/preview")).json() for _ in range(2)]
        assert first["url"] != second["url"]
        outside.charts.everything = False
        assert "30 s" in (await web.get(f"{SONG}/preview", 404)).json()["detail"]
        outside.charts.fault = Fault.SERVER_ERROR
        await web.get(f"{SONG}/preview", 503)
        page = await web.get(f"/song/{BOHEMIAN}")
        policy = page.headers["content-security-policy"]
        images, sounds = (
            next(part for part in policy.split("; ") if part.startswith(name))
            for name in ("img-src", "media-src")
        )
        assert "https://*.dzcdn.net" in images.split()
        assert outside.charts.url in images.split()
        assert set(sounds.split()) == {"media-src", "https://*.dzcdn.net", outside.charts.url}
        assert LexborHTMLParser(page.text).css("[data-media]")
        assert "dzcdn" not in (await web.get("/clusters")).headers["content-security-policy"]


async def test_without_covers_the_page_shows_none_and_may_not(state: Path) -> None:
    async with open_outside(state, []) as outside, open_web(outside.settings(covers=False)) as web:
        assert (await web.get(f"{SONG}/media")).json() == {"cover": None, "has_preview": False}
        page = await web.get(f"/song/{BOHEMIAN}")
        assert "media-src" not in page.headers["content-security-policy"]
        assert "http" not in page.headers["content-security-policy"]
        assert not LexborHTMLParser(page.text).css("[data-media]")
        assert outside.asked == 0


async def test_visitors_leave_the_bot_most_of_what_the_services_allow(state: Path) -> None:
    async with open_outside(state, []) as outside, open_web(outside.settings(spotify=False)) as web:
        songs = (await web.get("/api/v1/songs?size=25")).json()["items"]
        outside.charts.everything = True
        codes = [
            (await web.client.get(f"/api/v1/songs/{song['id']}/preview")).status_code for song in songs * 2
        ]
        assert set(codes) <= {200, 503}
        assert len(outside.charts.requests) == codes.count(200)


async def test_an_unknown_title_is_answered_by_the_artists_sound(state: Path) -> None:
    async with open_outside(state, []) as outside, open_web(outside.settings(listenbrainz=True)) as web:
        answer = (await web.get(f"/api/v1/recommendation?q={UNKNOWN_TITLE}")).json()
        assert answer["basis"] == "artist"
        assert answer["for_song"].startswith("artist:")
        assert "how “A Ballad Nobody Wrote” sounds" in answer["reason"]
        near = (await web.get(f"/api/v1/similar?q={UNKNOWN_TITLE}")).json()
        assert near["basis"] == "artist"
        assert near["items"]
        assert all("Queen" not in one["song"]["artists"] for one in near["items"])
        page = LexborHTMLParser((await web.get(f"/search?q={UNKNOWN_TITLE}")).text).body
        assert page is not None
        assert "how “A Ballad Nobody Wrote” sounds" in page.text()
        [more] = page.css("[data-fetch]")
        assert "how “A Ballad" in (await web.get(str(more.attributes["data-fetch"]))).text
        known = (await web.get("/api/v1/similar?q=Bohemian Rhapsody")).json()
        assert (known["basis"], known["for_song"]) == ("features", BOHEMIAN)
        await web.get("/api/v1/recommendation?q=zzzzqqqq xxxyyy", 404)
        await web.get("/search/another?q=", 422)
        assert outside.asked == 0, "visitors cause no search outside"
