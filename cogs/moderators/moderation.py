"""`/block` and `/unblock`: blocked songs and artists of a server."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.errors import SamewaveError
from bot.domain.guilds import GuildLists, ListKind
from bot.domain.pagination import page_of
from bot.domain.recommendations import Choice
from bot.domain.taste import KnownSong
from bot.i18n.translator import Translator, translator_of
from bot.presentation import embeds, moderation
from bot.presentation.texts import LABEL_LIMIT, plain
from cogs.autocomplete import suggest_songs
from cogs.components import PAGE, PageButton, page_view
from cogs.misspelt_commands import check_subcommand, left_over, nearest_subcommand
from cogs.moderators.checks import MODERATION, guild_of_moderator, moderators_only
from cogs.replies import Context, Press, answer, asker_of, scope_of, services_of, settled
from cogs.song_menu import SongCog, ask_which

_OFFERED = 25


class TurnBlocked(PageButton, template=rf"blocked:{PAGE}"):
    """Shows another page of the block list."""

    what = "blocked"

    async def work(self, interaction: Press) -> None:
        lists = await interaction.client.services.guilds.moderation.lists(guild_of_moderator(interaction))
        await interaction.response.edit_message(**_blocked(lists, self.page, translator_of(interaction)))


async def answer_block(source: Context | Press, query: str, _: str = "") -> None:
    """Block a song, or ask which one is meant."""
    await _pin_or_block(source, query, "blocked")


async def answer_pin(source: Context | Press, query: str, _: str = "") -> None:
    """Pin a song, or ask which one is meant."""
    await _pin_or_block(source, query, "pinned")


async def remove_named(context: Context, song: str, kind: ListKind) -> None:
    """Remove a song from a list."""
    service = context.bot.services.guilds.moderation
    known = await settled(context, service.remove(guild_of_moderator(context), context.author.id, song, kind))
    await _tell(context, moderation.unpinned_or_unblocked(known, kind, translator_of(context)))


async def suggest_pinned(press: Press, typed: str) -> list[app_commands.Choice[str]]:
    """Autocomplete pinned songs."""
    return await _suggest(press, typed, lambda lists: _names(lists.pinned))


async def suggest_blocked(press: Press, typed: str) -> list[app_commands.Choice[str]]:
    """Autocomplete blocked songs."""
    return await _suggest(press, typed, lambda lists: _names(lists.blocked))


async def suggest_blocked_artists(press: Press, typed: str) -> list[app_commands.Choice[str]]:
    """Autocomplete blocked artists."""
    return await _suggest(press, typed, lambda lists: {name[:100]: name for name in lists.artists})


async def _suggest(
    press: Press, typed: str, listed: Callable[[GuildLists], Mapping[str, str]]
) -> list[app_commands.Choice[str]]:
    """The choices with what was typed in their names, by what stands for them in the command."""
    if press.guild_id is None:
        return []
    named = listed(await press.client.services.guilds.moderation.lists(press.guild_id))
    return [
        app_commands.Choice(name=plain(name, LABEL_LIMIT), value=value)
        for value, name in named.items()
        if typed.casefold() in name.casefold()
    ][:_OFFERED]


def _names(songs: Iterable[KnownSong]) -> dict[str, str]:
    return {song.song_ref: f"{song.title} - {', '.join(song.artists)}" for song in songs}


class ModerationCommands(SongCog, name="Moderation"):
    """For moderators: what is never recommended here."""

    song_answers: ClassVar = {"block": answer_block}

    @commands.hybrid_group(case_insensitive=True, fallback="list", extras=MODERATION)  # type: ignore[arg-type]
    @moderators_only
    async def block(self, context: Context) -> None:
        """Shows what is never recommended in this server (moderators only)."""
        check_listed_name(context)
        lists = await context.bot.services.guilds.moderation.lists(guild_of_moderator(context))
        await context.reply(**_blocked(lists, 0, translator_of(context)))

    @block.command(name="song", usage="Bohemian Rhapsody", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.describe(song="A title, artist and title, or a Spotify link")
    @app_commands.autocomplete(song=suggest_songs)
    @moderators_only
    async def block_song(self, context: Context, *, song: str) -> None:
        """Never recommends a song in this server again (moderators only)."""
        await answer_block(context, song)

    @block.command(name="artist", usage="Queen", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.describe(artist="The artist's name")
    @moderators_only
    async def block_artist(self, context: Context, *, artist: str) -> None:
        """Never recommends an artist's songs in this server again (moderators only)."""
        service = context.bot.services.guilds.moderation
        found = await settled(
            context, service.block_artist(guild_of_moderator(context), context.author.id, artist)
        )
        await _tell(context, moderation.blocked_artist(*found, translator_of(context)))

    @commands.hybrid_group(case_insensitive=True, fallback="help", extras=MODERATION)  # type: ignore[arg-type]
    @moderators_only
    async def unblock(self, context: Context) -> None:
        """Takes a block away: `unblock song` or `unblock artist` (moderators only)."""
        check_listed_name(context)
        await context.send_help(context.command)

    @unblock.command(name="song", usage="Bohemian Rhapsody", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.describe(song="Its title")
    @app_commands.autocomplete(song=suggest_blocked)
    @moderators_only
    async def unblock_song(self, context: Context, *, song: str) -> None:
        """Lets a song be recommended here again (moderators only)."""
        await remove_named(context, song, "blocked")

    @unblock.command(name="artist", usage="Queen", extras=MODERATION)  # type: ignore[arg-type]
    @app_commands.describe(artist="The artist's name")
    @app_commands.autocomplete(artist=suggest_blocked_artists)
    @moderators_only
    async def unblock_artist(self, context: Context, *, artist: str) -> None:
        """Lets an artist be recommended here again (moderators only)."""
        service = context.bot.services.guilds.moderation
        name = await settled(
            context, service.unblock_artist(guild_of_moderator(context), context.author.id, artist)
        )
        await _tell(context, moderation.unblocked_artist(name, translator_of(context)))


def check_listed_name(context: Context) -> None:
    """Refuse a name directly after `block` or `unblock`: it may be a song or an artist.

    Raises:
        SamewaveError: there is one, or a misspelt subcommand.
    """
    group, name = context.command, left_over(context)
    if not name or not isinstance(group, commands.Group):
        return
    if nearest_subcommand(name.partition(" ")[0], group) is not None:
        check_subcommand(context)
    raise SamewaveError(
        "Did you mean `{prefix}{command} artist {name}` or `{prefix}{command} song {name}`?",
        command=group.qualified_name,
        name=name,
    )


def _blocked(lists: GuildLists, number: int, translate: Translator) -> dict[str, Any]:
    blocked: list[str | KnownSong] = [*lists.artists, *lists.blocked]
    page = page_of(blocked, number, moderation.PAGE)
    return {
        "embed": moderation.blocked_page(page, translate),
        "view": page_view(TurnBlocked, page, translate),
    }


async def _pin_or_block(source: Context | Press, query: str, kind: ListKind) -> None:
    adding = services_of(source).guilds.moderation.add(
        guild_of_moderator(source), asker_of(source), query, kind, await scope_of(source)
    )
    found = await settled(source, adding)
    if isinstance(found, Choice):
        await ask_which(source, found, "pin" if kind == "pinned" else "block")
    else:
        await _tell(source, moderation.pinned_or_blocked(*found, translator_of(source)))


async def _tell(source: Context | Press, sentence: str) -> None:
    await answer(source, embed=embeds.note(sentence))


async def setup(bot: Samewave) -> None:
    """Register the cog and its buttons."""
    bot.add_dynamic_items(TurnBlocked)
    await bot.add_cog(ModerationCommands())
