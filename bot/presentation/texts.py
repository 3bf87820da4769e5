"""Sanitises foreign text within Discord's limits."""

import re
import unicodedata
from collections.abc import Sequence

import discord

TITLE_LIMIT = 256
DESCRIPTION_LIMIT = 4_096
FIELD_LIMIT = 1_024
LABEL_LIMIT = 100
_MOST_MARKS = 3
"""The most consecutive combining marks in real scripts; more would draw over other lines."""
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_TAME = re.compile(r"(?!-)(?:[^\W_]|[ ,.;!?“”’'()&·-])*")
"""Text without anything that Discord could take for Markdown or a mention: nearly every line."""
_JOINERS = "\u200c\u200d"


def plain(text: str, limit: int) -> str:
    """One line without control characters, stacked marks or text-direction tricks, cut with an ellipsis.

    For labels and options, where Discord renders no Markdown.
    """
    line = " ".join(text.split())
    if (line.isascii() and line.isprintable()) or _TAME.fullmatch(line):
        return _cut(line, limit) or "—"
    characters: list[str] = []
    marks = 0
    for character in line:
        category = unicodedata.category(character)
        if category in _INVISIBLE and character not in _JOINERS:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            characters.append(character)
    line = " ".join("".join(characters).split())  # removed characters may leave two spaces
    return _cut(line, limit) or "—"


def shown(text: str, limit: int) -> str:
    """Like `plain`, with Markdown and mentions escaped, for embeds and messages."""
    line = plain(text, limit)
    if _TAME.fullmatch(line):
        return line
    allowed = limit
    while True:
        safe = discord.utils.escape_mentions(discord.utils.escape_markdown(plain(text, allowed)))
        if len(safe) <= limit:
            return safe
        allowed = max(1, allowed - (len(safe) - limit + 1) // 2 - 1)


def names(artists: Sequence[str], limit: int) -> str:
    """Artists in one line, escaped."""
    return shown(", ".join(artists), limit)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1].rstrip() + "…"
