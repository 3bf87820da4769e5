"""`!help`: every command in one embed, each with an example."""

from collections.abc import Mapping
from typing import Any

import discord
from discord.ext import commands

from bot.presentation.embeds import WAVE


class SamewaveHelp(commands.HelpCommand):
    """One embed for the whole bot or for one command; examples stand in the commands' `usage`."""

    def __init__(self) -> None:
        super().__init__(command_attrs={"help": "Shows this help.", "usage": "recommend"})

    async def send_bot_help(
        self, mapping: Mapping[commands.Cog | None, list[commands.Command[Any, ..., Any]]], /
    ) -> None:
        """All commands the asker may use."""
        embed = discord.Embed(
            title="Samewave",
            description="Name a song and get another on the same wave.",
            colour=WAVE,
        )
        everything = [command for group in mapping.values() for command in group]
        for command in await self.filter_commands(everything, sort=True):
            embed.add_field(name=self._example(command), value=command.short_doc or "—", inline=False)
        await self._reply(embed)

    async def send_command_help(self, command: commands.Command[Any, ..., Any], /) -> None:
        """One command in full."""
        embed = discord.Embed(title=self._example(command), description=command.help, colour=WAVE)
        if command.aliases:
            embed.set_footer(text="Also: " + ", ".join(command.aliases))
        await self._reply(embed)

    async def send_group_help(self, group: commands.Group[Any, ..., Any], /) -> None:
        """A command with subcommands."""
        embed = discord.Embed(title=self._example(group), description=group.help, colour=WAVE)
        for command in await self.filter_commands(group.commands, sort=True):
            embed.add_field(name=self._example(command), value=command.short_doc or "—", inline=False)
        await self._reply(embed)

    async def send_error_message(self, error: str, /) -> None:
        """No such command."""
        await self._reply(discord.Embed(description=f"{error} Try `{self._prefix}help`.", colour=WAVE))

    @property
    def _prefix(self) -> str:
        return self.context.clean_prefix

    def _example(self, command: commands.Command[Any, ..., Any]) -> str:
        return f"{self._prefix}{command.qualified_name} {command.usage or ''}".strip()

    async def _reply(self, embed: discord.Embed) -> None:
        await self.context.reply(embed=embed)
