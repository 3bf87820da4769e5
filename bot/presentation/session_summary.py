"""The summary of a listening session, its files and links."""

from collections.abc import Sequence
from io import BytesIO

import discord

from bot.domain.playlists import as_csv, as_m3u8
from bot.domain.session_summaries import Contribution, Summary, contributions, most_liked
from bot.domain.tracks import Track
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE, fitting
from bot.presentation.playlists import links_text
from bot.presentation.sessions import PEOPLE_SHOWN, Who, linked
from bot.presentation.texts import FIELD_LIMIT

MAP = "way.png"
LINKS = 25
"""What one message holds."""


def summary(found: Summary, who: Who, translate: Translator) -> discord.Embed:
    """The summary of a session."""
    session = found.session
    seconds = (session.ended_at or session.touched_at) - session.began_at
    embed = discord.Embed(
        title=translate("The session is over"),
        description=translate.plural(
            "{number} song in {minutes} min.",
            "{number} songs in {minutes} min.",
            len(session.songs),
            minutes=max(1, round(seconds / 60)),
        ),
        colour=WAVE,
    )
    if liked := most_liked(session):
        lines = [f"{linked(played.song, translate, 80)} · 👍 {likes}" for played, likes in liked]
        embed.add_field(name=translate("Most liked"), value="\n".join(lines), inline=False)
    if people := contributions(session)[:PEOPLE_SHOWN]:
        lines = [_contribution(one, who, translate) for one in people]
        embed.add_field(name=translate("Who brought what"), value=fitting(lines)[:FIELD_LIMIT], inline=False)
    if found.picture is not None:
        embed.set_image(url=f"attachment://{MAP}")
    embed.set_footer(
        text=translate("The links, pasted into a playlist in Spotify's desktop app, become its songs.")
    )
    return embed


def files(found: Summary, translate: Translator) -> list[discord.File]:
    """The session as M3U8 and CSV files, and its picture."""
    named = {
        "session.m3u8": as_m3u8(translate("Listening together"), found.tracks).encode(),
        "session.csv": as_csv(found.tracks).encode("utf-8-sig"),
        **({} if found.picture is None else {MAP: found.picture}),
    }
    return [discord.File(BytesIO(data), name) for name, data in named.items()]


def links(tracks: Sequence[Track], translate: Translator) -> list[str]:
    """The links to paste into Spotify, as messages."""
    return [links_text(tracks[at : at + LINKS], translate) for at in range(0, len(tracks), LINKS)]


def _contribution(one: Contribution, who: Who, translate: Translator) -> str:
    parts = [translate.plural("{number} song", "{number} songs", one.songs)]
    if one.requested:
        parts.append(translate("{number} asked for", number=one.requested))
    if one.likes:
        parts.append(f"👍 {one.likes}")
    return f"{who(one.user)} · " + " · ".join(parts)
