"""`!about`: what this bot is, and how good."""

from importlib.metadata import version

from discord.ext import commands

from bot.client.bot import Samewave
from bot.i18n.translator import translator_of
from bot.presentation import about
from cogs.replies import Context


class AboutCommands(commands.Cog, name="About"):
    """What this bot is."""

    @commands.hybrid_command(aliases=["info"])  # type: ignore[arg-type]
    async def about(self, context: Context) -> None:
        """Tells what I am: version, servers, catalogue, model, hot list, measured quality."""
        state = await context.bot.services.about()
        translate = translator_of(context)
        bot = context.bot
        shards = bot.services.processes.shards
        await context.reply(
            embed=about.embed(state, version("samewave"), len(bot.guilds), translate, shards=shards)
        )


async def setup(bot: Samewave) -> None:
    """Add the cog."""
    await bot.add_cog(AboutCommands())
