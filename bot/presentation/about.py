"""The embed of `!about`."""

import discord

from bot.domain.about import State
from bot.domain.shards import UNSHARDED, Shards
from bot.i18n.translator import Translator
from bot.presentation.charts import chart_name
from bot.presentation.embeds import WAVE
from bot.presentation.texts import shown


def embed(
    state: State, version: str, servers: int, translate: Translator, *, shards: Shards = UNSHARDED
) -> discord.Embed:
    """Version, servers, catalogue, model, hot list, quality."""
    shown_embed = discord.Embed(
        title="Samewave",
        description=translate("I answer a song with another on the same wave."),
        colour=WAVE,
    )
    # One process counts its own servers only.
    counted = translate("Servers") if shards.all else translate("Servers (shards {shards})", shards=shards)
    model = translate.plural(
        "{number} cluster, made on {day}",
        "{number} clusters, made on {day}",
        state.clusters,
        day=translate.day(state.trained.date()),
    )
    hot = chart_name(state.chart.chart, translate) if state.chart else translate("none yet")
    for name, value, inline in (
        (translate("Version"), version, True),
        (counted, translate.number(servers), True),
        (translate("Catalogue"), translate.plural("{number} track", "{number} tracks", state.tracks), True),
        (translate("Model"), model, True),
        (translate("Hot list"), hot, False),
        (translate("Licences of the catalogue"), _licences(state, translate), False),
        (translate("Measured quality"), _quality(state, translate), False),
    ):
        if value:
            shown_embed.add_field(name=name, value=value, inline=inline)
    return shown_embed


def _licences(state: State, translate: Translator) -> str:
    lines = [
        translate("{name}: {value}", name=shown(name, 60), value=shown(licence, 150))
        for name, licence in state.tables
        if licence
    ]
    return "\n".join(lines[:5])


def _quality(state: State, translate: Translator) -> str:
    # Older measurements lack this row.
    served = "samewave_served" if "samewave_served" in state.quality else "samewave_cluster"
    ours, random = state.quality.get(served, {}), state.quality.get("random", {})
    verbs = {
        "playlist@5": translate("stand in one playlist with it"),
        "subgenre@5": translate("share its sub-genre"),
        "genre@5": translate("share the song's genre"),
    }
    lines = [
        translate(
            "{share} of my picks {do} (a random song: {chance})",
            share=translate.percent(ours[name], 1),
            do=verb,
            chance=translate.percent(random[name], 1),
        )
        for name, verb in verbs.items()
        if name in ours and name in random
    ]
    if served in state.unseen:
        lines.append(
            translate(
                "{share} on playlists that I never saw (a random song: {chance})",
                share=translate.percent(state.unseen[served]["playlist@5"], 1),
                chance=translate.percent(state.unseen["random"]["playlist@5"], 1),
            )
        )
    if lines and not state.measured_here:
        lines.append(
            translate("measured on the catalogue that ships with me; `samewave evaluate` measures this one")
        )
    return "\n".join(lines)
