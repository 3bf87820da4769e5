"""The embed of `!about`."""

import discord

from bot.domain.about import State
from bot.domain.shards import UNSHARDED, Shards
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE
from bot.presentation.texts import shown

_SHARED = ("playlist@5", "subgenre@5", "genre@5")


def embed(
    state: State, version: str, servers: int, translate: Translator, *, shards: Shards = UNSHARDED
) -> discord.Embed:
    """Version, servers, catalogue, model, hot list, quality."""
    shown_embed = discord.Embed(
        title="Samewave",
        description=translate("I answer a song with another on the same wave."),
        colour=WAVE,
    )
    chart = state.chart
    hot = (
        translate(
            "{chart}, week of {day}",
            chart=shown(translate(chart.chart.title), 200),
            day=translate.day(chart.chart.week),
        )
        if chart
        else translate("none yet")
    )
    wide = (translate("Measured quality"), translate("Hot list"), translate("Licences of the catalogue"))
    for name, value in (
        (translate("Version"), version),
        (_servers_name(shards, translate), translate.number(servers)),
        (translate("Catalogue"), translate.plural("{number} track", "{number} tracks", state.tracks)),
        (
            translate("Model"),
            translate.plural(
                "{number} cluster, made on {day}",
                "{number} clusters, made on {day}",
                state.clusters,
                day=translate.day(state.trained.date()),
            ),
        ),
        (translate("Hot list"), hot),
        (translate("Licences of the catalogue"), _licences(state, translate)),
        (translate("Measured quality"), _quality(state, translate)),
    ):
        if value:
            shown_embed.add_field(name=name, value=value, inline=name not in wide)
    return shown_embed


def _servers_name(shards: Shards, translate: Translator) -> str:
    """One process counts its own servers only."""
    return translate("Servers") if shards.all else translate("Servers (shards {shards})", shards=shards)


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
        "genre@5": translate("share the song's genre"),
        "subgenre@5": translate("share its sub-genre"),
        "playlist@5": translate("stand in one playlist with it"),
    }
    lines = [
        translate(
            "{share} of my picks {do} (a random song: {chance})",
            share=translate.percent(ours[name], 1),
            do=verbs[name],
            chance=translate.percent(random[name], 1),
        )
        for name in _SHARED
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
