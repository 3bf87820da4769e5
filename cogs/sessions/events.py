"""What happens around sessions: people come and go, messages scroll by, channels are deleted."""

from typing import Any

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.interactions import respond, think
from bot.domain.sessions import At
from cogs.components import field_in
from cogs.replies import Press, scope_of
from cogs.sessions.display import DiscordDisplay
from cogs.sessions.panel import FORM, add_song


class SessionEvents(commands.Cog, command_attrs={"hidden": True}):
    """Keeps the sessions and what is seen of them in step.

    Attributes:
        display: where sessions are shown.
    """

    def __init__(self, bot: Samewave) -> None:
        self._bot = bot
        self.display = DiscordDisplay(bot)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Appear, and take up the sessions of before."""
        services = self._bot.services
        services.sessions.listen.show_on(self.display)
        for guild, voice in await services.sessions.timers.take_up():
            there = self._bot.get_guild(guild)
            channel = there.get_channel(voice) if there else None
            if isinstance(channel, discord.VoiceChannel):
                for user in present_in(channel):
                    await services.sessions.timers.entered(voice, user)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Press) -> None:
        """Learn the presser's name; take the form for a song, one opened before a restart as well."""
        self.display.remember(interaction.user)
        if interaction.type is not discord.InteractionType.modal_submit or interaction.data is None:
            return
        form = FORM.fullmatch(str(interaction.data.get("custom_id")))
        if form is None or interaction.channel_id is None:
            return
        try:
            await interaction.client.admit(interaction)
            if not interaction.client.seen.first_time(interaction.id):
                return
            await think(interaction, ephemeral=True)
            at = At(interaction.channel_id, int(form["number"]))
            typed = field_in(interaction.data, "song")
            await respond(interaction, await add_song(interaction, at, typed, await scope_of(interaction)))
        except Exception as error:
            await interaction.client.answer_failure(interaction, error)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Count what scrolls a panel away; our own notes on pins go."""
        self.display.count(message)
        if message.type is discord.MessageType.pins_add and message.author == self._bot.user:
            await self.display.drop(message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """A panel that was deleted comes back."""
        if self.display.has_panel(event.channel_id):
            await self.display.heal(event.channel_id, event.message_id)

    @commands.Cog.listener()
    async def on_voice_state_update(
        self, member: discord.Member, before: discord.VoiceState, after: discord.VoiceState
    ) -> None:
        """Who comes takes part, who leaves has five minutes."""
        if member.bot or before.channel == after.channel:
            return
        self.display.remember(member)
        timers = self._bot.services.sessions.timers
        if before.channel is not None:
            await timers.went(before.channel.id, member.id)
        if after.channel is not None:
            await timers.entered(after.channel.id, member.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """The session of a deleted channel ends."""
        await self._bot.services.sessions.timers.gone(channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """The session of a deleted thread ends."""
        await self._bot.services.sessions.timers.gone(event.thread_id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget the sessions of a server that the bot is no longer in."""
        await self._bot.services.sessions.timers.leave_guild(guild.id)

    @commands.Cog.listener()
    async def on_command(self, context: commands.Context[Any]) -> None:
        """Learn the asker's name."""
        self.display.remember(context.author)


def display_of(bot: Samewave) -> DiscordDisplay:
    """Where the bot shows sessions."""
    cog = bot.get_cog(SessionEvents.__cog_name__)
    assert isinstance(cog, SessionEvents)  # noqa: S101
    return cog.display


def present_in(voice: discord.VoiceChannel) -> list[int]:
    """Who is in a voice channel, without bots."""
    people = (voice.guild.get_member(user) or user for user in voice.voice_states)
    return [one if isinstance(one, int) else one.id for one in people if isinstance(one, int) or not one.bot]
