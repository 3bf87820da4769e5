"""What the bot is, in one embed."""

import discord

from bot.domain.about import State
from bot.i18n.translator import Wording
from bot.presentation.embeds import WAVE
from bot.presentation.texts import shown

_SHARED = ("playlist@5", "subgenre@5", "genre@5")


def embed(state: State, version: str, servers: int, say: Wording) -> discord.Embed:
    """Version, servers, catalogue, model, hot list, quality."""
    shown_embed = discord.Embed(
        title="Samewave",
        description=say("I answer a song with another on the same wave."),
        colour=WAVE,
    )
    chart = state.chart
    hot = (
        say(
            "{chart}, week of {day}",
            chart=shown(chart.chart.title, 200),
            day=say.day(chart.chart.week),
        )
        if chart
        else say("none yet")
    )
    for name, value in (
        (say("Version"), version),
        (say("Servers"), say.number(servers)),
        (say("Catalogue"), say.count("{number} track", "{number} tracks", state.tracks)),
        (
            say("Model"),
            say.count(
                "{number} cluster, made on {day}",
                "{number} clusters, made on {day}",
                state.clusters,
                day=say.day(state.trained.date()),
            ),
        ),
        (say("Hot list"), hot),
        (say("Measured quality"), _quality(state, say)),
    ):
        shown_embed.add_field(
            name=name, value=value, inline=name not in (say("Measured quality"), say("Hot list"))
        )
    return shown_embed


def _quality(state: State, say: Wording) -> str:
    ours, random = state.quality.get("samewave_cluster", {}), state.quality.get("random", {})
    said = {
        "genre@5": say("share the song's genre"),
        "subgenre@5": say("share its sub-genre"),
        "playlist@5": say("stand in one playlist with it"),
    }
    lines = [
        say(
            "{share} of my picks {do} (a random song: {chance})",
            share=f"{ours[name]:.1%}",
            do=said[name],
            chance=f"{random[name]:.1%}",
        )
        for name in _SHARED
        if name in ours and name in random
    ]
    return "\n".join(lines) or say("not measured on this catalogue yet; `samewave evaluate` does it")
