"""The pages as HTML: what they show, without a browser."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.domain.charts import Chart, ChartEntry
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.metadata import QUALITY, Metadata
from bot.web.language import negotiate_translator
from bot.web.schemas import HotList
from tests.support.settings import settings_for
from tests.web.conftest import BOHEMIAN, HOSTILE, Web, open_web, spoil, spoil_clusters

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = [
    "/",
    "/search?q=love",
    f"/song/{BOHEMIAN}",
    f"/song/{BOHEMIAN}/another",
    "/sliders",
    f"/sliders?song={BOHEMIAN}",
    "/sliders/prediction?energy=0.9",
    "/map",
    "/clusters",
    "/clusters/3",
    "/hotlist",
    "/playlists",
    f"/playlists?song={BOHEMIAN}",
    "/playlists?cluster=3",
    "/model",
    "/api",
]


NOBODY = "0000000000000000000000"


async def text_of(web: Web, path: str) -> str:
    body = LexborHTMLParser((await web.get(path)).text).body
    assert body is not None
    return " ".join(body.text(separator=" ").split())


async def test_hostile_names_are_shown_as_text(state: Path) -> None:
    spoil(state)
    async with open_web(settings_for(state)) as web:
        spoil_clusters(web.services)
        for path in (*PAGES, f"/search?q=nobody knows {HOSTILE}", f"/clusters?q={HOSTILE}"):
            answer = await web.get(path)
            page = LexborHTMLParser(answer.text)
            assert not page.css("img"), path
            for script in page.css("script"):
                assert script.attributes.get("src", "").startswith("/static/"), path
                assert not script.text()
            for node in page.css("*"):
                assert not any(name.startswith("on") for name in node.attributes), path
                link = node.attributes.get("href") or ""
                assert re.match(r"$|/|#|https://(open\.spotify|www\.youtube)\.com/", link), (path, link)
            assert "\u202e" not in answer.text
        song = (await web.get(f"/api/v1/songs/{BOHEMIAN}")).json()
        assert song["title"].endswith(HOSTILE)
        csv = await web.get(f"/playlists/samewave.csv?ids={BOHEMIAN}")
        assert csv.headers["content-disposition"].startswith("attachment")
        m3u8 = (await web.get(f"/playlists/samewave.m3u8?ids={BOHEMIAN}")).text
        assert m3u8.count("\n") == 4


async def test_a_songs_page_shows_what_there_is_to_know(web: Web) -> None:
    text = await text_of(web, f"/song/{BOHEMIAN}")
    similar = (await web.get(f"/api/v1/songs/{BOHEMIAN}/similar")).json()["items"]
    for one in similar:
        assert one["song"]["title"] in text
        assert one["song"]["album"] in text
        assert f"{one['percent']} %" in text
    assert "Queen · A Night At The Opera (2011 Remaster) · 5:54" in text
    assert "Both are in the cluster" in text
    assert "instrumentalness" in text


async def test_search_without_scripts(web: Web) -> None:
    assert "Bohemian Rhapsody" in await text_of(web, "/search?q=bohemian")
    redirect = await web.get(f"/search?q=spotify:track:{BOHEMIAN}", 303)
    assert redirect.headers["location"] == f"/song/{BOHEMIAN}"
    assert "I found no song like that" in await text_of(web, "/search?q=qqqqxxxxzzzz")


async def test_sliders_start_where_they_are_told(web: Web) -> None:
    def values(page: str) -> dict[str, float]:
        found = LexborHTMLParser(page).css("#sliders input[type=range]")
        return {node.attributes["name"] or "": float(node.attributes["value"] or "nan") for node in found}

    cluster = (await web.get("/api/v1/clusters/7")).json()
    at_cluster = values((await web.get("/sliders?preset=7&duration=")).text)
    assert at_cluster == {**cluster["features"], "duration": cluster["duration_ms"] / 1_000}
    assert at_cluster["duration"] != values((await web.get("/sliders")).text)["duration"]
    song = (await web.get(f"/api/v1/songs/{BOHEMIAN}")).json()
    at_song = values((await web.get(f"/sliders?song={BOHEMIAN}&energy=0.5")).text)
    assert at_song == {**song["features"], "energy": 0.5, "duration": song["duration_ms"] / 1_000}
    assert len(at_song) == 10
    chill = values((await web.get("/sliders?mood=chill")).text)
    assert (chill["energy"], chill["loudness"]) == (0.35, -11.0)
    assert 'aria-current="true">road trip<' in (await web.get("/sliders?mood=road+trip")).text
    await web.get("/sliders?mood=hungry", 422)


async def test_popularity_is_told_in_words_and_not_where_it_is_unknown(web: Web) -> None:
    assert "popularity 82" in await text_of(web, f"/song/{BOHEMIAN}")
    unknown = (await web.get("/api/v1/songs?q=OneRepublic+Didn%27t+I")).json()["items"][0]
    assert unknown["popularity"] == 0
    assert "popularity 0" not in await text_of(web, f"/song/{unknown['id']}")


def without_names(page: LexborHTMLParser) -> set[str]:
    """The texts of a page, those apart that stand in tables of songs and clusters."""
    names = "h1, h3, article h2, .song, small, .artists, .album, .tag, .picked, option"
    for node in page.css(f"{names}, .why, .brand, script, [lang] [lang]"):
        node.decompose()
    body = page.body
    assert body is not None
    return {text.strip() for text in body.text(separator="\n").splitlines() if text.strip(" .,·:\n")}


@pytest.mark.parametrize("path", [path for path in PAGES if path not in ("/hotlist", "/api")])
async def test_pages_are_german_for_german_browsers(web: Web, path: str) -> None:
    english = await web.get(path, accept_language="en-GB")
    german = await web.get(path, accept_language="de-AT, de;q=0.9, en;q=0.5")
    assert (english.headers["content-language"], german.headers["content-language"]) == ("en", "de")
    assert all("accept-language" in answer.headers["vary"] for answer in (english, german))
    pages = LexborHTMLParser(english.text), LexborHTMLParser(german.text)
    if pages[0].css_first("main") is not None:
        assert [page.css_first("html").attributes["lang"] for page in pages] == ["en", "de"]  # type: ignore[union-attr]
    texts = [without_names(page) for page in pages]
    long = {text for text in texts[0] & texts[1] if len(text.split()) > 3}
    assert not long, long
    assert len(texts[1] - texts[0]) >= 2  # on the smallest fragment only two texts are no names


async def test_faults_and_reasons_are_german_too(web: Web) -> None:
    missing = await web.get(f"/song/{NOBODY}", 404, accept_language="de")
    assert "Nicht gefunden" in missing.text
    assert "accept-language" in missing.headers["vary"]
    assert "Beide sind im Cluster" in (await web.get(f"/song/{BOHEMIAN}/another", accept_language="de")).text
    sliders = (await web.get("/sliders?energy=0.5", accept_language="de")).text
    assert ">0,50 <" in sliders
    assert 'value="0.5"' in sliders
    answer = await web.get(f"/api/v1/songs/{NOBODY}", 404, accept_language="de")
    assert answer.json()["title"] == "Not Found"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"),
        ("fi", "en"),
        ("fi, de;q=0.1", "de"),
        ("pt-BR", "pt"),
        ("de;q=0, en", "en"),
        ("en;q=0.2, DE-ch;q=0.4", "de"),
        ("../../etc, de;q=x", "en"),
        ("*", "en"),
        ("," * 9_000 + "de", "en"),
    ],
)
async def test_the_language_is_the_one_wanted_most(asked: str, language: str) -> None:
    assert negotiate_translator(asked).language == language


async def test_a_playlist_can_be_downloaded(web: Web) -> None:
    page = LexborHTMLParser((await web.get("/playlists?cluster=9&count=6&clean=true")).text)
    files = {node.text(): node.attributes["href"] or "" for node in page.css("a[download]")}
    links = page.css_first("textarea")
    assert links is not None
    m3u8 = (await web.get(files["M3U8"])).text
    csv = (await web.get(files["CSV"])).text
    urls = links.text().split()
    assert len(urls) == 6
    for url in urls:
        assert url in m3u8
        assert url in csv
    assert len(csv.splitlines()) == 7


async def test_the_model_page_shows_what_was_measured_and_the_report(state: Path) -> None:
    async with open_web(settings_for(state)) as web:
        text = await text_of(web, "/model")
        assert "Samewave: as served" in text  # the figures that ship with the embedded catalogue
        assert "These figures are of the catalogue that ships" not in text
        database = await SqliteDatabase.open(web.settings.database)
        metadata = Metadata(database)
        measured = {
            "catalogue": web.services.scope.nowhere.serving.tracks.catalogue.digest,
            "methods": {"random": {"genre@5": 0.185}, "samewave_served": {"genre@5": 0.718}},
        }
        await metadata.set(QUALITY, json.dumps(measured))
        await database.close()
        text = await text_of(web, "/model")
        assert "Samewave: as served 71.8 %" in text
        assert "a random song 18.5 %" in text
        web.settings.report.parent.mkdir()
        web.settings.report.write_text("<script>document.title = 'report'</script>", "utf-8")
        assert "Open the report" in await text_of(web, "/model")
        report = await web.get("/model/report")
        assert report.headers["content-security-policy"].startswith(
            "sandbox allow-scripts; default-src 'none'"
        )


async def test_the_hot_list_shows_movement(state: Path) -> None:
    async with open_web(settings_for(state)) as web:
        chart = Chart(
            "billboard",
            "Billboard Hot 100",
            date(2026, 11, 21),
            (
                ChartEntry(1, "Bohemian Rhapsody", "Queen", 3, 1, 20, BOHEMIAN),
                ChartEntry(2, "Nobody's Song", "Nobody", None, 2, 1),
                ChartEntry(3, "Fallen", "Somebody", 1, 1, 9),
            ),
        )
        await web.services.hot_list._charts.replace(chart, datetime.now(UTC))
        text = await text_of(web, "/hotlist")
        assert "1 up ▲ 2 Bohemian Rhapsody Queen 1 20" in text
        assert "2 new Nobody's Song Nobody" in text
        assert "3 down ▼ 2 Fallen Somebody" in text
        page = (await web.get("/hotlist")).text
        assert f'href="/song/{BOHEMIAN}"' in page
        hot = HotList.model_validate_json((await web.get("/api/v1/hotlist?size=2&page=2")).content)
        assert [(entry.rank, entry.movement, entry.song) for entry in hot.items] == [(3, -2, None)]
        answer = (await web.get(f"/api/v1/songs/{BOHEMIAN}/recommendation")).json()
        assert answer["hot"]
        assert answer["pick"]["in_catalogue"] is False
        assert "On the hot list" not in await text_of(web, "/song/7lQ8MOhq6IN2w8EYcFNSUk")
        assert "Also on the hot list" in await text_of(web, f"/song/{BOHEMIAN}")


async def test_every_page_is_small(web: Web) -> None:
    static = Path(__file__).parents[2] / "bot" / "web" / "static"
    shared = sum(file.stat().st_size for file in static.iterdir())
    for path in (*PAGES[:-6], *PAGES[-5:]):
        if path != "/hotlist":
            assert shared + len((await web.get(path)).content) < 300_000, path
