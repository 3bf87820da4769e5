"""The kinds of buttons and menus that outlive a restart: their state is in the `custom_id`."""

import re
from io import BytesIO
from typing import Any, ClassVar, Self, TypeVar, cast

import discord

from bot.domain.recommendations import Choice
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds
from cogs.replies import Press

SONG = r"(?P<token>(?:(?:hot|local|clip):)?[0-9A-Za-z]{1,64})"
"""A song's token in the template of a button."""
PAGE = r"(?P<page>\d{1,5})(?P<way>[<>])"
"""A page in the template of a button that leafs."""
ItemT = TypeVar("ItemT", bound=discord.ui.Item[Any])


class FriendlyItem(discord.ui.DynamicItem[ItemT], template="abstract"):
    """discord.py only logs what fails in a dynamic item: here it becomes a sentence like everywhere else.

    Attributes:
        anywhere: whether it works in channels where the server wants no answers.
    """

    anywhere: ClassVar[bool] = False

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether Discord delivers this press for the first time."""
        return bool(interaction.client.seen.first_time(interaction.id))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do the work of the item; whatever fails is told to the presser alone."""
        try:
            await interaction.client.admit(interaction, anywhere=self.anywhere)
            await self.work(interaction)
        except Exception as error:
            await interaction.client.answer_failure(interaction, error)

    async def work(self, interaction: Press) -> None:
        """What the item does."""
        raise NotImplementedError


class SongButton(FriendlyItem[discord.ui.Button[Any]], template="abstract song"):
    """A button that knows one song by its token."""

    def __init__(self, token: str, translate: Translator) -> None:
        super().__init__(self.face(token, translate))
        self.token = token

    @staticmethod
    def face(token: str, translate: Translator) -> discord.ui.Button[Any]:
        """The button for a song."""
        raise NotImplementedError

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the song out of the `custom_id`."""
        return cls(match["token"], translator_of(interaction))


class LeafButton(FriendlyItem[discord.ui.Button[Any]], template="abstract leaf"):
    """Leads to a page, counted from 0."""

    what: ClassVar[str]

    def __init__(self, page: int, way: str, translate: Translator, *, disabled: bool = False) -> None:
        label = "◀ " + translate("Back") if way == "<" else translate("Next") + " ▶"
        custom_id = f"{self.what}:{page}{way}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=disabled))
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the page out of the `custom_id`."""
        return cls(int(match["page"]), match["way"], translator_of(interaction))


class Menu(FriendlyItem[ItemT], template="abstract menu"):
    """A menu; what was chosen stands in the message."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Take the menu as it stands in the message."""
        return cls(cast("ItemT", item))


class ChooseSong(Menu[discord.ui.Select[Any]], template="abstract choose"):
    """The menu under "Which one do you mean?"; each command has its own kind."""

    what: ClassVar[str]

    @classmethod
    def among(cls, asked: Choice, translate: Translator) -> Self:
        """A menu of these songs."""
        options = [embeds.option(song, translate) for song in asked.songs]
        return cls(
            discord.ui.Select(
                custom_id=f"choose:{cls.what}", placeholder=translate("Choose the song"), options=options
            )
        )

    async def work(self, interaction: Press) -> None:
        """Answer for the song chosen."""
        [token] = self.item.values
        await self.chosen(interaction, token)

    async def chosen(self, interaction: Press, token: str) -> None:
        """What the command does with the song."""
        raise NotImplementedError


def view_of(*items: discord.ui.Item[Any]) -> discord.ui.View:
    """A view that is kept by nobody: its items know what they need."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


def leafing(kind: type[LeafButton], page: int, pages: int, translate: Translator) -> discord.ui.View:
    """Back and next, greyed out at the ends."""
    return view_of(
        kind(max(page - 1, 0), "<", translate, disabled=page == 0),
        kind(page + 1, ">", translate, disabled=page >= pages - 1),
    )


def picture(png: bytes, name: str) -> discord.File:
    """A picture to attach under the name that an embed refers to."""
    return discord.File(BytesIO(png), name)
