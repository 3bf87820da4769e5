"""`!map`: where a song lies among all others."""

from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.recommendations import Choice, Recommendation
from bot.i18n.translator import translator_of
from bot.presentation import embeds
from cogs.autocomplete import suggest_songs
from cogs.components import ChooseSong, picture, view_of
from cogs.recommendation_buttons import under
from cogs.replies import Context, Press, answer, scope_of

MAP = "map.png"


class ChooseToMap(ChooseSong, template=r"choose:map"):
    """Which song to show on the map."""

    what = "map"

    async def chosen(self, interaction: Press, token: str) -> None:
        """Show it."""
        drawn = await interaction.client.services.map(token, await scope_of(interaction))
        await _show(interaction, drawn)


class MapCommands(commands.Cog, name="Map"):
    """The map of songs."""

    @commands.hybrid_command(usage="Bohemian Rhapsody")  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    @app_commands.autocomplete(song=suggest_songs)
    async def map(self, context: Context, *, song: str) -> None:
        """Draws the map of all songs, with your song (the star) and one on the same wave.

        Songs that sound alike lie together; each colour is a kind of music.
        """
        await _show(context, await context.bot.services.map(song, await scope_of(context)))


async def _show(source: Context | Press, drawn: tuple[Recommendation, bytes] | Choice) -> None:
    translate = translator_of(source)
    if isinstance(drawn, Choice):
        await answer(
            source, embed=embeds.choice(drawn, translate), view=view_of(ChooseToMap.among(drawn, translate))
        )
    else:
        found, png = drawn
        embed = embeds.recommendation(found, translate).set_image(url=f"attachment://{MAP}")
        await answer(source, embed=embed, file=picture(png, MAP), view=under(found, translate))


async def setup(bot: Samewave) -> None:
    """Add the cog and its menu."""
    bot.add_dynamic_items(ChooseToMap)
    await bot.add_cog(MapCommands())
