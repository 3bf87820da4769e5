"""The companion page in Chromium: by pointer and keyboard, wide and on a phone, accessibility included."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.browser import Served, Visit
from tests.web.conftest import BOHEMIAN, spoil

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parents[2] / "build" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
WITHOUT_ME = "7lQ8MOhq6IN2w8EYcFNSUk"
SIZES = {"wide": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}
PAGES = {
    "home": "/",
    "search": "/search?q=love",
    "song": f"/song/{BOHEMIAN}",
    "sliders": "/sliders",
    "map": f"/map?song={BOHEMIAN}",
    "clusters": "/clusters",
    "cluster": "/clusters/3",
    "hot list": "/hotlist",
    "playlists": "/playlists",
    "playlist": "/playlists?cluster=3",
    "model": "/model",
    "api": "/api",
    "error": "/nothing",
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]


@pytest.fixture(scope="module")
def served(made_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = tmp_path_factory.mktemp("served") / "state"
    shutil.copytree(made_state, state)
    with Served(state) as app:
        yield app.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=SIZES)
def visit(request: pytest.FixtureRequest, browser: Browser, served: str) -> Iterator[Visit]:
    size = str(request.param)
    context = browser.new_context(
        viewport=SIZES[size],
        color_scheme="dark" if size == "phone" else "light",
        has_touch=size == "phone",
        reduced_motion="reduce",  # while it fades in, the contrast is too low
    )
    made = Visit(context, served)
    yield made
    context.close()
    assert made.complaints == []


def test_no_page_has_accessibility_faults_or_scrolls_horizontally(visit: Visit) -> None:
    axe = AXE.read_text("utf-8") if AXE.exists() else None
    for name, path in PAGES.items():
        page = visit.open(path)
        page.wait_for_load_state("networkidle" if path.startswith(("/map", "/sliders")) else "load")
        assert visit.bytes < 300_000, name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.locator("h1").count() == 1, name
        assert page.get_by_role("button", name="Switch between light and dark").is_visible(), name
        if axe is not None:
            page.evaluate(axe)  # bypasses the page's content security policy
            found = page.evaluate("axe.run({resultTypes: ['violations'], elementRef: false})")["violations"]
            serious = [
                (fault["id"], [node["html"] for node in fault["nodes"]][:3])
                for fault in found
                if fault["impact"] in ("serious", "critical")
            ]
            assert not serious, (name, serious)
    if axe is None:
        pytest.skip("axe-core could not be fetched (make build/axe.min.js): barriers were not looked for")


def test_a_song_is_found_while_typing_by_keyboard(visit: Visit) -> None:
    page = visit.open("/")
    box = page.get_by_role("combobox", name="Search for a song")
    box.press_sequentially("bohem")
    expect(page.get_by_role("option").first).to_contain_text("Bohemian Rhapsody")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == page.get_by_role("option").first.get_attribute("id")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(f"{visit.address}/song/{BOHEMIAN}")
    another = page.get_by_role("link", name="Another")
    picks = set()
    for _ in range(8):
        picks.add(page.locator("#recommendation .picked").text_content())
        pressed = another.element_handle()
        another.press("Enter")
        page.wait_for_function("link => !link.isConnected", arg=pressed)
        expect(another).to_be_focused()
    assert len(picks) > 2


def test_a_suggestion_can_be_clicked_and_a_text_sent_as_it_is(visit: Visit) -> None:
    page = visit.open("/clusters/3")
    box = page.get_by_role("combobox", name="Search for a song")
    box.fill("bohemian")
    page.get_by_role("option").first.click()
    expect(page).to_have_url(f"{visit.address}/song/{BOHEMIAN}")
    page.get_by_role("combobox").fill("love")
    page.get_by_role("combobox").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Songs for “love”")


def test_sliders_move_the_point_and_the_songs(visit: Visit) -> None:
    page = visit.open("/sliders")
    predicted = page.locator(".predicted")
    before = predicted.evaluate("node => ({...node.dataset})")
    with page.expect_response("**/prediction?*"):
        page.get_by_role("slider", name="energy").press("Home")
    expect(page.locator("output[for=s-energy]")).to_have_text("0.00")
    expect(page.locator("#prediction")).to_have_attribute("aria-busy", "false")
    assert predicted.evaluate("node => ({...node.dataset})") != before
    page.get_by_label("Start at a cluster").select_option("7")
    expect(page.locator("output[for=s-energy]")).not_to_have_text("0.00")
    cluster = page.evaluate("fetch('/api/v1/clusters/7').then(answer => answer.json())")
    preset = {**cluster["features"], "duration": cluster["duration_ms"] / 1_000}
    sliders = page.locator("#sliders input[type=range]").evaluate_all(
        "nodes => nodes.map(node => [node.name, Number(node.value), Number(node.step)])"
    )
    assert len(sliders) == len(preset) == 10
    for name, value, step in sliders:
        assert abs(value - preset[name]) <= step, name
    red = "(c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
    red += "for (let i = 0; i < d.length; i += 4) n += d[i] === 229 && d[i + 1] === 32; return n; })"
    page.wait_for_function(f"{red}(document.querySelector('.marks')) > 50")
    page.get_by_role("button", name="Make a playlist").click()
    expect(page.locator(".songs li")).to_have_count(12)
    assert "energy=" in page.url


def painted(page: Page) -> None:
    """Wait until there are points."""
    expect(page.locator(".loading")).to_have_count(0)
    page.wait_for_function("document.querySelectorAll('.legend li').length > 3")


def test_the_map_is_pointed_at_moved_and_searched(visit: Visit) -> None:
    page = visit.open(f"/map?song={BOHEMIAN}")
    painted(page)
    card = page.locator("#map-song")
    expect(card).to_contain_text("Bohemian Rhapsody")
    canvas = page.locator("canvas.points")
    canvas.focus()
    canvas.press("+")
    canvas.press("ArrowRight")
    expect(card).not_to_contain_text("Bohemian Rhapsody - Remastered 2011Queen")
    named = card.locator("a").get_attribute("href")
    canvas.press("Enter")
    expect(page).to_have_url(visit.address + str(named))
    page.go_back()
    painted(page)
    expect(card).to_contain_text("Bohemian Rhapsody")
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, 400)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("The map of songs")


def test_a_path_is_drawn_in_depth(visit: Visit) -> None:
    page = visit.open("/map")
    painted(page)
    page.get_by_text("3-D").click()
    page.get_by_text("cluster", exact=True).click()
    expect(page.locator(".legend")).to_be_hidden()
    for label, typed in (("From", "bohemian rhapsody"), ("To", "without me")):
        box = page.get_by_role("combobox", name=label)
        box.fill(typed)
        expect(page.get_by_role("option").first).to_be_visible()
        box.press("Enter")
    page.get_by_role("button", name="Draw the path").click()
    expect(page.locator(".path li")).to_have_count(8)
    expect(page.locator(".path li").first).to_contain_text("Bohemian Rhapsody")
    expect(page.locator(".path li").last).to_contain_text("Without Me")


def test_the_theme_is_chosen_and_kept(visit: Visit) -> None:
    page = visit.open("/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch between light and dark").click()
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before != after
    visit.open("/clusters")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == after


def test_a_german_browser_reads_german(browser: Browser, served: str) -> None:
    context = browser.new_context(viewport=SIZES["phone"], locale="de-DE")
    visit = Visit(context, served)
    page = visit.open("/sliders")
    assert page.evaluate("document.documentElement.lang") == "de"
    page.get_by_role("slider", name="Energie").press("Home")
    expect(page.locator("output[for=s-energy]")).to_have_text("0,00")
    for path in PAGES.values():
        page = visit.open(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page = visit.open(f"/map?start={BOHEMIAN}&end={WITHOUT_ME}")
    expect(page.locator("#path-status")).to_have_text("Der Weg ist gezeichnet.")
    context.close()
    assert visit.complaints == []


def test_html_in_names_is_shown_as_text(browser: Browser, state: Path) -> None:
    spoil(state)
    with Served(state, hostile=True) as app:
        context = browser.new_context(viewport=SIZES["wide"])
        visit = Visit(context, app.address)
        for name in ("song", "sliders", "hot list", "playlist"):
            page = visit.open(PAGES[name])
            assert page.evaluate("window.hit") is None, name
        page = visit.open("/")
        page.get_by_role("combobox").press_sequentially("bohem")
        expect(page.get_by_role("option").first).to_contain_text("</script>")
        visit.open(f"/map?start={BOHEMIAN}&end={WITHOUT_ME}")
        expect(page.locator(".path li").first).to_contain_text("</script>")
        assert page.evaluate("window.hit") is None
        context.close()
    assert visit.complaints == []
