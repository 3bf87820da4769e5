"""Runs the bot in a simulated Discord on a local page, without token and network."""

from collections.abc import Callable
from datetime import UTC, datetime

import discord
import simcord

from bot.client.bot import Samewave
from bot.client.overload import EventAges, Overload
from bot.services.use_cases import Services

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
    """Serve the page until it is closed or the task is cancelled.

    Args:
        port: of the page on 127.0.0.1; 0 chooses a free port.
        ready: called with the page's URL.
        watch: called with the bot before it starts.

    Raises:
        OSError: the port is taken.
    """
    # The simulation's clock stands still, so that nothing in it grows old.
    bot = Samewave(
        services, prefix=prefix, sync="always", shard_count=1, overload=Overload(EventAges(lambda: 0.0))
    )
    watch(bot)
    async with simcord.run(bot, settle_timeout=SETTLE_SECONDS, check_errors=False) as env:
        _count_answers_as_success(bot)
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
        try:
            async with env.preview(music, viewers=people, layout="channel", port=port or None) as preview:
                ready(preview.url)
                await preview.wait_closed()
        except simcord.SetupError as refused:
            if isinstance(refused.__cause__, OSError):
                raise refused.__cause__ from refused
            raise


def _count_answers_as_success(bot: Samewave) -> None:
    """Remove the simulator's error listeners.

    They are meant for tests: the page would show each refused command as a failure of the bot.
    """
    bot.extra_events.pop("on_command_error", None)
    bot.tree.error(bot.on_tree_error)
