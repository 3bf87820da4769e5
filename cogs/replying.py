"""Where an answer goes, and a sign of life while it takes time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import discord
from discord.ext import commands

from bot.client import Samewave
from bot.services.recommend_song import Place

Context = commands.Context[Samewave]
Press = discord.Interaction[Samewave]
T = TypeVar("T")

QUICK_SECONDS = 0.4
"""What is answered within this needs no sign of life; Discord allows 3 s."""


def place_of(source: Context | Press) -> Place:
    """The channel of a command or a press, and what may be recommended there."""
    services = source.bot.services if isinstance(source, commands.Context) else source.client.services
    channel = source.channel
    return services.place(
        channel.id if channel else None, age_restricted=bool(channel and getattr(channel, "nsfw", False))
    )


async def while_typing(context: Context, work: Coroutine[Any, Any, T]) -> T:
    """Do the work; if it takes long, show "typing…" (or defer the interaction) meanwhile."""

    async def sign() -> None:
        await (context.defer() if context.interaction else context.typing())

    return await _with_sign_of_life(work, sign)


async def while_deferred(interaction: Press, work: Coroutine[Any, Any, T]) -> T:
    """The same for a press: defer the answer if it takes long."""

    async def defer() -> None:
        await interaction.response.defer(thinking=True)

    return await _with_sign_of_life(work, defer)


async def _with_sign_of_life(
    work: Coroutine[Any, Any, T], sign: Callable[[], Coroutine[Any, Any, None]]
) -> T:
    begun: list[asyncio.Task[Any]] = []
    loop = asyncio.get_running_loop()
    timer = loop.call_later(QUICK_SECONDS, lambda: begun.append(loop.create_task(sign())))
    try:
        return await work
    finally:
        timer.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
