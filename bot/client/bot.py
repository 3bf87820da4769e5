"""The bot: intents, extensions, error handling."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Literal

import discord
from cachetools import FIFOCache
from discord import app_commands
from discord.ext import commands

from bot.client.checks import (
    check_channel_arguments,
    check_component_channel,
    in_allowed_channel,
    prefix_in,
    prefixes,
)
from bot.client.command_upload import CommandUpload
from bot.client.context import SamewaveContext
from bot.client.deduplication import DeduplicatingTree, SeenIds
from bot.client.events import guard_parsers, keep_while_waiting
from bot.client.extensions import add_extensions
from bot.client.guild_settings import DeletionNotices
from bot.client.interactions import respond
from bot.client.overload import Overload
from bot.client.permissions import PermissionNotices, missing_permissions
from bot.client.rate_limit import RateLimit
from bot.client.sharded_bot import ShardedBot
from bot.domain.errors import TooFast, WrongChannel
from bot.domain.guilds import begins_chat
from bot.i18n.slash_commands import SlashTranslator
from bot.i18n.translator import translator_of
from bot.presentation.help import SamewaveHelp, usage_of
from bot.presentation.sentences import sentence_for
from bot.services.use_cases import Services

log = logging.getLogger(__name__)

_EDITED_WITHIN = timedelta(minutes=1)
_MAX_ANSWERS = 1_000
"""Answers kept in memory for edited commands: enough for a minute."""

_OTHER_COMMANDS = (app_commands.CommandSignatureMismatch, app_commands.CommandNotFound)


class Samewave(ShardedBot):
    """The Discord bot.

    Attributes:
        services: the use cases; opened and closed by the caller.
        text_prefix: the prefix of text commands in servers that chose none.
        seen: the messages and interactions that were processed.
        overload: decides which ones are processed.
        notices: who was told about missing permissions.
        answers: the newest answers to text commands, by the ids of the commands.
    """

    def __init__(
        self,
        services: Services,
        *,
        prefix: str,
        message_content: bool = True,
        presences: bool = False,
        sync: Literal["changed", "always"] = "changed",
        shard_ids: list[int] | None = None,
        shard_count: int | None = None,
        rate_limit: RateLimit | None = None,
        overload: Overload | None = None,
        for_host: bool = False,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Open nothing yet.

        Args:
            sync: when Discord is sent the slash commands: when they changed, in the background; or always, as
                part of the start, and without a note that they were sent.
            for_host: whether only its host sees the bot; then errors add hints for the host.
            sleep: the pauses before what Discord refused or limits is tried again.
        """
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.voice_states = True  # who is in the voice channel takes part in its listening session
        intents.message_content = message_content
        intents.presences = intents.members = presences
        if begins_chat(prefix):
            log.warning("the prefix %r begins ordinary messages too: commands may answer chat", prefix)
        self.for_host = for_host
        # It joins no voice channel.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            sleep=sleep,
            command_prefix=prefixes,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            help_command=SamewaveHelp(),
            tree_cls=DeduplicatingTree,
            case_insensitive=True,
            strip_after_prefix=True,
            shard_ids=shard_ids,
            shard_count=shard_count,
            max_messages=None,
            chunk_guilds_at_startup=False,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
        )
        guard_parsers(self._connection.parsers)
        self.services = services
        self.text_prefix = prefix
        self.seen = SeenIds()
        self.overload = overload or Overload()
        self.answers: FIFOCache[int, discord.Message] = FIFOCache(_MAX_ANSWERS)
        self._sync = sync
        self._upload = CommandUpload(self, sleep=sleep)
        self._rate_limit = rate_limit or RateLimit()
        self.tree.error(self.on_tree_error)
        self.notices = PermissionNotices()
        self._deletions = DeletionNotices()
        self.add_check(self._within_rate_limit, call_once=True)
        self.add_check(in_allowed_channel, call_once=True)
        self.add_check(self._may_answer, call_once=True)
        self.before_invoke(check_channel_arguments)

    async def setup_hook(self) -> None:
        """Add all cogs; a failure stops the start."""
        self.services.guilds.privacy.on_forget = self.forget
        keep_while_waiting(self._connection.parsers, self.services.handover, self.overload.arrived)
        await add_extensions(self)
        await self.tree.set_translator(SlashTranslator())
        if self._sync == "always":
            await self.tree.sync()
        else:
            self._upload.begin(demanded=False)

    async def close(self) -> None:
        """End background tasks, then the connection."""
        await self._upload.stop()
        await super().close()

    async def on_ready(self) -> None:
        """Log that the bot is connected."""
        shards = self.services.processes.shards
        log.info("connected as %s in %d servers (shards %s)", self.user, len(self.guilds), shards)

    async def get_context(self, origin: Any, /, *, cls: Any = SamewaveContext) -> Any:
        return await super().get_context(origin, cls=cls)

    async def invoke(self, ctx: commands.Context[Any], /) -> None:
        """Run a message's command, unless it was delivered twice or too late, or the bot is overloaded."""
        if ctx.command is None or (
            self.seen.first_time((ctx.message.id, ctx.message.edited_at, ctx.message.content))
            and await self.overload.takes_message(ctx)
        ):
            await super().invoke(ctx)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Run a command that was edited soon after it was sent; the answer is edited too."""
        message = payload.message
        if message.author.bot or message.edited_at is None:  # Discord itself adds a link's preview
            return
        if message.edited_at - message.created_at > _EDITED_WITHIN:
            return
        context = await self.get_context(message)
        if not context.valid:
            return
        if message.guild is not None and not isinstance(message.author, discord.Member):
            message.author = await message.guild.fetch_member(message.author.id)
        await self.invoke(context)

    async def on_command_completion(self, context: commands.Context[Any], /) -> None:
        """Tell a moderator about deleted channels or roles in the server's settings."""
        with suppress(discord.HTTPException):
            await self._deletions.tell(context)

    async def on_command_error(
        self, context: commands.Context[Any], exception: commands.CommandError, /
    ) -> None:
        """Answer a failed text command with one sentence."""
        if context.interaction is not None:
            await self.answer_failure(context.interaction, exception)
            return
        cause = getattr(exception, "original", exception)
        if isinstance(cause, WrongChannel) or (isinstance(cause, TooFast) and cause.notified):
            return
        if missing := missing_permissions(context):
            await self.notices.tell(context, missing)
            return
        sentence = sentence_for(
            exception,
            translator_of(context),
            prefix=context.clean_prefix,
            example=usage_of(context),
            for_host=self.for_host,
        )
        if sentence is not None:
            with suppress(discord.HTTPException):
                await context.reply(sentence)

    def count_request(self, user: int, guild: int | None) -> None:
        """Count a command or a press for the rate limit.

        Raises:
            TooFast: the user or their server asks more than they may.
        """
        self._rate_limit.count(user, guild)

    async def admit(self, interaction: discord.Interaction, *, anywhere: bool = False) -> None:
        """Count a press and check its channel.

        Args:
            anywhere: whether any channel is allowed.

        Raises:
            TooFast: the user or their server asks more than they may.
            WrongChannel: the server wants answers elsewhere.
        """
        self.count_request(interaction.user.id, interaction.guild_id)
        if not anywhere:
            await check_component_channel(interaction)

    def forget(self, user: int | None) -> None:
        self.notices.forget(user)
        self.dispatch("forgotten", user)

    async def answer_failure(self, interaction: discord.Interaction, error: Exception) -> None:
        """Answer a failed app command or component with one sentence.

        The answer is ephemeral, unless a public "thinking…" was shown before: the first answer after that has
        its visibility.
        """
        prefix = await prefix_in(self, interaction.guild_id)
        sentence = sentence_for(error, translator_of(interaction), prefix=prefix, for_host=self.for_host)
        if sentence is None:
            return
        with suppress(discord.HTTPException):
            await respond(interaction, {"content": sentence, "ephemeral": True})

    async def _may_answer(self, context: commands.Context[Any]) -> bool:
        """Whether the bot may write there: Discord counts refused messages against a bot."""
        return not missing_permissions(context)

    async def _within_rate_limit(self, context: commands.Context[Any]) -> bool:
        try:
            self.count_request(context.author.id, context.guild.id if context.guild else None)
        except TooFast as fast:
            raise commands.CommandInvokeError(fast) from fast
        return True

    async def on_tree_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Answer a failed slash command with one sentence; upload the commands if Discord's are outdated."""
        if isinstance(error, _OTHER_COMMANDS):
            self._upload.begin(demanded=True)
        if interaction.type is discord.InteractionType.autocomplete:  # it takes no sentence
            return
        await self.answer_failure(interaction, error)
