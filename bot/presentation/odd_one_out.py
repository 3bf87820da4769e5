"""The odd one out: the question, and what came out."""

from collections.abc import Sequence

import discord

from bot.domain.odd_one_out import Result
from bot.domain.tracks import Track
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE, linked

_NAME = 70
_BAR = 10
LETTERS = "ABC"


def question(songs: Sequence[Track], translate: Translator) -> discord.Embed:
    """Three songs; each person has one vote until the answer is shown."""
    lines = [
        f"**{letter}** {linked(song, translate, _NAME)}" for letter, song in zip(LETTERS, songs, strict=True)
    ]
    embed = discord.Embed(
        title=translate("Which one does not belong?"), description="\n".join(lines), colour=WAVE
    )
    return embed.set_footer(
        text=translate("Two of them are on the same wave. One vote each; it can be changed.")
    )


def result(found: Result, translate: Translator) -> discord.Embed:
    """The votes, what the model finds, and who gets the point."""
    most = max(found.votes) or 1
    lines = [
        f"**{letter}** {linked(song, translate, _NAME)}\n`{'█' * round(_BAR * votes / most):<{_BAR}}` {votes}"
        for letter, song, votes in zip(LETTERS, found.songs, found.votes, strict=True)
    ]
    own = translate("I would say {letter}.", letter=LETTERS[found.own])
    if found.shared:
        sounds = translate.listing([translate(word) for word in found.shared])
        own += " " + translate("The two others are both {sounds}.", sounds=sounds)
    lines.append(own)
    if found.winners:
        people = ", ".join(f"<@{person}>" for person in found.winners[:20])
        lines.append(translate("A point for {people}.", people=people))
    return discord.Embed(title=translate("The odd one out"), description="\n".join(lines), colour=WAVE)
