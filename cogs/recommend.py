"""`!recommend`: a song in, another on the same wave out."""

from discord import app_commands
from discord.ext import commands

from bot.client import Samewave
from bot.domain.recommendations import Choice
from bot.presentation import embeds
from cogs.buttons import choosing, under
from cogs.replying import Context, place_of


class Recommend(commands.Cog):
    """Songs on the same wave."""

    @commands.hybrid_command(usage="Bohemian Rhapsody", aliases=["r", "rec"])  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    async def recommend(self, context: Context, *, song: str) -> None:
        """Answers a song with another on the same wave.

        Name it as you like: a title, "artist - title", or a Spotify link. A song of the hot list is
        answered with another hot song.
        """
        found = await context.bot.services.recommend(song, place_of(context))
        if isinstance(found, Choice):
            await context.reply(embed=embeds.choice(found), view=choosing(found, "recommend"))
        else:
            await context.reply(embed=embeds.recommendation(found), view=under(found))


async def setup(bot: Samewave) -> None:
    """Add the cog."""
    await bot.add_cog(Recommend())
