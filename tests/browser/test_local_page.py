"""The local page in Chromium, for a person without a token."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_run import running

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SONGS = "a[href^='https://open.spotify.com/track/']"
COUNT = f'() => new Set([...document.querySelectorAll("{SONGS}")].map(link => link.href)).size'

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def address(made_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = tmp_path_factory.mktemp("local") / "state"
    shutil.copytree(made_state, state)
    with running(state) as (_, found, _):
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator["object"]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        try:
            yield launched
        finally:
            launched.close()


@pytest.fixture
def page(browser: "object", address: str) -> Iterator["object"]:
    opened = browser.new_page()
    opened.set_default_timeout(200_000)
    opened.goto(address)
    opened.get_by_text("This is a simulated Discord").last.wait_for()
    opened.wait_for_timeout(1_500)  # what is typed before the page is connected is lost
    yield opened
    opened.close()


def type_in(page: object, text: str) -> None:
    page.fill("#channel-composer-input", text)
    page.press("#channel-composer-input", "Enter")


def test_a_person_asks_presses_another_and_becomes_the_moderator(page: object) -> None:
    type_in(page, "!recommend Bohemian Rhapsody")
    page.get_by_text(re.compile("^For Bohemian Rhapsody")).first.wait_for()
    page.locator(SONGS).first.wait_for()
    before = page.evaluate(COUNT)
    page.get_by_role("button", name="Another").last.click()
    page.wait_for_function(f"before => ({COUNT})() > before", arg=before)
    type_in(page, "!hotlist refresh")
    page.get_by_text("Manage Server").first.wait_for()
    page.locator("#viewer-picker").select_option(label="Moderator")
    page.wait_for_timeout(500)
    type_in(page, "!hotlist refresh")
    page.get_by_text(re.compile("hot list is fresh|refreshed a moment ago|does not answer")).first.wait_for()


def test_a_newcomer_is_greeted_and_may_press_what_is_offered(page: object) -> None:
    page.get_by_text("Hello, I am Samewave").last.wait_for()
    page.get_by_role("button", name="A calm playlist, no vocals").click()
    page.get_by_text("You asked for: calm, no vocals").last.wait_for()
