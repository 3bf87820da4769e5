"""The hot list: its pages, and what a refresh changed."""

from collections.abc import Sequence

import discord

from bot.domain.charts import ChartChanges, ChartEntry, StoredChart
from bot.presentation.embeds import HOT, fitting, page_of
from bot.presentation.texts import TITLE_LIMIT, shown
from bot.presentation.wording import Wording

PAGE = 10
_LISTED = 5


def pages(stored: StoredChart) -> int:
    """How many pages the list fills."""
    return max(1, -(-len(stored.chart.entries) // PAGE))


def page_embed(stored: StoredChart, page: int, say: Wording, *, stale: bool) -> discord.Embed:
    """One page of the hot list, counted from 0."""
    chart = stored.chart
    entries = chart.entries[page * PAGE : (page + 1) * PAGE]
    embed = discord.Embed(
        title=shown(chart.title, TITLE_LIMIT),
        description=fitting([_line(entry, say) for entry in entries]),
        colour=HOT,
    )
    about = [say("Week of {day}", day=say.day(chart.week)), page_of(page, pages(stored), say)]
    if stale:
        about.append(say("over a week old; a moderator can refresh it"))
    embed.set_footer(text=" · ".join(about))
    return embed


def changes_embed(changes: ChartChanges, say: Wording) -> discord.Embed:
    """What a refresh changed."""
    chart = changes.after
    embed = discord.Embed(
        title=say("The hot list is fresh"),
        description=say("{chart}, week of {day}", chart=shown(chart.title, 200), day=say.day(chart.week)),
        colour=HOT,
    )
    if changes.before is None:
        embed.add_field(
            name=say("First list"),
            value=say.count("{number} song", "{number} songs", len(chart.entries)),
            inline=False,
        )
        return embed
    if changes.nothing:
        embed.add_field(name=say("No change"), value=say("It is the same list as before."), inline=False)
        return embed
    climbed = [f"{song_line(e, say)} ▲{places} → {e.rank}" for e, places in changes.climbers]
    for heading, lines in (
        (say("New entries"), [f"{entry.rank}. {song_line(entry, say)}" for entry in changes.fresh]),
        (say("Climbers"), climbed),
        (say("Dropped out"), [song_line(entry, say) for entry in changes.gone]),
    ):
        embed.add_field(name=f"{heading} ({len(lines)})", value=_some(lines, say), inline=False)
    return embed


def song_line(entry: ChartEntry, say: Wording) -> str:
    """A hot song in one line."""
    return say("**{title}** by {artists}", title=shown(entry.title, 80), artists=shown(entry.artist, 60))


def _line(entry: ChartEntry, say: Wording) -> str:
    return f"`{entry.rank:>3}` {song_line(entry, say)}{_movement(entry, say)}"


def _movement(entry: ChartEntry, say: Wording) -> str:
    if entry.weeks == 1:
        return " · " + say("new")
    if entry.last_week is None:
        return ""
    climbed = entry.last_week - entry.rank
    return f" · ▲{climbed}" if climbed > 0 else f" · ▼{-climbed}" if climbed < 0 else " · ="


def _some(lines: Sequence[str], say: Wording) -> str:
    if not lines:
        return say("none")
    left = len(lines) - _LISTED
    more = "\n" + say.count("… and {number} more", "… and {number} more", left) if left > 0 else ""
    return "\n".join(lines[:_LISTED]) + more
