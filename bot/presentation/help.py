"""`!help`: all commands in one embed, each with an example."""

from collections.abc import Mapping
from typing import Any

import discord
from discord.ext import commands

from bot.i18n.marking import marked
from bot.i18n.translator import Translator, translator_of
from bot.presentation.embeds import WAVE, note
from bot.presentation.texts import FIELD_LIMIT

TOPICS = (
    (marked("One song"), ("Recommend", "Look around", "Map")),
    (marked("Many songs"), ("Playlists", "Lists", "Journeys", "Radio")),
    (marked("Together"), ("Listening together", "Hot list", "Odd one out")),
    (marked("Moderators"), ("Settings", "Every day", "Moderation", "Status")),
    (marked("You and I"), ("Privacy", "About", None)),
)
"""The topics of the help, by names of cogs; None stands for commands without a cog."""


def usage_of(context: commands.Context[Any]) -> str | None:
    """Example usage of the context's command with the server's prefix; None without a command."""
    if context.command is None or not context.command.usage:
        return None
    return f"{context.clean_prefix}{context.command.qualified_name} {context.command.usage}"


class SamewaveHelp(commands.HelpCommand):
    """Help for all commands or one command; the examples are the commands' `usage`."""

    def __init__(self) -> None:
        super().__init__(command_attrs={"help": marked("Shows this help."), "usage": "recommend"})

    async def send_bot_help(
        self, mapping: Mapping[commands.Cog | None, list[commands.Command[Any, ..., Any]]], /
    ) -> None:
        """All commands that the user may use."""
        embed = discord.Embed(
            title="Samewave",
            description=self._translate("Name a song and get another on the same wave."),
            colour=WAVE,
        )
        named = {cog and cog.qualified_name: group for cog, group in mapping.items()}
        for topic, cogs in TOPICS:
            some = [command for cog in cogs for command in named.get(cog, ())]
            lines = [
                f"`{self._example(command)}` {self._about(command)}"
                for command in await self.filter_commands(some)
            ]
            if lines:
                embed.add_field(
                    name=self._translate(topic), value="\n".join(lines)[:FIELD_LIMIT], inline=False
                )
        embed.set_footer(
            text=self._translate("{prefix}help and a command's name tells more", prefix=self._prefix)
        )
        await self.context.reply(embed=embed)

    async def send_command_help(self, command: commands.Command[Any, ..., Any], /) -> None:
        """Details of one command, and of its subcommands."""
        about = self._translate(command.help or "—")
        embed = discord.Embed(title=self._example(command), description=about, colour=WAVE)
        if isinstance(command, commands.Group):
            for inner in await self.filter_commands(command.commands, sort=True):
                embed.add_field(name=self._example(inner), value=self._about(inner), inline=False)
        elif command.aliases:
            embed.set_footer(text=self._translate("Also: {names}", names=", ".join(command.aliases)))
        await self.context.reply(embed=embed)

    async def send_group_help(self, group: commands.Group[Any, ..., Any], /) -> None:
        """Details of a command with subcommands."""
        await self.send_command_help(group)

    async def send_error_message(self, error: str, /) -> None:
        """An unknown command."""
        unknown = self._translate(
            "There is no such command; `{prefix}help` shows them all.", prefix=self._prefix
        )
        await self.context.reply(embed=note(unknown))

    @property
    def _translate(self) -> Translator:
        return translator_of(self.context)

    def _about(self, command: commands.Command[Any, ..., Any]) -> str:
        return self._translate(command.short_doc) if command.short_doc else "—"

    @property
    def _prefix(self) -> str:
        return self.context.clean_prefix

    def _example(self, command: commands.Command[Any, ..., Any]) -> str:
        return f"{self._prefix}{command.qualified_name} {command.usage or ''}".strip()
