"""What moderators pinned and blocked."""

from collections.abc import Sequence

import discord

from bot.domain.guilds import GuildMarks, Mark
from bot.domain.taste import KnownSong
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE, fitting, page_of
from bot.presentation.texts import names, shown

PAGE = 15


def marked_song(song: KnownSong, mark: Mark, before: Mark | None, translate: Translator) -> str:
    """What came of pinning or blocking a song."""
    name = song_line(song, translate)
    if mark == before:
        return (
            translate("{song} was pinned here already.", song=name)
            if mark == "pinned"
            else translate("{song} was blocked here already.", song=name)
        )
    if mark == "pinned":
        done = translate("📌 {song} is always hot here.", song=name)
        return f"{done} {translate('It is no longer blocked.')}" if before else done
    done = translate("🚫 {song} is never recommended here.", song=name)
    return f"{done} {translate('It is no longer pinned.')}" if before else done


def unmarked_song(song: KnownSong, mark: Mark, translate: Translator) -> str:
    """A mark was taken away."""
    name = song_line(song, translate)
    if mark == "pinned":
        return translate("{song} is no longer pinned here.", song=name)
    return translate("{song} may be recommended here again.", song=name)


def blocked_artist(name: str, new: bool, tracks: int, translate: Translator) -> str:
    """What came of blocking an artist."""
    artist = f"**{shown(name, 200)}**"
    if not new:
        return translate("{artist} was blocked here already.", artist=artist)
    if not tracks:
        return translate(
            "🚫 {artist} is never recommended here; I know no song by that name yet, so check the spelling.",
            artist=artist,
        )
    known = translate.plural("{number} track", "{number} tracks", tracks)
    return translate("🚫 {artist} is never recommended here ({tracks}).", artist=artist, tracks=known)


def unblocked_artist(name: str, translate: Translator) -> str:
    """The block of an artist was taken away."""
    return translate("{artist} may be recommended here again.", artist=f"**{shown(name, 200)}**")


def pages(marks: GuildMarks) -> int:
    """How many pages the list of blocks fills."""
    return max(1, -(-(len(marks.artists) + len(marks.blocked)) // PAGE))


def blocked_page(marks: GuildMarks, page: int, translate: Translator) -> discord.Embed:
    """One page of what is never recommended here; artists first."""
    lines: Sequence[str] = [
        *(translate("every song by {artist}", artist=f"**{shown(name, 120)}**") for name in marks.artists),
        *(song_line(song, translate) for song in marks.blocked),
    ][page * PAGE : (page + 1) * PAGE]
    embed = discord.Embed(
        title=translate("Never recommended here"),
        description=fitting(lines) or translate("Nothing is blocked here."),
        colour=WAVE,
    )
    embed.set_footer(text=page_of(page, pages(marks), translate))
    return embed


def song_line(song: KnownSong, translate: Translator) -> str:
    """A song in one line."""
    return translate(
        "**{title}** by {artists}", title=shown(song.title, 120), artists=names(song.artists, 80)
    )
