"""The song that a message is about: a link, a title, a "now playing" embed, in a forwarded message too."""

import re
from collections.abc import Iterable, Iterator

import discord

from bot.domain.errors import BadQuery
from bot.domain.links import spotify_reference

_LONGEST_TITLE = 120
"""A longer line is no title."""
_MASKED_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_LINK = re.compile(r"<?https?://\S+>?")
_DECORATION = re.compile(r"<a?:\w+:\d+>|<@!?\d+>|[*`~|]+|__+")
_DURATION = re.compile(r"[\[(`]*\b\d{1,2}:\d{2}(?::\d{2})?\b[\])`]*")
_LIST_NUMBER = re.compile(r"^[^\w(\"'¿¡$]*(?:\d{1,3}[.)]\s+)?")
_HEADING = re.compile(
    r"(?:now |currently |started )?(?:playing|listening to|added to (?:the )?queue|queued|track|song|title"
    r"|läuft gerade|es läuft)\b\s*:?",
    re.IGNORECASE,
)


def song_in(message: discord.Message, prefix: str) -> str:
    """The Spotify link in a message; else its title: its own text, what it forwards, its embeds.

    Raises:
        BadQuery: there is neither.
    """
    texts = list(_texts_of(message))
    for text in texts:
        if (reference := spotify_reference(text)) and reference[0] == "track":
            return f"spotify:track:{reference[1]}"
    for text in texts:
        if title := _title_in(_asked_for(text, prefix)):
            return title
    raise BadQuery("I see no Spotify link and no title in that message; try it on one that names a song.")


async def replied_to(message: discord.Message) -> discord.Message | None:
    """The message that a message replies to; None where it does not, or that one is gone."""
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    try:
        return await message.channel.fetch_message(reference.message_id)
    except discord.HTTPException:
        return None


def _asked_for(text: str, prefix: str) -> str:
    """What a command asks for, without the command."""
    return text[len(prefix) :].partition(" ")[2] if text.startswith(prefix) else text


def _texts_of(message: discord.Message) -> Iterator[str]:
    yield message.content.strip()
    for snapshot in message.message_snapshots:
        yield snapshot.content.strip()
        yield from _texts_in(snapshot.embeds)
    yield from _texts_in(message.embeds)


def _texts_in(embeds: Iterable[discord.Embed]) -> Iterator[str]:
    for embed in embeds:
        parts = (embed.url, embed.title, embed.description, embed.author.name)
        yield from (part for part in parts if part)
        yield from (field.value for field in embed.fields if field.value)


def _title_in(text: str) -> str | None:
    """The first line that may be a title, without links, Markdown and headings such as "Now playing"."""
    lines = [_bare(line) for line in text.splitlines()]
    named = [line for line in lines if line]
    if not named or len(named[0]) > _LONGEST_TITLE:
        return None
    if len(named) > 1 and not _names_songs(text, named):
        return None
    return named[0]


def _names_songs(text: str, lines: list[str]) -> bool:
    """Whether several lines are a heading with a song, or a list of songs, and not talk."""
    return bool(_HEADING.match(text.strip("*_# "))) or all(" - " in line or " – " in line for line in lines)


def _bare(line: str) -> str:
    line = _LINK.sub("", _MASKED_LINK.sub(r"\1", line))
    line = _DECORATION.sub("", _DURATION.sub("", line)).strip()
    line = _LIST_NUMBER.sub("", line).strip()
    if heading := _HEADING.match(line):
        line = line[heading.end() :].strip(" :-–")
    return line if any(map(str.isalnum, line)) else ""
