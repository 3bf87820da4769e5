"""What the bot may do in a session's channel."""

from typing import Any

import discord


def writable(channel: Any) -> bool:
    """Whether messages with embeds can be sent to a channel."""
    rights = allowed(channel)
    writing = rights.send_messages_in_threads if isinstance(channel, discord.Thread) else rights.send_messages
    return bool(rights.view_channel and writing and rights.embed_links)


def allowed(channel: Any) -> discord.Permissions:
    """What the bot may do in a channel."""
    permissions: discord.Permissions = channel.permissions_for(channel.guild.me)
    return permissions


def may_pin(channel: Any) -> bool:
    """Whether messages may be pinned there."""
    rights = allowed(channel)
    return bool(rights.pin_messages or rights.manage_messages)
