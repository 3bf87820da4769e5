"""The menus under a session's panel."""

from typing import Any, Self, cast

import discord

from bot.domain.sessions import At, Mode, Session
from bot.domain.steering import DIGIT_OF, direction_of
from bot.i18n.translator import Translator
from bot.presentation import sessions
from bot.presentation.steering import DIRECTIONS
from cogs.components import MessageItem
from cogs.replies import Press
from cogs.sessions.leaders import leads_in

NUMBER = r"(?P<number>\d{1,18})"
"""A session's number in the template of an item."""


class SessionMenu(MessageItem[discord.ui.Select[Any]], template="abstract session menu"):
    """A menu of a session, which is told by its number."""

    def __init__(self, menu: discord.ui.Select[Any], number: int | str) -> None:
        super().__init__(menu)
        self.number = int(number)

    async def work(self, interaction: Press) -> None:
        if interaction.channel_id is None:
            return
        await interaction.response.defer()
        await self.choose(interaction, At(interaction.channel_id, self.number))

    async def choose(self, interaction: Press, at: At) -> None:
        """Apply what was selected."""
        raise NotImplementedError


class ChooseMode(SessionMenu, template=rf"session:{NUMBER}:mode"):
    """The menu of how songs are chosen."""

    @classmethod
    def showing(cls, session: Session, translate: Translator) -> Self:
        """A menu with the current mode selected."""
        options = [
            discord.SelectOption(
                label=translate("How songs come: {mode}", mode=translate(sessions.MODE_NAMES[mode])),
                description=translate(about),
                value=mode,
                default=mode == session.mode,
            )
            for mode, about in sessions.MODES.items()
        ]
        custom_id = f"session:{session.session}:mode"
        return cls(discord.ui.Select(custom_id=custom_id, options=options, row=2), session.session)

    async def choose(self, interaction: Press, at: At) -> None:
        await interaction.client.services.sessions.listen.settle(
            at,
            interaction.user.id,
            leads=await leads_in(interaction),
            mode=cast("Mode", self.item.values[0]),
        )


class SteerSession(SessionMenu, template=rf"session:{NUMBER}:steer"):
    """The menu of directions for the songs that the bot chooses."""

    @classmethod
    def showing(cls, session: Session, translate: Translator) -> Self:
        """A menu with the current directions selected."""
        options = [
            discord.SelectOption(
                label=translate(DIRECTIONS[direction]),
                value=DIGIT_OF[direction],
                default=direction in session.steering.directions,
            )
            for direction in sessions.STEERED
        ]
        menu: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=f"session:{session.session}:steer",
            placeholder=translate("Steer what I choose by myself"),
            min_values=0,
            max_values=len(options),
            options=options,
            row=3,
        )
        return cls(menu, session.session)

    async def choose(self, interaction: Press, at: At) -> None:
        listen = interaction.client.services.sessions.listen
        session = await listen.show(at)
        wanted = [direction_of(digit) for digit in self.item.values]
        await listen.settle(
            at,
            interaction.user.id,
            leads=await leads_in(interaction),
            steering=session.steering.chosen(wanted),
        )
