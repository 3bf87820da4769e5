"""Leaders of a session besides its host."""

import discord

from bot.domain.guilds import GuildSettings
from cogs.replies import Press, settings_of


def is_leader(person: discord.User | discord.Member, settings: GuildSettings) -> bool:
    """Whether a member is a moderator, or has the server's DJ role."""
    if not isinstance(person, discord.Member):
        return False
    return person.guild_permissions.manage_guild or any(role.id == settings.dj_role for role in person.roles)


async def leads_in(press: Press) -> bool:
    """Whether the user of a press is a leader."""
    return is_leader(press.user, await settings_of(press))
