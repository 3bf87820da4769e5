"""The options of `!session start` in any order, as chatters write them: `auto`, `fair auto`, `hot lounge`."""

from typing import Any, Self, get_args

import discord
from discord.ext import commands
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.errors import SamewaveError
from bot.domain.sessions import Mode

_AUTO = {
    **dict.fromkeys(("auto", "automatic", "yes", "true", "on", "ja", "an"), "yes"),
    **dict.fromkeys(("manual", "no", "false", "off", "nein", "aus"), "no"),
}
_NAMES = ("mode", "auto", "voice")
_ALIKE = 0.7
"""Similarity (0 to 1) from which a word is taken for a misspelt mode."""


class StartOptions(commands.FlagConverter, case_insensitive=True):
    """How a session begins; options of the slash command."""

    mode: Mode = commands.flag(
        default="fair",
        description="How songs come: fair turns, a blend of all, hot songs, a journey between your songs",
    )
    auto: bool = commands.flag(
        default=False, description="Whether it moves on by itself at the end of a song"
    )
    voice: discord.VoiceChannel = commands.flag(
        default=None, description="A voice channel whose people take part"
    )

    @classmethod
    async def convert(cls, ctx: commands.Context[Any], argument: str) -> Self:
        """Read words in any order; what is neither a mode nor `auto` is the voice channel.

        Raises:
            SamewaveError: a mode is misspelt. ChannelNotFound: there is no such channel.
        """
        found, rest = {}, []
        for typed in argument.split():
            name, colon, value = typed.partition(":")
            word = value if colon and name.casefold() in _NAMES else typed
            if word.casefold() in get_args(Mode):
                found["mode"] = word.casefold()
            elif word.casefold() in _AUTO:
                # `auto: no` says it twice: the last word counts.
                found["auto"] = _AUTO[word.casefold()]
            elif word:
                rest.append(word)
        if len(rest) == 1 and (mode := _meant(rest[0])) is not None:
            raise SamewaveError(
                "Did you mean `{prefix}{command}`?",
                command=" ".join(["session start", mode, *(["auto"] if found.get("auto") == "yes" else [])]),
            )
        if rest:
            channel = await commands.VoiceChannelConverter().convert(ctx, " ".join(rest))
            found["voice"] = str(channel.id)
        return await super().convert(ctx, " ".join(f"{name}: {value}" for name, value in found.items()))


def _meant(word: str) -> str | None:
    nearest = process.extractOne(
        word.casefold(),
        get_args(Mode),
        scorer=DamerauLevenshtein.normalized_similarity,
        score_cutoff=_ALIKE,
    )
    return None if nearest is None else nearest[0]
