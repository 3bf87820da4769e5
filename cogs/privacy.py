"""`/taste`, `/forgetme`, `/privacy`: what is remembered about a person."""

import re
from typing import Any, Self

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.context import send_privately
from bot.client.interactions import defer_if_slow, edit_source_message
from bot.domain.errors import NotYours
from bot.i18n.translator import Translator, translator_of
from bot.presentation import privacy
from cogs.components import FriendlyItem, view_of
from cogs.replies import Context, Press


class ForgetMe(FriendlyItem[discord.ui.Button[Any]], template=r"forgetme:(?P<user>\d{1,20})"):
    """Deletes everything about one user, when that user presses it."""

    anywhere = True

    def __init__(self, user: int, translate: Translator) -> None:
        super().__init__(
            discord.ui.Button(
                label=translate("Delete everything"),
                style=discord.ButtonStyle.danger,
                custom_id=f"forgetme:{user}",
            )
        )
        self.user = user

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read out of the `custom_id` whom it is about."""
        return cls(int(match["user"]), translator_of(interaction))

    async def work(self, interaction: Press) -> None:
        """Delete it, and put the confirmation in place of the question."""
        if interaction.user.id != self.user:
            raise NotYours("That button is somebody else's; `/forgetme` gives you your own.")
        await defer_if_slow(interaction.client.services.privacy.forget(self.user), interaction.response.defer)
        interaction.client.forget(self.user)
        await edit_source_message(interaction, embed=privacy.forgotten(translator_of(interaction)), view=None)


class PrivacyCommands(commands.Cog, name="Privacy"):
    """What I remember about you."""

    @commands.hybrid_command(aliases=["me"])  # type: ignore[arg-type]
    async def taste(self, context: Context) -> None:
        """Shows what I remember about you: what you like, what you do not, what you got lately.

        Only you see it.
        """
        found = await context.bot.services.privacy.about(context.author.id)
        await send_privately(context, embed=privacy.taste(found, translator_of(context)))

    @commands.hybrid_command()  # type: ignore[arg-type]
    async def forgetme(self, context: Context) -> None:
        """Deletes everything I remember about you, at once and for good."""
        translate = translator_of(context)
        button = ForgetMe(context.author.id, translate)
        await send_privately(context, embed=privacy.ask_to_forget(translate), view=view_of(button))

    @commands.hybrid_command()  # type: ignore[arg-type]
    async def privacy(self, context: Context) -> None:
        """Tells what I store about you, for how long, and how to get rid of it."""
        await context.reply(embed=privacy.policy(translator_of(context)), ephemeral=True)


async def setup(bot: Samewave) -> None:
    """Add the cog and its button."""
    bot.add_dynamic_items(ForgetMe)
    await bot.add_cog(PrivacyCommands())
