"""Runs the bot in a simulated Discord on a local page, without token and network."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import discord
import simcord

from bot.client.bot import Samewave
from bot.client.overload import EventAges, Overload
from bot.services.background import in_background
from bot.services.use_cases import Services

_TICK_SECONDS = 1.0
_ABOUT_THE_PAGE = (
    "-# This is a simulated Discord with the real bot. “Viewing as” above says who you are: Listener and "
    "Friend chat, the Moderator may change my `/settings`."
)
SETTLE_SECONDS = 60.0
"""Longer than any answer takes: a refresh of the hot list asks several sources in turn."""


async def run_demo(
    services: Services,
    *,
    prefix: str,
    port: int,
    ready: Callable[[str], None],
    watch: Callable[[Samewave], None],
) -> None:
    """Serve the page, beside the background jobs, until it is closed or the task is cancelled.

    Args:
        port: of the page on 127.0.0.1; 0 chooses a free port.
        ready: called with the page's URL.
        watch: called with the bot before it starts.

    Raises:
        OSError: the port is taken.
    """
    # The simulation's timestamps are not real: no event counts as too old.
    bot = Samewave(
        services,
        prefix=prefix,
        sync="always",
        shard_count=1,
        overload=Overload(EventAges(lambda: 0.0)),
        for_host=True,
    )
    watch(bot)
    async with simcord.run(bot, settle_timeout=SETTLE_SECONDS, check_errors=False) as env:
        # The simulator's error listeners are meant for tests: the page would show each refused command as a
        # failure of the bot.
        bot.extra_events.pop("on_command_error", None)
        bot.tree.error(bot.on_tree_error)
        if bot.user is not None:
            await bot.user.edit(username="Samewave")
        await env.advance_time((datetime.now(UTC) - env.now()).total_seconds())
        guild = env.create_guild(name="Samewave")
        music = guild.create_text_channel("music")
        moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
        people = [
            guild.add_member(env.create_user("listener", global_name="Listener")),
            guild.add_member(env.create_user("friend", global_name="Friend")),
            guild.add_member(env.create_user("moderator", global_name="Moderator"), roles=[moderators]),
        ]
        await _greet(bot, guild.id, music.id)
        try:
            async with (
                env.preview(music, viewers=people, layout="channel", port=port or None) as preview,
                in_background(services.jobs),
            ):
                clock = asyncio.create_task(_let_time_pass(env))
                ready(preview.url)
                try:
                    await preview.wait_closed()
                finally:
                    clock.cancel()
        except simcord.SetupError as refused:
            if isinstance(refused.__cause__, OSError):
                raise refused.__cause__ from refused
            raise


async def _greet(bot: Samewave, guild: int, channel: int) -> None:
    """Let the bot join the server, whose messages go to the channel, and explain the page."""
    server, music = bot.get_guild(guild), bot.get_channel(channel)
    if server is None or not isinstance(music, discord.TextChannel):
        return
    server._system_channel_id = (
        channel  # what Discord sends with the server; the simulation has no such setting
    )
    bot.dispatch("guild_join", server)
    await asyncio.sleep(0)
    await music.send(_ABOUT_THE_PAGE)


async def _let_time_pass(env: simcord.Env) -> None:
    """Advance the simulation's clock in real time, so that timestamps are right and polls end."""
    while True:
        await asyncio.sleep(_TICK_SECONDS)
        passed = (datetime.now(UTC) - env.now()).total_seconds()
        if passed <= 0:
            continue
        deadline = env.backend.next_poll_deadline()
        if deadline is None or deadline > datetime.now(UTC):
            env.backend.advance_clock(passed)
            continue
        with suppress(simcord.SetupError):  # somebody is using the page: at the next tick
            await env.advance_time(passed)
