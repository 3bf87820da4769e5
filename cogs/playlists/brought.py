"""Song lists given to a command: a file, pasted lines, several links, a playlist's link."""

import asyncio

import discord
from discord.ext import commands

from bot.domain.errors import BadMix
from bot.domain.links import spotify_reference
from bot.domain.song_lists import MOST_BYTES, KnownList, SongList, is_song_list, read_song_list
from bot.i18n.translator import translator_of
from bot.services.scope import Scope
from cogs.replies import Context, Press, services_of

_NAME = 60
_NO_LISTS = ("image/", "audio/", "video/")


async def brought_list(
    source: Context | Press, text: str, scope: Scope, file: discord.Attachment | None = None
) -> KnownList | None:
    """The known songs of a list; None if the command has no list.

    Args:
        text: what was typed. file: comes before it; a text command's own attachment is found without.

    Raises:
        BadMix: there are no songs in it, none is known, the file is too large, or the link cannot be read.
    """
    listed = await _listed(source, text, scope, file or _attached(source))
    return None if listed is None else await services_of(source).playlists.lists.known(listed, scope)


async def _listed(
    source: Context | Press, text: str, scope: Scope, file: discord.Attachment | None
) -> SongList | None:
    if file is not None:
        if file.size > MOST_BYTES:
            raise BadMix("That file is too large; a list of songs has at most {megabytes} MB.", megabytes=2)
        name = file.filename.rpartition(".")[0] or file.filename
        return SongList(name[:_NAME], await asyncio.to_thread(read_song_list, await file.read()))
    if (reference := spotify_reference(text)) is not None and reference[0] == "playlist":
        listed = await services_of(source).playlists.lists.of_link(reference[1], scope)
        return SongList(listed.name[:_NAME] or translator_of(source)("your songs"), listed.songs)
    if is_song_list(text):
        return SongList(translator_of(source)("your songs"), read_song_list(text.encode()))
    return None


def _attached(source: Context | Press) -> discord.Attachment | None:
    """The first file of a message that may be a list."""
    attachments = source.message.attachments if isinstance(source, commands.Context) else []
    return next(
        (file for file in attachments if not (file.content_type or "").startswith(_NO_LISTS)),
        None,
    )
