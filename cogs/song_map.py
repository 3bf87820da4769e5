"""`!map`: where a song lies among all others."""

from typing import ClassVar

from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.recommendations import Choice
from bot.i18n.translator import translator_of
from bot.presentation import embeds
from cogs.autocomplete import suggest_songs
from cogs.components import picture
from cogs.recommendation_buttons import under
from cogs.replies import Context, Press, answer, scope_of, services_of
from cogs.song_menu import SongCog, ask_which, with_others

MAP = "map.png"


async def answer_map(source: Context | Press, query: str, _: str = "") -> None:
    """Post the map with a recommendation, or ask which song is meant."""
    drawn = await services_of(source).maps.draw(query, await scope_of(source))
    if isinstance(drawn, Choice):
        await ask_which(source, drawn, "map")
    else:
        (found, png), translate = drawn, translator_of(source)
        embed = embeds.recommendation(found, translate).set_image(url=f"attachment://{MAP}")
        await answer(
            source,
            embed=embed,
            file=picture(png, MAP),
            view=with_others(under(found, translate), source, found.seed, "map"),
        )


class MapCommands(SongCog, name="Map"):
    """The map of songs."""

    song_answers: ClassVar = {"map": answer_map}

    @commands.hybrid_command(usage="Bohemian Rhapsody")  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    @app_commands.autocomplete(song=suggest_songs)
    async def map(self, context: Context, *, song: str) -> None:
        """Draws the map of all songs, with your song (the star) and one on the same wave.

        Songs that sound alike lie together; each colour is a kind of music.
        """
        await answer_map(context, song)


async def setup(bot: Samewave) -> None:
    """Add the cog."""
    await bot.add_cog(MapCommands())
