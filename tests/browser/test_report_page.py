"""The report in Chromium: no requests, no errors, no horizontal scrolling."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from ml.model.cluster_profiles import profile_clusters
from ml.model.training import train
from ml.report import build_report
from tests.ml.made_up_songs import made_up_songs

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = "</script><script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on songs whose titles, artists and genres are HTML."""
    songs = made_up_songs(200, genres=5)
    songs = replace(
        songs,
        titles=[f"{title} {HOSTILE}" for title in songs.titles],
        artists=[(f"{names[0]} <b>{HOSTILE}",) for names in songs.artists],
        genres=[frozenset(f"{genre} {HOSTILE}" for genre in genres) for genres in songs.genres],
    )
    model = train(songs, clusters=40, seed=1)
    profiles = profile_clusters(songs, model.labels_, len(model.cluster_centers_))
    report = build_report(songs, model, profiles, seed=1, evaluation=None)
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(report.html(), "utf-8")
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page whose requests and errors are recorded."""

    def __init__(self, browser: Browser, file: Path, *, width: int, scheme: str = "light") -> None:
        self.left: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(
            viewport={"width": width, "height": 844},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(file.as_uri())

    def _asked(self, url: str) -> None:
        if not url.startswith(("file:", "blob:", "data:")):
            self.left.append(url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def draw_all(self) -> int:
        """Scroll through the page until every plot is drawn; returns how many there are."""
        plots = self.page.locator(".plot")
        for number in range(plots.count()):
            plots.nth(number).scroll_into_view_if_needed()
            plots.nth(number).locator(".main-svg, canvas").first.wait_for()
        return plots.count()


@pytest.fixture(scope="module")
def phone(browser: Browser, file: Path) -> Watched:
    """The page on a phone with dark colours, loaded once."""
    return Watched(browser, file, width=390, scheme="dark")


@pytest.fixture(scope="module")
def desk(browser: Browser, file: Path) -> Watched:
    """The page on a wide screen, loaded once."""
    return Watched(browser, file, width=1280)


@pytest.mark.parametrize(("place", "width"), [("phone", 390), ("desk", 1280)])
def test_no_request_is_made_and_nothing_is_cut_off(
    request: pytest.FixtureRequest, place: str, width: int
) -> None:
    watched: Watched = request.getfixturevalue(place)
    assert watched.draw_all() >= 15
    page = watched.page
    assert page.evaluate("document.documentElement.scrollWidth") == width
    too_wide = page.evaluate(
        "[...document.querySelectorAll('.plot, .card, .table, .list')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.className)"
    )
    assert too_wide == []
    assert page.evaluate("window.hit") is None
    assert watched.left == []
    assert watched.complaints == []


def test_a_song_on_the_map_shows_its_name_as_text(desk: Watched) -> None:
    page = desk.page
    page.locator("#map .plot").first.scroll_into_view_if_needed()
    page.locator("#map .plot canvas").first.wait_for()
    at = page.evaluate(
        """() => {
          const plot = document.querySelector("#map .plot");
          const { xaxis, yaxis } = plot._fullLayout;
          const box = plot.getBoundingClientRect();
          const { x, y } = plot._fullData[0];
          return [box.x + xaxis._offset + xaxis.l2p(x[0]), box.y + yaxis._offset + yaxis.l2p(y[0])];
        }"""
    )
    page.mouse.move(at[0] + 3, at[1] + 3)
    page.mouse.move(*at)
    hover = page.locator("#map .plot .hovertext").first
    hover.wait_for()
    assert "Song " in hover.text_content()
    assert "</script>" in hover.text_content()
    assert page.evaluate("window.hit") is None


def test_clusters_can_be_searched_sorted_and_opened(phone: Watched) -> None:
    page = phone.page
    rows = page.locator("#list tbody tr")
    assert rows.count() == 40
    assert page.locator("#cards .card").count() == 24
    sizes = [int(text) for text in page.locator("#list tbody td:nth-child(2)").all_text_contents()]
    assert sizes == sorted(sizes, reverse=True)
    page.get_by_role("button", name="Cluster", exact=True).click()
    names = page.locator("#list tbody td:first-child").all_text_contents()
    assert [name.lower() for name in names] == sorted(name.lower() for name in names)
    page.get_by_role("searchbox").fill(names[3])
    assert page.locator("#found").text_content().endswith("of 40 clusters")
    assert 1 <= rows.count() < 40
    rows.first.get_by_role("button").click()
    assert page.locator("dialog h4").text_content() in names
    page.locator("dialog .radar .scatterlayer .point").nth(9).wait_for(state="attached")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("searchbox").fill("no such cluster")
    assert rows.count() == 0
    assert phone.complaints == []


def test_without_scripts_texts_and_tables_are_shown(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("section").count() == 11
    assert page.locator("#classifiers tbody tr").count() > 8
    context.close()
