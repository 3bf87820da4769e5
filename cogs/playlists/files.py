"""The files under a playlist."""

from io import BytesIO

import discord

from bot.domain.playlists import Playlist
from bot.i18n.translator import Translator
from bot.presentation import playlists


def files_of(playlist: Playlist, translate: Translator) -> list[discord.File]:
    """The playlist in the formats of other programs."""
    return [discord.File(BytesIO(data), name) for name, data in playlists.files(playlist, translate)]
