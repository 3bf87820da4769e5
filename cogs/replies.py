"""Scopes, answers and waiting indicators of commands and presses."""

from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.concurrency import release_slot
from bot.client.context import SamewaveContext
from bot.client.guild_settings import settings_in
from bot.client.interactions import Edit, best_effort, defer_if_slow, respond, think
from bot.domain.guilds import GuildSettings
from bot.services.scope import Scope
from bot.services.use_cases import Services

Context = commands.Context[Samewave]
Press = discord.Interaction[Samewave]
Done = TypeVar("Done")


def services_of(source: Context | Press) -> Services:
    """The bot's use cases."""
    return source.bot.services if isinstance(source, commands.Context) else source.client.services


def asker_of(source: Context | Press) -> int:
    """The id of the user of a command or a press."""
    return (source.author if isinstance(source, commands.Context) else source.user).id


async def scope_of(source: Context | Press) -> Scope:
    """The scope of a command or a press."""
    channel = source.channel
    return await services_of(source).scope(
        channel.id if channel else None,
        guild=source.guild.id if source.guild else None,
        user=asker_of(source),
        age_restricted=bool(channel and getattr(channel, "nsfw", False)),
        show_waiting=partial(show_waiting, source),
    )


async def private_scope_of(press: Press) -> Scope:
    """The scope of a press with an ephemeral answer."""
    return replace(await scope_of(press), show_waiting=partial(think, press, ephemeral=True))


async def edit_scope_of(press: Press) -> Scope:
    """The scope of a press that changes its own message: it shows no waiting indicator."""

    async def wait() -> None:
        release_slot()
        if not press.response.is_done():
            await best_effort(press.response.defer())

    return replace(await scope_of(press), show_waiting=wait)


async def settings_of(source: Context | Press) -> GuildSettings:
    """The server's settings; the defaults in direct messages."""
    return await settings_in(
        source.bot if isinstance(source, commands.Context) else source.client, source.guild
    )


async def show_waiting(source: Context | Press) -> None:
    """Show "typing…", or defer an interaction that is not yet answered: Discord waits for it 3 s only."""
    release_slot()
    if not isinstance(source, commands.Context):
        await think(source, ephemeral=(await settings_of(source)).quiet)
    elif source.interaction is None:
        await best_effort(source.typing())
    else:
        await source.defer()


async def settled(source: Context | Press, work: Coroutine[Any, Any, Done]) -> Done:
    """Await work that writes; show a waiting indicator while another writer holds the lock."""
    return await defer_if_slow(work, partial(show_waiting, source))


async def answer(source: Context | Press, **message: Any) -> Edit:
    """Answer a command or a press, deferred or not. Returns what edits the answer while it is the newest."""
    if isinstance(source, commands.Context):
        sent = await source.reply(**message)

        async def edit(**changes: Any) -> None:
            if not isinstance(source, SamewaveContext) or source.is_newest(sent):
                await sent.edit(**changes)

        return edit
    if (await settings_of(source)).quiet:
        message["ephemeral"] = True
    return await respond(source, message)
