"""The bot: least intents, extensions by name, and the one place where errors become sentences."""

import hashlib
import json
import logging
from contextlib import suppress
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.checks import keep_press_to_channels, keep_to_channels, prefix_in, prefixes
from bot.client.context import SamewaveContext
from bot.client.interactions import DeduplicatingTree, Seen, respond
from bot.client.permissions import Refusals, missing_permissions
from bot.client.rate_limit import RateLimit
from bot.domain.errors import TooFast, WrongChannel
from bot.i18n.slash_commands import SlashTranslator
from bot.i18n.translator import translator_of
from bot.presentation.help import SamewaveHelp
from bot.presentation.sentences import sentence_for
from bot.wiring import Services

log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.recommend",
    "cogs.similar",
    "cogs.song_map",
    "cogs.playlists.playlist",
    "cogs.playlists.journeys",
    "cogs.playlists.radio",
    "cogs.moderators.hot_list",
    "cogs.recommendation_buttons",
    "cogs.feedback",
    "cogs.moderators.settings",
    "cogs.moderators.moderation",
    "cogs.privacy",
    "cogs.context_menus",
    "cogs.about",
    "cogs.welcome",
    "cogs.sessions.session",
)
COMMANDS_DIGEST = "synced commands"


class Samewave(commands.AutoShardedBot):
    """One bot on one set of services.

    Attributes:
        services: the use cases; opened and closed by whoever made them.
        text_prefix: what text commands begin with, where a server chose nothing else.
        seen: which messages and interactions were acted on.
    """

    services: Services
    text_prefix: str
    seen: Seen

    def __init__(
        self,
        services: Services,
        *,
        prefix: str,
        message_content: bool = True,
        presences: bool = False,
        sync: Literal["changed", "always"] = "changed",
        shard_count: int | None = None,
        pace: RateLimit | None = None,
    ) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.voice_states = True  # who is in the voice channel takes part in its listening session
        intents.message_content = message_content
        intents.presences = intents.members = presences
        super().__init__(
            command_prefix=prefixes,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            help_command=SamewaveHelp(),
            tree_cls=DeduplicatingTree,
            case_insensitive=True,
            strip_after_prefix=True,
            shard_count=shard_count,
            max_messages=None,
            chunk_guilds_at_startup=False,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
        )
        self.services = services
        self.text_prefix = prefix
        self.seen = Seen()
        self._sync = sync
        self._pace = pace or RateLimit()
        self.tree.error(self.on_tree_error)
        self._refusals = Refusals()
        self.add_check(self._at_a_calm_pace, call_once=True)
        self.add_check(keep_to_channels, call_once=True)
        self.add_check(self._can_answer, call_once=True)

    async def setup_hook(self) -> None:
        """Load every extension; one that fails stops the start."""
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        await self.tree.set_translator(SlashTranslator())
        await self._sync_commands()

    async def on_ready(self) -> None:
        """Say that we are there."""
        log.info("connected as %s in %d servers", self.user, len(self.guilds))

    async def get_context(self, origin: Any, /, *, cls: Any = SamewaveContext) -> Any:
        """A context whose answers arrive once, and quietly where a server wants that."""
        return await super().get_context(origin, cls=cls)

    async def invoke(self, ctx: commands.Context[Any], /) -> None:
        """Do what a message asks, unless Discord delivered it before."""
        if ctx.command is None or self.seen.first_time(ctx.message.id):
            await super().invoke(ctx)

    async def on_command_error(
        self, context: commands.Context[Any], exception: commands.CommandError, /
    ) -> None:
        """Answer a failed text command in one sentence."""
        if context.interaction is not None:
            await self.answer_failure(context.interaction, exception)
            return
        cause = getattr(exception, "original", exception)
        if isinstance(cause, WrongChannel) or (isinstance(cause, TooFast) and cause.told):
            return
        if missing := missing_permissions(context):
            await self._refusals.tell(context, missing)
            return
        sentence = sentence_for(exception, translator_of(context), prefix=context.clean_prefix)
        if sentence is not None:
            with suppress(discord.HTTPException):
                await context.reply(sentence)

    def slow_down(self, user: int, guild: int | None) -> None:
        """Count a command or a press of a button.

        Raises:
            TooFast: the user or their server asks more than they may.
        """
        self._pace.count(user, guild)

    async def admit(self, interaction: discord.Interaction, *, anywhere: bool = False) -> None:
        """Count a press, and see that it is in a channel where the server wants answers.

        Args:
            anywhere: whether it may be in any channel.

        Raises:
            TooFast: the user or their server asks more than they may.
            WrongChannel: the server wants answers elsewhere.
        """
        self.slow_down(interaction.user.id, interaction.guild_id)
        if not anywhere:
            await keep_press_to_channels(interaction)

    def forget(self, user: int) -> None:
        """Drop what is held in memory about a user."""
        self._refusals.forget(user)

    async def answer_failure(self, interaction: discord.Interaction, error: Exception) -> None:
        """Answer a failed app command or component in one sentence.

        Only the asker sees it, unless a public "thinking…" was shown before: Discord gives the first answer
        after that its visibility.
        """
        prefix = await prefix_in(self, interaction.guild_id)
        sentence = sentence_for(error, translator_of(interaction), prefix=prefix)
        if sentence is None:
            return
        with suppress(discord.HTTPException):
            await respond(interaction, {"content": sentence, "ephemeral": True})

    async def _can_answer(self, context: commands.Context[Any]) -> bool:
        """Before any work: where we may not write, Discord counts each try against us."""
        return not missing_permissions(context)

    async def _at_a_calm_pace(self, context: commands.Context[Any]) -> bool:
        try:
            self.slow_down(context.author.id, context.guild.id if context.guild else None)
        except TooFast as fast:
            raise commands.CommandInvokeError(fast) from fast
        return True

    async def on_tree_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Answer a failed slash command in one sentence."""
        await self.answer_failure(interaction, error)

    async def _sync_commands(self) -> None:
        """Tell Discord of the slash commands, only when their definition changed: it counts syncs."""
        definition = [
            await command.get_translated_payload(self.tree, SlashTranslator())
            for command in self.tree.get_commands()
        ]
        digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
        facts = self.services.facts
        if self._sync == "changed" and await facts.get(COMMANDS_DIGEST) == digest:
            return
        await self.tree.sync()
        await facts.set(COMMANDS_DIGEST, digest)
        log.info("told Discord of %d commands", len(definition))
