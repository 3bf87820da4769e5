"""Who is a moderator: whoever may manage the server."""

from typing import Any, TypeVar

from discord.ext import commands

from bot.client.checks import ANYWHERE
from bot.client.context import IN_PLACE
from cogs.replies import Press

Command = TypeVar("Command", bound=Any)

MODERATION = {IN_PLACE: True}
"""The extras of commands whose answers need the server around them."""
SETTINGS = {IN_PLACE: True, ANYWHERE: True}
"""… and which answer moderators in every channel."""


def moderators_only(command: Command) -> Command:
    """A command for moderators, in a server; checked whenever it is used."""
    return commands.guild_only()(commands.has_guild_permissions(manage_guild=True)(command))


def guild_of_moderator(press: Press) -> int:
    """The server of a press by a moderator.

    Raises:
        MissingPermissions: by anybody else. NoPrivateMessage: not in a server.
    """
    if press.guild_id is None:
        raise commands.NoPrivateMessage
    if not press.permissions.manage_guild:
        raise commands.MissingPermissions(["manage_guild"])
    return press.guild_id
