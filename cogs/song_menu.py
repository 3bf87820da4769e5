"""The menu under "Which one do you mean?": one kind for all commands that take a song."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

import discord
from discord.ext import commands

from bot.domain.errors import NotYours
from bot.domain.recommendations import Choice
from bot.i18n.translator import translator_of
from bot.presentation import embeds
from cogs.components import PlacedItem, view_of
from cogs.replies import Context, Press, answer, asker_of

SongAnswer = Callable[[Context | Press, str, str], Awaitable[None]]
"""Answers a command or a menu, for a query or a song reference, with the digits that the menu carries."""


class SongCog(commands.Cog):
    """A cog with commands that take a song.

    Attributes:
        song_answers: by the word that a menu carries in its `custom_id`.
    """

    song_answers: ClassVar[Mapping[str, SongAnswer]] = {}


class ChooseSong(
    PlacedItem[discord.ui.Select[Any]],
    template=r"choose:(?P<command>[a-z]+)(?::(?P<argument>\d{1,18}))?(?::by:(?P<asker>\d{1,20}))?"
    r"|session:(?P<session>\d{1,18}):choose",  # of messages from before there was one kind
):
    """Asks which song is meant; what was chosen is answered as if it had been asked for."""

    def __init__(
        self,
        item: discord.ui.Select[Any],
        command: str | None,
        argument: str | None = None,
        asker: str | None = None,
        session: str | None = None,
    ) -> None:
        super().__init__(item)
        self.command = command or "session"
        self.argument = argument or session or ""
        self.asker = asker

    async def work(self, interaction: Press) -> None:
        """Answer for the song chosen.

        Raises:
            NotYours: the menu is for another person.
        """
        if self.asker is not None and int(self.asker) != interaction.user.id:
            raise NotYours("That menu is for whoever asked; name the song yourself to get your own.")
        [song_ref] = self.item.values
        for cog in interaction.client.cogs.values():
            if isinstance(cog, SongCog) and (found := cog.song_answers.get(self.command)) is not None:
                await found(interaction, song_ref, self.argument)


def song_menu(
    source: Context | Press, asked: Choice, command: str, argument: str = "", *, shared: bool = False
) -> dict[str, Any]:
    """The parts of a message that asks which song is meant.

    Args:
        command: the word in `SongCog.song_answers`. argument: digits that it needs besides the song.
        shared: whether others may choose too.
    """
    translate = translator_of(source)
    owner = "" if shared else f"by:{asker_of(source)}"
    select = discord.ui.Select[Any](
        custom_id=":".join(part for part in ("choose", command, argument, owner) if part),
        placeholder=translate("Choose the song"),
        options=[embeds.option(song, translate) for song in asked.songs],
    )
    return {"embed": embeds.choice(asked, translate), "view": view_of(ChooseSong(select, command))}


async def ask_which(
    source: Context | Press, asked: Choice, command: str, argument: str = "", **message: Any
) -> None:
    """Ask the person which song they mean."""
    await answer(source, **message, **song_menu(source, asked, command, argument))
