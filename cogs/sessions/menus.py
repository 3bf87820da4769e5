"""The menus under a session's panel."""

from typing import Any, cast

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


class SessionMenu(MessageItem[discord.ui.Select[Any]], template=rf"session:{NUMBER}:(?P<what>mode|steer)"):
    """The menu of how songs are chosen, or of directions for the songs that the bot chooses."""

    async def work(self, interaction: Press) -> None:
        await interaction.response.defer()
        at = At(interaction.channel_id or 0, int(self.state["number"]))
        listen, chosen = interaction.client.services.sessions.listen, self.item.values
        mode, steering = None, None
        if self.state["what"] == "mode":
            mode = cast("Mode", chosen[0])
        else:
            steering = (await listen.show(at)).steering.chosen([direction_of(digit) for digit in chosen])
        leads = await leads_in(interaction)
        await listen.settle(at, interaction.user.id, leads=leads, mode=mode, steering=steering)


def menus(session: Session, translate: Translator) -> list[discord.ui.Select[Any]]:
    """The menus with what is chosen now."""
    modes = [
        discord.SelectOption(
            label=translate("How songs come: {mode}", mode=translate(name)),
            description=translate(about),
            value=mode,
            default=mode == session.mode,
        )
        for mode, (name, about) in sessions.MODES.items()
    ]
    directions = [
        discord.SelectOption(
            label=translate(DIRECTIONS[direction]),
            value=DIGIT_OF[direction],
            default=direction in session.steering.directions,
        )
        for direction in sessions.STEERED
    ]
    prefix = f"session:{session.session}"
    choose = discord.ui.Select[Any](custom_id=f"{prefix}:mode", options=modes, row=2)
    steer = discord.ui.Select[Any](
        custom_id=f"{prefix}:steer",
        placeholder=translate("Steer what I choose by myself"),
        min_values=0,
        max_values=len(directions),
        options=directions,
        row=3,
    )
    return [choose, steer]
