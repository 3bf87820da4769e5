"""`/block` and `/unblock`: what is never recommended in a server."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.guilds import GuildMarks, Mark
from bot.domain.recommendations import Choice, SeedSong
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds, moderation
from bot.presentation.texts import LABEL_LIMIT, plain
from cogs.autocomplete import suggest_songs
from cogs.components import PAGE, ChooseSong, LeafButton, leafing, view_of
from cogs.moderators.checks import MODERATION, guild_of_moderator, moderators_only
from cogs.replies import Context, Press, answer, scope_of, services_of, settled

_OFFERED = 25


class ChooseToBlock(ChooseSong, template=r"choose:block"):
    """Which song to block."""

    what = "block"

    async def chosen(self, interaction: Press, token: str) -> None:
        """Block it."""
        await mark_chosen(interaction, token, "blocked")


class ChooseToPin(ChooseSong, template=r"choose:pin"):
    """Which song to pin."""

    what = "pin"

    async def chosen(self, interaction: Press, token: str) -> None:
        """Pin it."""
        await mark_chosen(interaction, token, "pinned")


class TurnBlocked(LeafButton, template=rf"blocked:{PAGE}"):
    """Leafs through what is blocked."""

    what = "blocked"

    async def work(self, interaction: Press) -> None:
        """Show that page in place of the one before."""
        marks = await interaction.client.services.moderation.marks(guild_of_moderator(interaction))
        await interaction.response.edit_message(**_blocked(marks, self.page, translator_of(interaction)))


async def mark_named(context: Context, song: str, mark: Mark) -> None:
    """Pin or block the song of a command, or ask which one is meant."""
    found = await context.bot.services.moderation.find(song, await scope_of(context))
    if isinstance(found, Choice):
        translate = translator_of(context)
        menu = (ChooseToPin if mark == "pinned" else ChooseToBlock).among(found, translate)
        await answer(context, embed=embeds.choice(found, translate), view=view_of(menu))
    else:
        await _mark(context, guild_id(context), context.author.id, found, mark)


async def mark_chosen(press: Press, token: str, mark: Mark) -> None:
    """Pin or block the song of a menu."""
    guild = guild_of_moderator(press)
    song = await press.client.services.moderation.find(token, await scope_of(press))
    assert isinstance(song, SeedSong)  # noqa: S101  # a song reference is one song
    await _mark(press, guild, press.user.id, song, mark)


async def unmark_named(context: Context, song: str, mark: Mark) -> None:
    """Take away the mark of the song of a command."""
    service = context.bot.services.moderation
    known = await settled(context, service.unmark(guild_id(context), context.author.id, song, mark))
    await _translate(context, moderation.unmarked_song(known, mark, translator_of(context)))


async def suggest_marked(
    interaction: discord.Interaction[Samewave], typed: str, mark: Mark
) -> list[app_commands.Choice[str]]:
    """What is pinned or blocked in the server, while somebody types; the token travels in the value."""
    if interaction.guild_id is None:
        return []
    marks = await interaction.client.services.moderation.marks(interaction.guild_id)
    offered = []
    for song in marks.pinned if mark == "pinned" else marks.blocked:
        name = f"{song.title} - {', '.join(song.artists)}"
        if typed.casefold() in name.casefold():
            offered.append(app_commands.Choice(name=plain(name, LABEL_LIMIT), value=song.song_ref))
    return offered[:_OFFERED]


async def suggest_blocked(
    interaction: discord.Interaction[Samewave], typed: str
) -> list[app_commands.Choice[str]]:
    """What is blocked."""
    return await suggest_marked(interaction, typed, "blocked")


async def suggest_blocked_artists(
    interaction: discord.Interaction[Samewave], typed: str
) -> list[app_commands.Choice[str]]:
    """Who is blocked."""
    if interaction.guild_id is None:
        return []
    marks = await interaction.client.services.moderation.marks(interaction.guild_id)
    names = [name for name in marks.artists if typed.casefold() in name.casefold()]
    return [app_commands.Choice(name=plain(name, LABEL_LIMIT), value=name[:100]) for name in names[:_OFFERED]]


class ModerationCommands(commands.Cog, name="Moderation"):
    """For moderators: what is never recommended here."""

    @commands.hybrid_group(fallback="list", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @moderators_only
    async def block(self, context: Context) -> None:
        """Shows what is never recommended in this server (moderators only)."""
        marks = await context.bot.services.moderation.marks(guild_id(context))
        await context.reply(**_blocked(marks, 0, translator_of(context)))

    @block.command(name="song", usage="Bohemian Rhapsody", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    @app_commands.autocomplete(song=suggest_songs)
    @moderators_only
    async def block_song(self, context: Context, *, song: str) -> None:
        """Never recommends a song in this server again (moderators only)."""
        await mark_named(context, song, "blocked")

    @block.command(name="artist", usage="Queen", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.describe(artist="The artist's name")
    @moderators_only
    async def block_artist(self, context: Context, *, artist: str) -> None:
        """Never recommends an artist's songs in this server again (moderators only)."""
        service = context.bot.services.moderation
        found = await settled(context, service.block_artist(guild_id(context), context.author.id, artist))
        await _translate(context, moderation.blocked_artist(*found, translator_of(context)))

    @commands.hybrid_group(fallback="help", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @moderators_only
    async def unblock(self, context: Context) -> None:
        """Takes a block away: `unblock song` or `unblock artist` (moderators only)."""
        await context.send_help(context.command)

    @unblock.command(name="song", usage="Bohemian Rhapsody", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.describe(song="Its title")
    @app_commands.autocomplete(song=suggest_blocked)
    @moderators_only
    async def unblock_song(self, context: Context, *, song: str) -> None:
        """Lets a song be recommended here again (moderators only)."""
        await unmark_named(context, song, "blocked")

    @unblock.command(name="artist", usage="Queen", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.describe(artist="The artist's name")
    @app_commands.autocomplete(artist=suggest_blocked_artists)
    @moderators_only
    async def unblock_artist(self, context: Context, *, artist: str) -> None:
        """Lets an artist be recommended here again (moderators only)."""
        service = context.bot.services.moderation
        name = await settled(context, service.unblock_artist(guild_id(context), context.author.id, artist))
        await _translate(context, moderation.unblocked_artist(name, translator_of(context)))


def guild_id(context: Context) -> int:
    """The server of a command that is given in servers only.

    Raises:
        NoPrivateMessage: it was not.
    """
    if context.guild is None:
        raise commands.NoPrivateMessage
    return context.guild.id


def _blocked(marks: GuildMarks, page: int, translate: Translator) -> dict[str, Any]:
    pages = moderation.pages(marks)
    page = min(page, pages - 1)
    view = leafing(TurnBlocked, page, pages, translate) if pages > 1 else None
    return {"embed": moderation.blocked_page(marks, page, translate), "view": view}


async def _mark(source: Context | Press, guild: int, moderator: int, song: SeedSong, mark: Mark) -> None:
    services = services_of(source)
    known, before = await settled(source, services.moderation.mark(guild, moderator, song, mark))
    await _translate(source, moderation.marked_song(known, mark, before, translator_of(source)))


async def _translate(source: Context | Press, sentence: str) -> None:
    await answer(source, embed=embeds.note(sentence))


async def setup(bot: Samewave) -> None:
    """Add the cog, its menus and buttons."""
    bot.add_dynamic_items(ChooseToBlock, ChooseToPin, TurnBlocked)
    await bot.add_cog(ModerationCommands())
