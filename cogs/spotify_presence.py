"""What somebody is listening to on Spotify: shown by Discord where the operator switched presences on."""

import discord

from bot.domain.errors import SamewaveError
from cogs.replies import Context


def listened_to(context: Context) -> str:
    """The Spotify link of the song that the asker is listening to.

    Raises:
        SamewaveError: they are not, or their presence is not visible.
    """
    if not context.bot.intents.presences:
        raise SamewaveError("Tell me a song, for example: `{prefix}recommend Bohemian Rhapsody`.")
    link = spotify_link(context.author)
    if link is None:
        raise SamewaveError(
            "I do not see you listening on Spotify; tell me a song, for example: "
            "`{prefix}recommend Bohemian Rhapsody`."
        )
    return link


def spotify_link(person: discord.User | discord.Member) -> str | None:
    """The link of the song that a member is listening to, or None."""
    member = person.guild.get_member(person.id) if isinstance(person, discord.Member) else None
    playing = (one for one in member.activities if isinstance(one, discord.Spotify)) if member else ()
    return next((one.track_url for one in playing), None)
