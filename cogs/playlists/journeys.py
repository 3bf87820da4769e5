"""`!path` and `!blend`: from one song to another, and songs mixed."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.i18n.translator import translator_of
from bot.presentation import journeys, playlists
from bot.services.playlists.path import USUAL
from cogs.autocomplete import suggest_songs
from cogs.components import picture
from cogs.playlists.brought import brought_list
from cogs.replies import Context, scope_of

PATH = "path.png"


class PathFlags(commands.FlagConverter):
    """Options of `/path`; a text command may have everything in one line."""

    start: str = commands.flag(name="from", description="The song to begin with", positional=True)
    to: str | None = commands.flag(description="The song to arrive at", default=None)
    songs: commands.Range[int, 3, 20] = commands.flag(
        description="How many songs in all, 3 to 20", default=USUAL
    )


class BlendFlags(commands.FlagConverter):
    """Options of `/blend`; a text command may have everything in one line."""

    add: str = commands.flag(description="A song to add", positional=True, default="")
    and_add: str | None = commands.flag(name="and", description="Another song to add", default=None)
    and_too: str | None = commands.flag(name="too", description="One more song to add", default=None)
    without: str | None = commands.flag(description="A song to take away", default=None)


class JourneyCommands(commands.Cog, name="Journeys"):
    """From song to song."""

    @commands.hybrid_command(usage="Bohemian Rhapsody to Counting Stars", aliases=["journey"])  # type: ignore[arg-type]
    @app_commands.autocomplete(start=suggest_songs, to=suggest_songs)
    async def path(self, context: Context, *, flags: PathFlags) -> None:
        """Leads from one song to another through songs in between, each near the last.

        Name the two songs with "to", an arrow or a bar between them. The picture shows the way on the map.
        """
        scope = await scope_of(context)
        way, songs = context.bot.services.playlists.path, int(flags.songs)
        if flags.to is None:
            found = await way.from_text(flags.start, songs, scope)
        else:
            found = await way(flags.start, flags.to, songs, scope)
        png = await context.bot.services.maps.draw.draw_path(found.seeds, scope)
        embed = journeys.path(found, PATH, translator_of(context))
        await context.reply(embed=embed, file=picture(png, PATH))

    @commands.hybrid_command(  # type: ignore[arg-type]
        usage="Bohemian Rhapsody + Counting Stars - Zombie", aliases=["mix", "alchemy"]
    )
    @app_commands.autocomplete(
        add=suggest_songs, and_add=suggest_songs, and_too=suggest_songs, without=suggest_songs
    )
    @app_commands.describe(file="A list of your songs: CSV, M3U8, XSPF, JSPF or text")
    async def blend(
        self, context: Context, file: discord.Attachment | None = None, *, flags: BlendFlags
    ) -> None:
        """Mixes songs: answers near each of them in turn, away from those after a minus.

        Or attach a file with your songs, or paste one a line.
        """
        scope, blend = await scope_of(context), context.bot.services.playlists.blend
        is_mix = "\n" not in flags.add.strip() and bool({"+", "-", "−"} & set(flags.add.split()))
        text = "" if is_mix else flags.add
        if (known := await brought_list(context, text, scope, file)) is not None:
            translate = translator_of(context)
            embed = journeys.blend(await blend.of_list(known, scope), translate)
            await context.reply(playlists.known_text(known, translate), embed=embed)
            return
        if not flags.add.strip():
            raise commands.MissingRequiredFlag(BlendFlags.get_flags()["add"])
        more = [song for song in (flags.and_add, flags.and_too) if song is not None]
        if more or flags.without is not None:
            found = await blend([flags.add, *more], [flags.without] if flags.without else [], scope)
        else:
            found = await blend.from_text(flags.add, scope)
        await context.reply(embed=journeys.blend(found, translator_of(context)))


async def setup(bot: Samewave) -> None:
    """Add the cog."""
    await bot.add_cog(JourneyCommands())
