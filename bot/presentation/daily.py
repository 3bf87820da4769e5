"""Daily posts, and the list of plans."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import discord
from discord.utils import format_dt

from bot.domain.charts import ChartChanges
from bot.domain.daily import DailyKind, DailyPlan, Fault
from bot.domain.pagination import page_of
from bot.domain.playlists import Playlist
from bot.domain.recommendations import Recommendation
from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.presentation import charts, embeds, playlists
from bot.presentation.embeds import WAVE
from bot.presentation.texts import TITLE_LIMIT, shown

KINDS: Mapping[DailyKind, str] = {
    "song": marked("Song of the day"),
    "mix": marked("Mix of the week"),
    "hotlist": marked("Changes of the hot list"),
}
_FAULTS: Mapping[Fault, str] = {
    "forbidden": marked("The last one could not be posted: I may not write or embed links there."),
    "gone": marked("The last one could not be posted: that channel is gone, or I cannot see it."),
    "no likes": marked("The last one was left out: it is based on 👍, which nobody here has pressed yet."),
    "failed": marked("The last one could not be posted; my host's log tells why."),
}
WEEKDAYS = (
    marked("Monday"),
    marked("Tuesday"),
    marked("Wednesday"),
    marked("Thursday"),
    marked("Friday"),
    marked("Saturday"),
    marked("Sunday"),
)


def plans(found: Sequence[DailyPlan], now: datetime, prefix: str, translate: Translator) -> discord.Embed:
    """The plans of a server, and why the last post failed."""
    embed = discord.Embed(title=translate("Every day"), colour=WAVE)
    if not found:
        embed.description = translate(
            "Nothing is posted here daily. For example: `{prefix}daily on song #music 8 Europe/Berlin`.",
            prefix=prefix,
        )
        return embed
    for plan in found:
        lines = [begun(plan, plan.next_at(now), translate)]
        if plan.fault is not None:
            lines.append(f"⚠️ {translate(_FAULTS[plan.fault])}")
        embed.add_field(name=translate(KINDS[plan.kind]), value="\n".join(lines), inline=False)
    embed.set_footer(text=translate("{prefix}daily off and the name ends it", prefix=prefix))
    return embed


def begun(plan: DailyPlan, next_at: datetime, translate: Translator) -> str:
    """When and where a plan posts."""
    when = (
        translate("every day at {hour}:00", hour=plan.hour)
        if plan.weekday is None
        else translate("{weekday}s at {hour}:00", weekday=translate(WEEKDAYS[plan.weekday]), hour=plan.hour)
    )
    return translate(
        "{channel}, {when} ({zone}); next: {next}",
        channel=f"<#{plan.channel}>",
        when=when,
        zone=plan.zone,
        next=format_dt(next_at, "F"),
    )


def song(found: Recommendation, translate: Translator, *, liked: bool) -> discord.Embed:
    """The song of the day.

    Args:
        liked: whether its seed is a song that somebody in the server liked.
    """
    embed = embeds.recommendation(found, translate)
    embed.set_author(name="☀️ " + translate(KINDS["song"]))
    why = (
        translate("Near a song that was liked here.")
        if liked
        else translate("Near a well known song; press 👍 under what you like, and I go by that.")
    )
    embed.description = f"{embed.description or ''}\n-# {why}"
    return embed


def mix(made: Playlist, seeds: int, translate: Translator) -> discord.Embed:
    """The first page of the mix of the week.

    Args:
        seeds: the number of liked songs it is based on.
    """
    about = translate.plural(
        "Goes by {number} song that was liked here.", "Goes by {number} songs that were liked here.", seeds
    )
    embed = playlists.page_embed(made, page_of(made.songs, 0, playlists.PAGE), translate, [about])
    embed.title = shown("🎧 " + translate(KINDS["mix"]), TITLE_LIMIT)
    return embed


def hot_list(changes: ChartChanges, translate: Translator) -> discord.Embed:
    """What changed on the hot list."""
    embed = charts.changes_embed(changes, translate)
    embed.title = "🔥 " + translate(KINDS["hotlist"])
    return embed
