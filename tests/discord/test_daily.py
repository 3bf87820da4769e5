"""`/daily`: daily posts, with a clock that the test turns."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord

from tests.support.clocks import TurnedClock
from tests.support.outside import open_outside
from tests.support.reading import button, components_of, embed_of, is_sentence, picked_id, text_of
from tests.support.settings import settings_for
from tests.support.stand_ins.songs import made_up_week
from tests.support.world import World, open_world, run_job

HOUR, DAY = 3600.0, 24 * 3600.0
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
"""A Monday."""


@asynccontextmanager
async def opened(state: Path, clock: TurnedClock) -> AsyncIterator[World]:
    async with open_world(settings_for(state), clock=clock) as world:
        yield world


async def posts(world: World, channel: Any) -> list[discord.Message]:
    """Run the job; returns what the bot posted into a channel."""
    await run_job(world.services, "post daily")
    await world.env.settle()
    return [message for message in channel.history() if message.author.bot and message.reference is None]


async def test_a_song_a_day_comes_once_also_after_a_restart_and_a_jump_of_the_clock(
    state: Path,
) -> None:
    clock = TurnedClock(MIDNIGHT + 6 * HOUR + 1800)  # 07:30 in Berlin
    async with opened(state, clock) as world:
        news = world.guild.create_text_channel("news")
        said = text_of(await world.say(world.moderator, f"!daily on song {news.mention} 8 berlin"))
        assert "Song of the day" in said
        assert "Europe/Berlin" in said
        assert f"<t:{int(MIDNIGHT + 7 * HOUR)}:F>" in said
        assert not await posts(world, news)

        clock.turn(HOUR)
        [first] = await posts(world, news)
        assert "Song of the day" in (embed_of(first).author.name or "")
        assert button(first, "Another")
        assert len(await posts(world, news)) == 1
        await world.restart()
        assert len(await posts(world, news)) == 1
        clock.turn(-HOUR)  # the clock was set back, and the hour comes again
        assert len(await posts(world, news)) == 1
        clock.turn(HOUR)
        assert len(await posts(world, news)) == 1


async def test_days_bring_other_songs_and_off_ends_it(state: Path) -> None:
    clock = TurnedClock(MIDNIGHT + 9 * HOUR)
    async with opened(state, clock) as world:
        await world.say(world.moderator, "!daily on song 8")
        for _ in range(5):
            clock.turn(DAY)
            found = await posts(world, world.music)
        assert len({picked_id(post) for post in found}) == 5
        shown = text_of(await world.say(world.moderator, "!daily"))
        assert "Song of the day" in shown
        assert "8:00 (UTC)" in shown
        assert "Off: Song of the day." in text_of(await world.say(world.moderator, "!daily off"))
        clock.turn(DAY)
        assert len(await posts(world, world.music)) == 5
        assert "Nothing is posted" in text_of(await world.say(world.moderator, "!daily"))
        log = text_of(await world.say(world.moderator, "!settings log"))
        assert "turned on a daily post" in log


async def test_a_channel_without_permission_is_skipped_and_reported(state: Path) -> None:
    clock = TurnedClock(MIDNIGHT)
    async with opened(state, clock) as world:
        silent = world.guild.create_text_channel(
            "silent",
            overwrites={world.env.bot.user: discord.PermissionOverwrite(send_messages=False)},
        )
        refused = await world.say(world.moderator, f"!daily on song {silent.mention} 8")
        assert is_sentence(refused)
        assert "permissions" in text_of(refused)

        news = world.guild.create_text_channel("news")
        await world.say(world.moderator, f"!daily on song {news.mention} 8")
        channel = world.env.bot.get_channel(news.id)
        assert isinstance(channel, discord.TextChannel)
        everybody = channel.guild.default_role
        await channel.set_permissions(everybody, send_messages=False)
        await world.env.settle()
        clock.turn(8 * HOUR)
        assert not await posts(world, news)
        assert "may not write" in text_of(await world.say(world.moderator, "!daily"))
        await channel.set_permissions(everybody, send_messages=True)
        await world.env.settle()
        clock.turn(DAY)
        assert len(await posts(world, news)) == 1
        assert "may not write" not in text_of(await world.say(world.moderator, "!daily"))


async def test_the_mix_goes_by_what_was_liked_and_comes_on_its_weekday(state: Path) -> None:
    clock = TurnedClock(MIDNIGHT + 9 * HOUR)
    async with opened(state, clock) as world:
        await world.say(world.moderator, "!daily on mix 8 utc Tuesday")
        clock.turn(DAY)
        assert not await posts(world, world.music)  # nobody has liked a song yet
        assert "nobody here has pressed" in text_of(await world.say(world.moderator, "!daily"))

        for song in ("Bohemian Rhapsody", "Mr. Brightside", "Hotel California"):
            answer = await world.say(world.listener, f"!recommend {song}")
            [like] = [
                part.custom_id for part in components_of(answer) if str(part.custom_id).startswith("like:")
            ]
            await world.listener.click(answer, custom_id=like)
        clock.turn(3 * DAY)
        assert not await posts(world, world.music)
        clock.turn(4 * DAY)
        [mix] = await posts(world, world.music)
        assert "Mix of the week" in (embed_of(mix).title or "")
        assert "3 songs that were liked here" in text_of(mix)
        assert button(mix, "Links for Spotify")


async def test_members_and_invalid_options_get_a_sentence(world: World) -> None:
    for who, text, word in (
        (world.listener, "!daily on song", "Manage Server"),
        (world.moderator, "!daily on song 8 Atlantis", "time zone"),
        (world.moderator, "!daily on song 25", "23"),
        (world.moderator, "!daily off mix", "daily"),
    ):
        answer = await world.say(who, text)
        assert is_sentence(answer), text_of(answer)
        assert word in text_of(answer)


async def test_the_hot_lists_changes_come_when_there_are_some(state: Path) -> None:
    async with open_outside(state) as outside:
        clock = TurnedClock()
        async with open_world(outside.settings(hotlist_cooldown_minutes=0), clock=clock) as world:
            outside.charts.rows = made_up_week()
            await world.services.hot_list.refresh()
            clock.now = time.time()  # charts are dated by the day on which they are fetched
            hour = datetime.fromtimestamp(clock.now, UTC).hour
            await world.say(world.moderator, f"!daily on hotlist {hour} utc")
            first, *others = made_up_week()
            outside.charts.rows = [replace(first, title="A New Song"), *others]
            await world.services.hot_list.refresh()
            clock.turn(DAY)
            [post] = await posts(world, world.music)
            assert "Changes of the hot list" in (embed_of(post).title or "")
            assert "A New Song" in text_of(post)
            clock.turn(DAY)
            assert len(await posts(world, world.music)) == 1  # nothing has changed since
