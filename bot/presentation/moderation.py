"""What moderators pinned and blocked."""

from collections.abc import Sequence

import discord

from bot.domain.guilds import GuildMarks, Mark
from bot.domain.taste import KnownSong
from bot.i18n.translator import Wording
from bot.presentation.embeds import WAVE, fitting, page_of
from bot.presentation.texts import names, shown

PAGE = 15


def marked_song(song: KnownSong, mark: Mark, before: Mark | None, say: Wording) -> str:
    """What came of pinning or blocking a song."""
    name = song_line(song, say)
    if mark == before:
        return (
            say("{song} was pinned here already.", song=name)
            if mark == "pinned"
            else say("{song} was blocked here already.", song=name)
        )
    if mark == "pinned":
        done = say("📌 {song} is always hot here.", song=name)
        return f"{done} {say('It is no longer blocked.')}" if before else done
    done = say("🚫 {song} is never recommended here.", song=name)
    return f"{done} {say('It is no longer pinned.')}" if before else done


def unmarked_song(song: KnownSong, mark: Mark, say: Wording) -> str:
    """A mark was taken away."""
    name = song_line(song, say)
    if mark == "pinned":
        return say("{song} is no longer pinned here.", song=name)
    return say("{song} may be recommended here again.", song=name)


def blocked_artist(name: str, new: bool, tracks: int, say: Wording) -> str:
    """What came of blocking an artist."""
    artist = f"**{shown(name, 200)}**"
    if not new:
        return say("{artist} was blocked here already.", artist=artist)
    if not tracks:
        return say(
            "🚫 {artist} is never recommended here; I know no song by that name yet, so check the spelling.",
            artist=artist,
        )
    known = say.count("{number} track", "{number} tracks", tracks)
    return say("🚫 {artist} is never recommended here ({tracks}).", artist=artist, tracks=known)


def unblocked_artist(name: str, say: Wording) -> str:
    """The block of an artist was taken away."""
    return say("{artist} may be recommended here again.", artist=f"**{shown(name, 200)}**")


def pages(marks: GuildMarks) -> int:
    """How many pages the list of blocks fills."""
    return max(1, -(-(len(marks.artists) + len(marks.blocked)) // PAGE))


def blocked_page(marks: GuildMarks, page: int, say: Wording) -> discord.Embed:
    """One page of what is never recommended here; artists first."""
    lines: Sequence[str] = [
        *(say("every song by {artist}", artist=f"**{shown(name, 120)}**") for name in marks.artists),
        *(song_line(song, say) for song in marks.blocked),
    ][page * PAGE : (page + 1) * PAGE]
    embed = discord.Embed(
        title=say("Never recommended here"),
        description=fitting(lines) or say("Nothing is blocked here."),
        colour=WAVE,
    )
    embed.set_footer(text=page_of(page, pages(marks), say))
    return embed


def song_line(song: KnownSong, say: Wording) -> str:
    """A song in one line."""
    return say("**{title}** by {artists}", title=shown(song.title, 120), artists=names(song.artists, 80))
