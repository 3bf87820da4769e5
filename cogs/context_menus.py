"""Context menus: "Recommend from this" on a message, "What are they listening to?" on a person."""

import discord
from discord import app_commands

from bot.client.bot import Samewave
from bot.client.checks import prefix_in
from bot.domain.errors import SamewaveError
from bot.i18n.translator import translator_of
from bot.presentation.texts import shown
from cogs.recommendation_buttons import answer_recommend
from cogs.song_in_message import song_in
from cogs.spotify_presence import spotify_link


@app_commands.context_menu(name="Recommend from this")
async def recommend_from_this(interaction: discord.Interaction[Samewave], message: discord.Message) -> None:
    """Recommends for the Spotify link or the title in a message."""
    await interaction.client.admit(interaction)
    query = song_in(message, await prefix_in(interaction.client, interaction.guild_id))
    await answer_recommend(interaction, query)


@app_commands.context_menu(name="What are they listening to?")
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
async def what_are_they_listening_to(
    interaction: discord.Interaction[Samewave], member: discord.Member
) -> None:
    """Recommends for the song that a member is listening to."""
    await interaction.client.admit(interaction)
    if not interaction.client.intents.presences:
        raise SamewaveError("My host has not allowed me to see what people are listening to.")
    link = spotify_link(member)
    if link is None:
        raise SamewaveError("I do not see {person} listening on Spotify.", person=member.display_name)
    translate = translator_of(interaction)
    about = translate("{person} is listening to {link}", person=shown(member.display_name, 100), link=link)
    await answer_recommend(interaction, link, content=about)


async def setup(bot: Samewave) -> None:
    """Add the menus."""
    bot.tree.add_command(recommend_from_this)
    bot.tree.add_command(what_are_they_listening_to)
