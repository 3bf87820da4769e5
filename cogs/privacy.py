"""`/taste`, `/forgetme`, `/privacy`: the stored data of a user."""

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.context import send_privately
from bot.client.interactions import defer_if_slow, edit_source_message
from bot.domain.errors import SamewaveError
from bot.i18n.translator import Translator, translator_of
from bot.presentation import privacy
from cogs.components import PersistentButton, view_of
from cogs.replies import Context, Press


class ForgetMe(PersistentButton, template=r"forgetme:(?P<user>\d{1,20})"):
    """Deletes a user's data when that user presses it."""

    anywhere = True

    def __init__(self, translate: Translator, user: int | str) -> None:
        super().__init__(f"forgetme:{user}", translate("Delete everything"), style=discord.ButtonStyle.danger)
        self.user = int(user)

    async def work(self, interaction: Press) -> None:
        """Delete the data and replace the question by a confirmation."""
        if interaction.user.id != self.user:
            raise SamewaveError("That button is somebody else's; `/forgetme` gives you your own.")
        forgetting = interaction.client.services.guilds.privacy.forget(self.user)
        everywhere = await defer_if_slow(forgetting, interaction.response.defer)
        told = privacy.forgotten(translator_of(interaction), everywhere=everywhere)
        await edit_source_message(interaction, embed=told, view=None)


class PrivacyCommands(commands.Cog, name="Privacy"):
    """What I remember about you."""

    @commands.hybrid_command(aliases=["me"])  # type: ignore[arg-type]
    async def taste(self, context: Context) -> None:
        """Shows what I remember about you: what you like, what you do not, what you got lately.

        Only you see it.
        """
        found = await context.bot.services.guilds.privacy.about(context.author.id)
        await send_privately(context, embed=privacy.taste(found, translator_of(context)))

    @commands.hybrid_command()  # type: ignore[arg-type]
    async def forgetme(self, context: Context) -> None:
        """Deletes everything I remember about you, at once and for good."""
        translate = translator_of(context)
        button = ForgetMe(translate, context.author.id)
        await send_privately(context, embed=privacy.ask_to_forget(translate), view=view_of(button))

    @commands.hybrid_command()  # type: ignore[arg-type]
    async def privacy(self, context: Context) -> None:
        """Tells what I store about you, for how long, and how to get rid of it."""
        await context.reply(embed=privacy.policy(translator_of(context)), ephemeral=True)


async def setup(bot: Samewave) -> None:
    """Add the cog and its button."""
    bot.add_dynamic_items(ForgetMe)
    await bot.add_cog(PrivacyCommands())
