"""Directions in words, and how two songs compare as small bars."""

from collections.abc import Mapping, Sequence

import discord

from bot.domain.steering import Direction, Steering
from bot.domain.views import Likeness
from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.presentation.texts import plain
from ml.features import FEATURE_NAMES, FEATURE_WORDS

DIRECTIONS: Mapping[Direction, str] = {
    "calmer": marked("calmer"),
    "energy": marked("more energy"),
    "happier": marked("happier"),
    "sadder": marked("sadder"),
    "older": marked("older"),
    "newer": marked("newer"),
    "less famous": marked("less famous"),
    "language": marked("other language"),
}
_BAR = 10
_FULL, _EMPTY = "▰", "▱"


def directions_text(steering: Steering, translate: Translator) -> str:
    """The directions in words."""
    return ", ".join(translate(DIRECTIONS[direction]) for direction in steering.directions)


def steered(steering: Steering, translate: Translator) -> str:
    """A small line on the directions of a steered answer; empty where it was not steered."""
    if not steering.directions:
        return ""
    line = f"-# {translate('Steered: {directions}', directions=directions_text(steering, translate))}"
    if "language" in steering.directions:
        line += f" · {translate('the language is a guess by genre and title')}"
    return line


def comparison(seed: str, pick: str, found: Likeness, translate: Translator) -> discord.Embed:
    """What two songs have most in common and what tells them apart.

    Args:
        seed, pick: their names, unescaped.
    """

    def lines(feature: str) -> str:
        return "\n".join(
            f"`{bar(z[FEATURE_NAMES.index(feature)])}` {translate(word)}"
            for z, word in ((found.first, marked("yours")), (found.second, marked("this one")))
        )

    embed = discord.Embed(title=translate("Why this?"))
    for feature in found.alike:
        name = translate("Alike: {feature}", feature=_named(feature, (found.first, found.second), translate))
        embed.add_field(name=name, value=lines(feature), inline=False)
    name = translate("Apart: {feature}", feature=translate(found.apart))
    embed.add_field(name=name, value=lines(found.apart), inline=False)
    about = translate("yours: {song}", song=seed) + "\n" + translate("this one: {song}", song=pick)
    usual = translate("half a bar is usual in my catalogue")
    embed.set_footer(text=plain(f"{about} · {usual}", 600))
    return embed


def bar(z: float) -> str:
    """A z-score as ten small boxes; five are the catalogue's mean, two are a standard deviation."""
    full = min(max(round(_BAR / 2 + 2 * z), 0), _BAR)
    return _FULL * full + _EMPTY * (_BAR - full)


def _named(feature: str, songs: Sequence[Sequence[float]], translate: Translator) -> str:
    """The feature, with the word for its value where both songs stand out in it."""
    values = [z[FEATURE_NAMES.index(feature)] for z in songs]
    name = translate(feature)
    if min(values) > 0.5 or max(values) < -0.5:
        return f"{name} ({translate(FEATURE_WORDS[feature][values[0] > 0])})"
    return name
