"""Pins and blocks of a server, and their marks in `/hotlist`."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.outside import Outside, in_database, open_outside
from tests.support.reading import (
    BOHEMIAN,
    embed_of,
    everything_in,
    is_sentence,
    menu,
    picked_id,
    press,
    text_of,
)
from tests.support.stand_ins.charts import BILLBOARD_PATH
from tests.support.stand_ins.discord_service.service import until
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.songs import made_up_week
from tests.support.world import World, open_world

QUEEN = f"spotify:track:{BOHEMIAN}"


@pytest.fixture
async def outside(state: Path) -> AsyncIterator[Outside]:
    async with open_outside(state) as opened:
        yield opened


@pytest.fixture
async def world(outside: Outside) -> AsyncIterator[World]:
    async with open_world(outside.settings(hotlist_cooldown_minutes=0)) as opened:
        await opened.services.hot_list.refresh()
        yield opened


async def elsewhere(world: World) -> tuple[Any, Any]:
    """A second server with a member and a channel."""
    other = world.env.create_guild("Elsewhere")
    return other.add_member(world.env.create_user("stranger")), other.create_text_channel("talk")


async def test_a_pinned_song_is_hot_here_and_nowhere_else(world: World) -> None:
    pinned = await world.say(world.moderator, f"!hotlist pin {QUEEN}")
    assert "always hot here" in text_of(pinned)
    page = everything_in(embed_of(await world.say(world.listener, "!hotlist")))
    assert "Always hot here" in page
    assert "Bohemian Rhapsody" in page
    await world.restart()
    answer = await world.say(world.listener, f"!recommend {QUEEN}")
    assert "Fictional Tune" in (embed_of(answer).title or "")
    assert "pinned yours" in everything_in(embed_of(answer))
    stranger, talk = await elsewhere(world)
    await stranger.send(talk, "!hotlist")
    assert "Bohemian" not in everything_in(embed_of(talk.last_message))
    await stranger.send(talk, f"!recommend {QUEEN}")
    assert "hot list" not in everything_in(embed_of(talk.last_message))


async def test_a_pin_on_the_list_is_marked_and_taken_away_by_name(world: World) -> None:
    await world.say(world.moderator, "!hotlist pin Fictional Tune 7")
    await world.say(world.moderator, "!block song Fictional Tune 8")
    [seventh, eighth] = [
        line
        for line in (embed_of(await world.say(world.listener, "!hotlist")).description or "").splitlines()
        if "Tune 7*" in line or "Tune 8*" in line
    ]
    assert seventh.endswith("📌")
    assert eighth.endswith("🚫")
    choices = await world.moderator.autocomplete(world.music, "hotlist unpin", "song", "tune")
    assert [choice["name"] for choice in choices] == ["Fictional Tune 7 - The Imaginary 0"]
    unpinned = await world.moderator.slash(world.music, "hotlist unpin", song=choices[0]["value"])
    assert "no longer pinned" in text_of(unpinned)
    assert "📌" not in text_of(await world.say(world.listener, "!hotlist"))
    assert is_sentence(await world.say(world.moderator, "!hotlist unpin Fictional Tune 7"))
    assert "again" in text_of(await world.say(world.moderator, "!unblock song fictional tune 8"))


async def test_a_blocked_song_is_never_a_hot_pick_here(world: World, outside: Outside) -> None:
    for number in range(1, 99):
        tune, scope = f"Fictional Tune {number}", world.services.scope.nowhere
        await world.services.guilds.moderation.add(world.guild.id, 1, tune, "blocked", scope)
    picks = set()
    answer = await world.say(world.listener, "!recommend Fictional Tune 99")
    for _ in range(6):
        picks.add(embed_of(answer).title)
        answer = await press(world, world.listener, answer, "Another")
    assert picks == {"Fictional Tune 100"}
    assert "Tune 7" in text_of(await world.say(world.moderator, "!block"))
    assert "Page 1 of 7" in text_of(world.music.last_message)
    listed = world.music.last_message
    await world.restart()
    await press(world, world.moderator, listed, "Next ▶")
    assert "Page 2 of 7" in text_of(world.music.last_message)
    assert "Manage Server" in text_of(await press(world, world.listener, listed, "Next ▶"))


async def test_blocking_a_pinned_song_unpins_it_and_says_so(world: World) -> None:
    await world.say(world.moderator, f"!hotlist pin {QUEEN}")
    assert "already" in text_of(await world.say(world.moderator, f"!hotlist pin {QUEEN}"))
    words = text_of(await world.say(world.moderator, f"!block song {QUEEN}"))
    assert "never recommended here" in words
    assert "no longer pinned" in words
    log = text_of(await world.say(world.moderator, "!settings log"))
    assert "pinned **Bohemian Rhapsody" in log
    assert "blocked **Bohemian Rhapsody" in log


async def test_an_artist_is_blocked_and_let_go_again(world: World) -> None:
    answer = await world.say(world.listener, "!recommend Mr. Brightside")
    artist = (await world.services.scope.nowhere.serving.tracks.by_id(picked_id(answer))).artists[0]  # type: ignore[union-attr]
    blocked = await world.moderator.slash(world.music, "block artist", artist=artist)
    assert "never recommended here (" in text_of(blocked)
    assert artist in text_of(await world.moderator.slash(world.music, "block list"))
    typed = artist[:3].lower()
    choices = await world.moderator.autocomplete(world.music, "unblock artist", "artist", typed)
    assert [choice["value"] for choice in choices] == [artist]
    for _ in range(25):
        answer = await press(world, world.listener, answer, "Another")
        track = await world.services.scope.nowhere.serving.tracks.by_id(picked_id(answer))
        assert track is not None
        assert artist not in track.artists
    await world.say(world.moderator, f"!unblock artist {artist.upper()}")
    assert "Nothing is blocked" in text_of(await world.say(world.moderator, "!block list"))
    assert is_sentence(await world.say(world.moderator, f"!unblock artist {artist}"))
    assert "check the spelling" in text_of(await world.say(world.moderator, "!block artist Nobody Knows Him"))


async def test_several_songs_of_one_name_give_a_choice_for_moderators(world: World) -> None:
    question = await world.say(world.moderator, "!block song Painkiller")
    options = menu(question).options
    assert len(options) > 1
    await world.restart()
    refused = await world.listener.select(question, [options[0].value])
    assert is_sentence(refused)
    assert "somebody else" in text_of(refused)
    done = await world.moderator.select(question, [options[0].value])
    assert "never recommended here" in text_of(done)
    assert len((await world.services.guilds.moderation.lists(world.guild.id)).blocked) == 1


@pytest.mark.parametrize(
    "command",
    [
        "hotlist pin Hello",
        "hotlist unpin Hello",
        "block",
        "block list",
        "block song Hello",
        "block artist Adele",
        "unblock",
        "unblock song Hello",
        "unblock artist Adele",
    ],
)
async def test_a_member_without_the_permission_is_refused(world: World, command: str) -> None:
    answer = await world.say(world.listener, f"!{command}")
    assert is_sentence(answer)
    assert "Manage Server" in text_of(answer)
    await world.moderator.send_dm(f"!{command}")
    assert "server" in text_of(world.moderator.user.dm_channel.last_message)
    assert in_database(world.settings.state_dir, "SELECT count(*) FROM guild_log") == [(0,)]


async def test_the_source_names_the_chart_and_the_failed_attempts(world: World, outside: Outside) -> None:
    assert "Billboard: answered" in text_of(await world.say(world.listener, "!hotlist source"))
    outside.charts.fault, outside.charts.fault_path = Fault.SERVER_ERROR, BILLBOARD_PATH
    outside.charts.rows = made_up_week(first=20)
    await world.say(world.moderator, "!hotlist refresh")
    await world.restart()
    words = text_of(await world.listener.slash(world.music, "hotlist source"))
    assert "Billboard: could not be reached" in words
    assert "Apple Music: answered" in words
    assert "only my host" in words
    fetched = in_database(outside.state, "SELECT fetched_at FROM charts ORDER BY chart DESC LIMIT 1")[0][0]
    assert f"<t:{int(fetched)}:R>" in words


async def test_a_refresh_shows_each_source_in_one_message(world: World, outside: Outside) -> None:
    outside.charts.fault, outside.charts.fault_path = Fault.SERVER_ERROR, BILLBOARD_PATH
    outside.charts.door = asyncio.Event()
    before = len(list(world.music.history()))
    world.env.backend.create_message(world.music.id, world.moderator.id, "!hotlist refresh")
    settling = asyncio.create_task(world.env.settle())
    await until(lambda: text_of(world.music.last_message).startswith("Asking Apple Music"))
    outside.charts.door.set()
    await settling
    assert "Apple" in (embed_of(world.music.last_message).description or "")
    assert len(list(world.music.history())) == before + 2


async def test_a_stale_list_says_so_wherever_it_is_used(outside: Outside) -> None:
    """A chart of an old week is stale though it was fetched a moment ago."""
    outside.charts.week -= timedelta(days=21)
    async with open_world(outside.settings()) as world:
        await world.services.hot_list.refresh()
    outside.charts.week += timedelta(days=21)
    async with open_world(outside.settings(hotlist_cooldown_minutes=0)) as world:
        assert "over a week old" in text_of(await world.say(world.listener, "!hotlist"))
        assert "Over a week old" in text_of(await world.say(world.listener, "!hotlist source"))
        answer = await world.say(world.listener, "!recommend Fictional Tune 7")
        assert "over a week old" in (embed_of(answer).footer.text or "")
        await world.say(world.moderator, "!hotlist refresh")
        assert "week old" not in text_of(await press(world, world.listener, answer, "Another"))
        assert "week old" not in text_of(await world.say(world.listener, "!hotlist"))
