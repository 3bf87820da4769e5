"""Autocomplete of the `song` option of slash commands."""

import discord
from discord import app_commands

from bot.client.bot import Samewave
from bot.domain.links import is_spotify_id
from bot.i18n.translator import translator_of
from bot.presentation.song_names import song_name
from bot.presentation.texts import LABEL_LIMIT, plain
from cogs.replies import scope_of


async def suggest_songs(
    interaction: discord.Interaction[Samewave], current: str
) -> list[app_commands.Choice[str]]:
    """The song's id travels in the value, so that a song picked from the list is never asked about again."""
    translate, scope = translator_of(interaction), await scope_of(interaction)
    suggest = interaction.client.services.search.suggest
    return [
        app_commands.Choice(
            name=plain(song_name(track, translate), LABEL_LIMIT),
            value=f"spotify:track:{track.id}" if is_spotify_id(track.id) else track.id,
        )
        for track in await suggest(current, explicit=scope.explicit)
    ]
