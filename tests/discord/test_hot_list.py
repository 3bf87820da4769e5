"""`!hotlist`, its refresh, and songs that are on it."""

import asyncio
import json
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.wiring import open_services
from tests.support.catalogues import in_catalogue
from tests.support.outside import Outside, in_database, open_outside
from tests.support.reading import (
    button,
    embed_of,
    everything_in,
    is_sentence,
    menu,
    press,
    seen,
    text_of,
)
from tests.support.settings import environment_for
from tests.support.stand_ins.charts import APPLE_PATH, BILLBOARD_PATH, DEEZER_PATH
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.songs import ChartRow, made_up_week, this_week
from tests.support.world import World, open_world

NEXT = this_week()
FIRST = NEXT - timedelta(days=7)
KNOWN = ChartRow(3, "Bohemian Rhapsody", "Queen", last_week=5, peak=1, weeks=20)


@pytest.fixture
async def outside(state: Path) -> AsyncIterator[Outside]:
    """Charts of a week with one song that the catalogue has; no cooldown."""
    async with open_outside(state) as opened:
        opened.charts.rows, opened.charts.week = with_known(made_up_week()), FIRST
        yield opened


@pytest.fixture
async def world(outside: Outside) -> AsyncIterator[World]:
    async with open_world(outside.settings(hotlist_cooldown_minutes=0)) as opened:
        await opened.services.hot_list.refresh()
        outside.forget_requests()
        yield opened


def with_known(rows: list[ChartRow]) -> list[ChartRow]:
    return [KNOWN if row.rank == KNOWN.rank else row for row in rows]


def stored_titles(state: Path) -> list[str]:
    rows = in_database(
        state,
        "SELECT title FROM chart_entries WHERE chart = (SELECT max(chart) FROM charts) ORDER BY rank",
    )
    return [title for (title,) in rows]


def stored_source(state: Path) -> list[str]:
    return [source for (source,) in in_database(state, "SELECT source FROM charts ORDER BY chart")]


async def test_a_hot_song_is_answered_with_another_hot_song(world: World, outside: Outside) -> None:
    answer = await world.say(world.listener, "!recommend Bohemian Rhapsody")
    words = everything_in(embed_of(answer))
    title = (embed_of(answer).title or "").replace("\\", "")
    [pick] = [row for row in outside.charts.rows if row.title == title]
    assert f"no. {KNOWN.rank}" in words
    assert f"no. {pick.rank}" in words
    assert f"{FIRST:%-d %B %Y}" in words
    assert "Hot 100" in words
    assert pick.artist in words
    picks = {title}
    for _ in range(12):
        answer = await press(world, world.friend, answer, "Another")
        title = (embed_of(answer).title or "").replace("\\", "")
        assert title not in picks
        assert "Bohemian" not in title
        picks.add(title)


@pytest.mark.parametrize(
    "spelling",
    [
        "Fictional Tune 7",
        "fictional TUNE 7",
        "The Imaginary 0 - Fictional Tune 7",
        "Fictional Tune 7 by The Imaginary 0",
        "fictional tune 7 the imaginary 0",
    ],
)
async def test_a_hot_song_that_is_not_in_the_catalogue(world: World, spelling: str) -> None:
    answer = await world.say(world.listener, f"!recommend {spelling}")
    words = everything_in(embed_of(answer))
    assert "no. 7," in words or "no. 7 " in words or "no. 7:" in words
    assert "Fictional Tune 7" in (embed_of(answer).footer.text or "")
    assert (embed_of(answer).url or "").startswith("https://open.spotify.com/")
    await world.restart()
    again = await press(world, world.friend, answer, "Another")
    assert embed_of(again).title != embed_of(answer).title
    assert "Fictional Tune 7" in (embed_of(again).footer.text or "")


async def test_a_pick_outside_the_catalogue_links_to_a_search_for_it(world: World) -> None:
    answer = await world.say(world.listener, "!recommend Fictional Tune 7")
    url = embed_of(answer).url or ""
    assert url.startswith("https://open.spotify.com/search/Fictional%20Tune%20") or "/track/" in url
    assert button(answer, "Open in Spotify").url == url


async def test_another_for_a_song_that_has_left_the_list_says_so(world: World, outside: Outside) -> None:
    answer = await world.say(world.listener, "!recommend Fictional Tune 7")
    outside.charts.rows, outside.charts.week = made_up_week(first=50), NEXT
    await world.services.hot_list.refresh()
    gone = await press(world, world.listener, answer, "Another")
    assert is_sentence(gone)
    assert seen(gone).flags.ephemeral


async def test_two_hot_songs_of_one_name_give_a_choice(world: World, outside: Outside) -> None:
    rows = outside.charts.rows
    rows[10] = replace(rows[10], title="Twin Peaks of Sound", artist="Left Nobody")
    rows[12] = replace(rows[12], title="Twin Peaks of Sound", artist="Right Nobody")
    await world.services.hot_list.refresh()
    question = await world.say(world.listener, "!recommend Twin Peaks of Sound")
    left, right = sorted(menu(question).options, key=lambda option: option.description or "")
    assert "Left Nobody" in (left.description or "")
    await world.restart()
    answer = await world.listener.select(question, [right.value])
    assert "Right Nobody" in (embed_of(answer).footer.text or "")
    assert "no. 13" in everything_in(embed_of(answer))


async def test_the_list_has_pages_that_work_after_a_restart(world: World, outside: Outside) -> None:
    page = await world.say(world.listener, "!hotlist")
    assert "Billboard" in (embed_of(page).title or "")
    assert f"{FIRST:%-d %B %Y}" in everything_in(embed_of(page))
    assert button(page, "◀ Back").disabled
    seen_titles = []
    for number in range(10):
        words = everything_in(embed_of(page))
        mine = outside.charts.rows[number * 10 : number * 10 + 10]
        assert all(row.title in words and row.artist in words for row in mine)
        seen_titles += [row.title for row in mine]
        if number == 4:
            await world.restart()
        if number < 9:
            await press(world, world.friend, page, "Next ▶")
            page = world.music.last_message
    assert len(seen_titles) == 100
    assert button(page, "Next ▶").disabled
    await press(world, world.friend, page, "◀ Back")
    assert outside.charts.rows[80].title in everything_in(embed_of(world.music.last_message))
    assert len([message for message in world.music.history() if message.author.bot]) == 1


async def test_an_empty_list_says_how_to_fill_it(outside: Outside) -> None:
    async with open_world(outside.settings()) as world:
        answer = await world.say(world.listener, "!hotlist")
        assert is_sentence(answer)
        assert "refresh" in text_of(answer)


async def test_explicit_songs_stay_out_of_hot_picks_too(outside: Outside) -> None:
    """Explicit is what the catalogue or the chart calls so, where the two differ."""
    explicit = in_catalogue(
        outside.state,
        "SELECT title, artists FROM tracks WHERE explicit = 1 GROUP BY title_key LIMIT 40",
    )
    rows = outside.charts.rows
    for place, (title, artists) in enumerate(explicit, start=20):
        rows[place] = replace(rows[place], title=title, artist=json.loads(artists)[0])
    rows[60:] = [replace(row, explicit=True) for row in rows[60:]]
    titles = {title for title, _ in explicit} | {row.title for row in rows[60:]}
    picks: dict[str, set[str]] = {}
    for policy in ("never", "always"):
        settings = outside.settings(hotlist_cooldown_minutes=0, explicit=policy, hotlist_sources="deezer")
        async with open_world(settings) as world:
            await world.services.hot_list.refresh()
            channel = world.guild.create_text_channel(policy)
            await world.listener.send(channel, "!recommend Fictional Tune 7")
            answer = channel.last_message
            picks[policy] = set()
            for _ in range(12):
                picks[policy].add((embed_of(answer).title or "").replace("\\", ""))
                answer = seen(await press(world, world.listener, answer, "Another"))
    assert not picks["never"] & titles
    assert picks["always"] & titles


@pytest.mark.parametrize("source", ["billboard", "apple"])
async def test_unrated_hot_songs_are_not_picked_where_explicit_ones_are_not_allowed(
    outside: Outside, source: str
) -> None:
    settings = outside.settings(explicit="never", hotlist_sources=source, hotlist_cooldown_minutes=0)
    async with open_world(settings) as world:
        await world.services.hot_list.refresh()
        answer = await world.say(world.listener, "!recommend Fictional Tune 7")
        assert "Bohemian Rhapsody" in (embed_of(answer).title or ""), "the catalogue knows it as clean"
        by_sound = await world.say(world.listener, "!recommend Bohemian Rhapsody")
        assert "hot list" not in everything_in(embed_of(by_sound))
        outside.charts.rows = made_up_week()
    async with open_world(settings) as world:
        await world.services.hot_list.refresh()
        answer = await world.say(world.listener, "!recommend Fictional Tune 7")
        assert is_sentence(answer)
        assert "explicit" in text_of(answer)


@pytest.mark.parametrize("fault", [None, Fault.SERVER_ERROR])
async def test_a_chart_of_an_old_week_and_the_catalogues_own_list_change_no_answer(
    outside: Outside, fault: Fault | None
) -> None:
    outside.charts.week -= timedelta(days=14)
    outside.charts.fault = fault
    seed = "Bohemian Rhapsody" if fault is None else "Sweater Weather"
    async with open_world(outside.settings()) as world:
        await world.services.hot_list.refresh()
        assert seed in stored_titles(outside.state)
        answer = await world.say(world.listener, f"!recommend {seed}")
        assert "hot list" not in everything_in(embed_of(answer))


async def test_a_listener_may_not_refresh(world: World, outside: Outside) -> None:
    answer = await world.say(world.listener, "!hotlist refresh")
    assert is_sentence(answer)
    assert "Manage Server" in text_of(answer)
    assert outside.asked == 0


async def test_a_direct_message_may_not_refresh(world: World, outside: Outside) -> None:
    await world.moderator.send_dm("!hotlist refresh")
    assert is_sentence(world.moderator.user.dm_channel.last_message)
    assert outside.asked == 0


async def test_a_moderator_refreshes_and_is_told_what_changed(world: World, outside: Outside) -> None:
    before = outside.charts.rows
    after = with_known(made_up_week(first=5))
    outside.charts.rows, outside.charts.week = after, NEXT
    words = text_of(await world.say(world.moderator, "!hotlist refresh"))
    assert f"{NEXT:%-d %B %Y}" in words
    ranks = {row.title: row.rank for row in before}
    fresh = [row for row in after if row.title not in ranks]
    climbed = [row for row in after if row.title in ranks and ranks[row.title] > row.rank]
    gone = [row for row in before if row.title not in {new.title for new in after}]
    assert f"New entries ({len(fresh)})" in words
    assert f"Climbers ({len(climbed)})" in words
    assert f"Dropped out ({len(gone)})" in words
    assert fresh[0].title in words
    assert gone[0].title in words
    assert "▲4" in words
    assert stored_titles(outside.state) == [row.title for row in after]


async def test_a_refresh_that_changes_nothing_says_so(world: World) -> None:
    words = text_of(await world.say(world.moderator, "!hotlist refresh"))
    assert "same" in words


async def test_the_slash_refresh_works_for_moderators(world: World, outside: Outside) -> None:
    outside.charts.rows, outside.charts.week = made_up_week(first=3), NEXT
    answer = await world.moderator.slash(world.music, "hotlist refresh")
    assert f"{NEXT:%-d %B %Y}" in text_of(answer)
    shown = await world.listener.slash(world.music, "hotlist show")
    assert f"{NEXT:%-d %B %Y}" in text_of(shown)


async def test_a_second_refresh_has_to_wait(outside: Outside) -> None:
    async with open_world(outside.settings(hotlist_cooldown_minutes=10)) as world:
        assert not is_sentence(await world.say(world.moderator, "!hotlist refresh"))
        outside.forget_requests()
        answer = await world.say(world.moderator, "!hotlist refresh")
        assert is_sentence(answer)
        assert "10 minutes" in text_of(answer)
        assert outside.asked == 0
    async with open_world(
        outside.settings(hotlist_cooldown_minutes=10)
    ) as world:  # a restart is no way around
        assert is_sentence(await world.say(world.moderator, "!hotlist refresh"))
        assert outside.asked == 0


async def test_of_two_refreshes_at_once_one_is_refused(world: World, outside: Outside) -> None:
    outside.charts.delay = 0.5
    for _ in range(2):
        world.env.backend.create_message(world.music.id, world.moderator.id, "!hotlist refresh")
    await world.env.settle()
    answers = [message for message in world.music.history() if message.author.bot]
    assert sorted(is_sentence(answer) for answer in answers) == [False, True]
    assert len(outside.charts.asked(BILLBOARD_PATH)) == 1


@pytest.mark.parametrize("entries", [99, 57, 0])
async def test_half_a_chart_is_refused_and_the_next_source_asked(
    world: World, outside: Outside, entries: int
) -> None:
    """One server for all three: Billboard's page lacks places, Apple's feed may be too short as well."""
    outside.charts.rows = made_up_week(entries)
    before = stored_titles(outside.state)
    answer = await world.say(world.moderator, "!hotlist refresh")
    asked = [request.path for request in outside.charts.requests]
    assert asked[0] == BILLBOARD_PATH
    assert any(path.startswith(APPLE_PATH) for path in asked)
    if entries < 50:
        assert any(path.endswith(DEEZER_PATH) for path in asked)
        assert is_sentence(answer)
        assert f"Apple Music: {entries} entries, not 50" in text_of(answer)
        assert f"Deezer: {entries} entries, not 50" in text_of(answer)
        assert stored_titles(outside.state) == before
    else:
        assert not is_sentence(answer)
        assert stored_source(outside.state)[-1] == "apple"
    assert f"Billboard: {entries} entries, not 100" in text_of(answer)
    assert f"Billboard: {entries} entries, not 100" in text_of(
        await world.say(world.listener, "!hotlist source")
    )


async def test_the_terminal_says_why_a_source_was_refused(world: World, outside: Outside) -> None:
    outside.charts.rows = made_up_week(60)
    done = await asyncio.create_subprocess_exec(
        *REFRESH, env=process_environment(outside), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, _ = await done.communicate()
    assert b"Billboard: 60 entries, not 100" in out
    assert b"Apple Music most played" in out
    outside.charts.rows, outside.charts.fault, outside.charts.fault_path = [], Fault.FORBIDDEN, DEEZER_PATH
    done = await asyncio.create_subprocess_exec(
        *REFRESH, env=process_environment(outside), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    _, err = await done.communicate()
    assert done.returncode == 1
    assert b"Apple Music: 0 entries, not 50" in err
    assert b"Deezer: HTTP 403" in err
    assert b"hot list stays" in err
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    "fault",
    [fault for fault in Fault if fault not in (Fault.HANG, Fault.SLOW, Fault.SLOW_HEADERS)],
    ids=lambda fault: fault.name,
)
async def test_billboard_fails_in_any_way_and_apple_is_asked(
    world: World, outside: Outside, fault: Fault
) -> None:
    outside.charts.fault, outside.charts.fault_path = fault, BILLBOARD_PATH
    outside.charts.rows = made_up_week(first=20)
    answer = await world.say(world.moderator, "!hotlist refresh")
    assert "Apple" in text_of(answer)
    assert stored_source(outside.state)[-1] == "apple"
    assert stored_titles(outside.state) == [row.title for row in outside.charts.rows]


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.HTML, Fault.EMPTY, Fault.CUT_OFF])
async def test_with_every_source_down_the_stored_list_stays(
    world: World, outside: Outside, fault: Fault
) -> None:
    before = stored_titles(outside.state)
    outside.charts.fault = fault
    answer = await world.say(world.moderator, "!hotlist refresh")
    assert is_sentence(answer), text_of(answer)
    assert stored_titles(outside.state) == before
    assert stored_source(outside.state) == ["billboard"]
    assert f"{FIRST:%-d %B %Y}" in text_of(await world.say(world.listener, "!hotlist"))


async def test_with_every_source_down_and_nothing_stored_the_catalogue_is_the_named_fallback(
    outside: Outside,
) -> None:
    outside.charts.fault = Fault.SERVER_ERROR
    async with open_world(outside.settings(hotlist_cooldown_minutes=0)) as world:
        answer = await world.say(world.moderator, "!hotlist refresh")
        assert "catalogue" in text_of(answer)
        shown = await world.say(world.listener, "!hotlist")
        assert "catalogue" in (embed_of(shown).title or "")
        assert len(stored_titles(outside.state)) == 100
        outside.charts.fault = None
        await world.say(world.moderator, "!hotlist refresh")
        assert "Billboard" in (embed_of(await world.say(world.listener, "!hotlist")).title or "")


@pytest.mark.slow
async def test_a_source_that_does_not_finish_costs_its_share_and_no_more(outside: Outside) -> None:
    """On the event loop as it is: the simulator's clock stands still while something is read."""
    outside.charts.fault, outside.charts.fault_path = Fault.SLOW, BILLBOARD_PATH
    async with open_services(outside.settings(), rng=np.random.default_rng(1)) as services:
        changes = await services.hot_list.refresh()
    assert changes.after.source == "apple"


REFRESH = [sys.executable, "-m", "bot", "hotlist", "refresh"]


def process_environment(outside: Outside, **changes: str) -> dict[str, str]:
    charts = {f"SAMEWAVE_{name}_URL": outside.charts.url for name in ("BILLBOARD", "APPLE", "DEEZER")}
    return environment_for(outside.state, SAMEWAVE_HOTLIST_COOLDOWN_MINUTES="0", **charts, **changes)


async def test_a_kill_during_a_refresh_leaves_the_old_list(world: World, outside: Outside) -> None:
    before = stored_titles(outside.state)
    outside.charts.fault = Fault.HANG
    running = await asyncio.create_subprocess_exec(
        *REFRESH, env=process_environment(outside), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not outside.charts.requests:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    assert await running.wait() == -signal.SIGKILL
    assert stored_titles(outside.state) == before
    outside.charts.fault = None
    outside.charts.rows, outside.charts.week = made_up_week(first=9), NEXT
    assert f"{NEXT:%-d %B %Y}" in text_of(await world.say(world.moderator, "!hotlist refresh"))


async def test_a_full_disk_during_a_refresh_leaves_the_old_list_and_says_so(
    world: World, outside: Outside
) -> None:
    before = stored_titles(outside.state)
    outside.charts.rows, outside.charts.week = made_up_week(first=9), NEXT

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))

    running = await asyncio.create_subprocess_exec(
        *REFRESH,
        env=process_environment(outside),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=no_room,
    )
    out, err = await running.communicate()
    assert running.returncode == 1, err
    assert not out
    assert b"Traceback" not in err
    assert err.decode().strip().count("\n") == 0, err.decode()
    assert stored_titles(outside.state) == before
    assert f"{FIRST:%-d %B %Y}" in text_of(await world.say(world.listener, "!hotlist"))
