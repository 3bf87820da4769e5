"""Any text is answered by a song, a choice or one sentence: no errors, no SQL, no paths."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.errors import SamewaveError
from bot.services.use_cases import Services
from bot.wiring import open_services
from tests.support.settings import settings_for

SYNTAX = st.sampled_from(
    [
        '"',
        "'",
        "*",
        "-",
        "NEAR(",
        ")",
        " AND ",
        " OR ",
        " NOT ",
        "^",
        ":",
        "title:",
        "{",
        "}",
        ";--",
        "%",
        "_",
    ]
)
WORDS = st.sampled_from(
    ["the", "love", "a", "queen", "bohemian", "rhapsody", "你", "é", "🎵", "\u202e", "\x00"]
)
TYPED = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(SYNTAX, WORDS, st.just(" ")), max_size=40).map("".join),
    st.text(alphabet="abc ", min_size=100, max_size=2_000),
    st.from_regex(r"(https?://)?open\.spotify\.com/.{0,60}", fullmatch=True),
    st.from_regex(r"spotify:[a-z]{0,8}:.{0,40}", fullmatch=True),
    st.from_regex(r"(\.\./){1,5}[a-z]{0,8}\x00?", fullmatch=True),
)
HOSTILE = settings(suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def opened(
    made_state: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[asyncio.Runner, Services]]:
    """Services on a copy of the shared state; nobody outside is asked."""
    state = tmp_path_factory.mktemp("hostile") / "state"
    shutil.copytree(made_state, state)
    settings = settings_for(state, reccobeats=False, deezer=False)
    with asyncio.Runner() as runner:
        opening = open_services(settings, rng=np.random.default_rng(1))
        services = runner.run(opening.__aenter__())
        runner.run(services.models.load())
        yield runner, services
        runner.run(opening.__aexit__(None, None, None))


def asked(runner: asyncio.Runner, ask: Callable[[], Awaitable[object]]) -> None:
    async def answered() -> None:
        try:
            await ask()
        except SamewaveError as refused:
            assert 0 < len(str(refused)) < 5_000  # noqa: PT017  # a sentence is the right answer

    runner.run(answered())


@HOSTILE
@given(TYPED)
@example("'; DROP TABLE tracks; --")
@example('" OR 1=1')
@example("a" * 4_000)
@example("../../etc/passwd")
@example("\0\0\0")
@example('"""')
def test_any_text_is_answered(opened: tuple[asyncio.Runner, Services], typed: str) -> None:
    runner, services = opened
    asked(runner, lambda: services.recommend.song(typed, services.scope.nowhere))


@HOSTILE
@given(TYPED)
def test_any_text_is_suggested_for(opened: tuple[asyncio.Runner, Services], typed: str) -> None:
    runner, services = opened
    asked(runner, lambda: services.search.suggest(typed))


@HOSTILE
@given(st.one_of(TYPED, st.text(alphabet="0123456789:hotlcaip", max_size=70)))
def test_any_song_reference_of_a_button_is_answered(
    opened: tuple[asyncio.Runner, Services], song_ref: str
) -> None:
    """References come back from Discord: nobody can forge them, and nothing depends on that."""
    runner, services = opened
    asked(runner, lambda: services.recommend.song(song_ref, services.scope.nowhere))
    asked(runner, lambda: services.recommend.similar(song_ref, services.scope.nowhere))


def test_afterwards_the_catalogue_is_what_it_was(
    opened: tuple[asyncio.Runner, Services], made_state: Path
) -> None:
    runner, services = opened
    assert runner.run(services.scope.nowhere.serving.tracks.count()) == 5_849
    assert not [name for name in os.listdir(made_state) if "passwd" in name]
