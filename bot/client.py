"""The bot: least intents, extensions by name, and the one place where errors become sentences."""

import hashlib
import json
import logging
from contextlib import suppress
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation.help import SamewaveHelp
from bot.presentation.sentences import sentence_for
from bot.wiring import Services

log = logging.getLogger(__name__)

EXTENSIONS = ("cogs.recommend", "cogs.explore", "cogs.hot_list", "cogs.buttons")
COMMANDS_FACT = "synced commands"
PACE = (6, 10.0)
"""Commands and presses of buttons that one user may make, and in how many seconds."""


def _each(user: int) -> int:
    return user


class Samewave(commands.AutoShardedBot):
    """One bot on one set of services.

    Attributes:
        services: the use cases; opened and closed by whoever made them.
        text_prefix: what text commands begin with.
    """

    services: Services
    text_prefix: str

    def __init__(
        self,
        services: Services,
        *,
        prefix: str,
        message_content: bool = True,
        sync: Literal["changed", "always"] = "changed",
        shard_count: int | None = None,
        pace: tuple[int, float] = PACE,
    ) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = message_content
        super().__init__(
            command_prefix=commands.when_mentioned_or(prefix),
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            help_command=SamewaveHelp(),
            case_insensitive=True,
            strip_after_prefix=True,
            shard_count=shard_count,
            max_messages=None,
        )
        self.services = services
        self.text_prefix = prefix
        self._sync = sync
        self._presses = commands.CooldownMapping[int].from_cooldown(*pace, _each)
        self.tree.error(self.on_tree_error)
        self.add_check(self._at_a_calm_pace, call_once=True)

    async def setup_hook(self) -> None:
        """Load every extension; one that fails stops the start."""
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        await self._sync_commands()

    async def on_ready(self) -> None:
        """Say that we are there."""
        log.info("connected as %s in %d servers", self.user, len(self.guilds))

    async def on_command_error(
        self, context: commands.Context[Any], exception: commands.CommandError, /
    ) -> None:
        """Answer a failed text command in one sentence."""
        if context.interaction is not None:
            await self.answer_failure(context.interaction, exception)
            return
        sentence = sentence_for(exception, prefix=self.text_prefix)
        if sentence is not None:
            with suppress(discord.HTTPException):
                await context.reply(sentence)

    def slow_down(self, user: int) -> None:
        """Count a command or a press of a button.

        Raises:
            CommandOnCooldown: the user is too fast.
        """
        bucket = self._presses.get_bucket(user)
        if bucket is not None and (wait := bucket.update_rate_limit()):
            raise commands.CommandOnCooldown(bucket, wait, commands.BucketType.user)

    async def answer_failure(self, interaction: discord.Interaction, error: Exception) -> None:
        """Answer a failed app command or component in one sentence.

        Only the asker sees it, unless a public "thinking…" was shown before: Discord gives the first answer
        after that its visibility.
        """
        sentence = sentence_for(error, prefix=self.text_prefix)
        if sentence is None:
            return
        with suppress(discord.HTTPException):
            if interaction.response.is_done():
                await interaction.followup.send(sentence, ephemeral=True)
            else:
                await interaction.response.send_message(sentence, ephemeral=True)

    def _at_a_calm_pace(self, context: commands.Context[Any]) -> bool:
        self.slow_down(context.author.id)
        return True

    async def on_tree_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Answer a failed slash command in one sentence."""
        await self.answer_failure(interaction, error)

    async def _sync_commands(self) -> None:
        """Tell Discord of the slash commands, only when their definition changed: it counts syncs."""
        definition = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
        facts = self.services.facts
        if self._sync == "changed" and await facts.get(COMMANDS_FACT) == digest:
            return
        await self.tree.sync()
        await facts.set(COMMANDS_FACT, digest)
        log.info("told Discord of %d commands", len(definition))
