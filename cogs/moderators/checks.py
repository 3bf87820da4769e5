"""Checks for moderators, who have the permission to manage the server."""

from typing import Any, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.checks import ANYWHERE
from bot.client.context import IN_PLACE
from cogs.replies import Context, Press

Command = TypeVar("Command", bound=Any)

MODERATION = {IN_PLACE: True}
"""Extras of commands whose answers must be in the server."""
SETTINGS = {IN_PLACE: True, ANYWHERE: True}
"""… and which answer moderators in every channel."""


def moderators_only(command: Command) -> Command:
    """Decorator: for moderators in servers only; others do not see a slash command that is no subcommand."""
    app_commands.default_permissions(manage_guild=True)(command)
    app_commands.allowed_installs(guilds=True, users=False)(command)
    return commands.guild_only()(commands.has_guild_permissions(manage_guild=True)(command))


def guild_of_moderator(source: Context | Press) -> int:
    """The server of a command or a component press by a moderator.

    Raises:
        MissingPermissions: the user is no moderator. NoPrivateMessage: it is not in a server.
    """
    guild: int | None = getattr(source.guild, "id", None)
    if isinstance(source, discord.Interaction):  # whose server may be unknown just now
        guild = source.guild_id
    if guild is None:
        raise commands.NoPrivateMessage
    if not source.permissions.manage_guild:
        raise commands.MissingPermissions(["manage_guild"])
    return guild
