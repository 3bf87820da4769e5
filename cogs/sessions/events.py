"""Discord events that concern sessions: voice channels, messages, deleted channels."""

from contextlib import suppress
from typing import Any

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.interactions import respond, think
from bot.domain.sessions import At
from cogs.components import field_in
from cogs.replies import Press, scope_of
from cogs.sessions.adding import FORM, add_song
from cogs.sessions.display import DiscordDisplay


class SessionEvents(commands.Cog, command_attrs={"hidden": True}):
    """Forwards Discord events to sessions and their display.

    Attributes:
        display: the display of sessions.
    """

    def __init__(self, bot: Samewave) -> None:
        self._bot = bot
        self.display = DiscordDisplay(bot)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Set the display and resume open sessions."""
        services = self._bot.services
        services.sessions.listen.display = self.display
        for guild, voice in await services.sessions.timers.resume():
            there = self._bot.get_guild(guild)
            channel = there.get_channel(voice) if there else None
            if isinstance(channel, discord.VoiceChannel):
                for user in present_in(channel):
                    await services.sessions.timers.voice_joined(voice, user)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Press) -> None:
        """Store the user's name; handle a submitted song form, even if it was opened before a restart."""
        self.display.names.remember(interaction.user)
        if interaction.type is not discord.InteractionType.modal_submit or interaction.data is None:
            return
        form = FORM.fullmatch(str(interaction.data.get("custom_id")))
        if form is None:
            return
        try:
            await interaction.client.admit(interaction)
            if not interaction.client.seen.first_time(interaction.id):
                return
            await think(interaction, ephemeral=True)
            at = At(interaction.channel_id or 0, int(form["number"]))
            typed = field_in(interaction.data, "song")
            await respond(interaction, await add_song(interaction, at, typed, await scope_of(interaction)))
        except Exception as error:
            await interaction.client.answer_failure(interaction, error)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Count messages after a panel; delete Discord's notes about our pins."""
        if message.type is discord.MessageType.pins_add and message.author == self._bot.user:
            with suppress(discord.HTTPException):
                await message.delete()
        else:
            self.display.places.count(message.channel.id, message.id)

    @commands.Cog.listener()
    async def on_forgotten(self, user: int | None) -> None:
        """Forget a person's name, or everybody's."""
        self.display.names.forget(user)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        if event.channel_id in self.display.places:
            await self.display.restore_panel(event.channel_id, event.message_id)

    @commands.Cog.listener()
    async def on_voice_state_update(
        self, member: discord.Member, before: discord.VoiceState, after: discord.VoiceState
    ) -> None:
        """Members who join take part; members who leave have five minutes."""
        if member.bot or before.channel == after.channel:
            return
        self.display.names.remember(member)
        timers = self._bot.services.sessions.timers
        if before.channel is not None:
            await timers.voice_left(before.channel.id, member.id)
        if after.channel is not None:
            await timers.voice_joined(after.channel.id, member.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._bot.services.sessions.timers.channel_deleted(channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        await self._bot.services.sessions.timers.channel_deleted(event.thread_id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Delete the sessions of a server that removed the bot."""
        if self._bot.services.processes.shards.owns(guild.id):
            await self._bot.services.sessions.timers.leave_guild(guild.id)

    @commands.Cog.listener()
    async def on_command(self, context: commands.Context[Any]) -> None:
        self.display.names.remember(context.author)


def display_of(bot: Samewave) -> DiscordDisplay:
    """The bot's display of sessions."""
    cog = bot.get_cog(SessionEvents.__cog_name__)
    assert isinstance(cog, SessionEvents)  # noqa: S101
    return cog.display


def present_in(voice: discord.VoiceChannel) -> list[int]:
    """The members of a voice channel, without bots."""
    people = (voice.guild.get_member(user) or user for user in voice.voice_states)
    return [one if isinstance(one, int) else one.id for one in people if isinstance(one, int) or not one.bot]
