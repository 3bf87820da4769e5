"""The hot list: its pages, and what a refresh changed."""

from collections.abc import Sequence

import discord

from bot.domain.charts import ChartChanges, ChartEntry, ChartOrigin, Outcome, StoredChart
from bot.domain.guilds import GuildMarks, pinned_entry
from bot.i18n.marking import marked
from bot.i18n.translator import Wording
from bot.presentation.embeds import HOT, fitting, page_of
from bot.presentation.texts import TITLE_LIMIT, shown

PAGE = 10
CATALOGUE = "catalogue"
"""The source that is asked when all others fail."""
PIN, BLOCK = "📌", "🚫"
_LISTED = 5
_NO_MARKS = GuildMarks()
_OUTCOMES: dict[Outcome, str] = {
    "answered": marked("answered"),
    "not whole": marked("had only a part of its chart"),
    "unreachable": marked("could not be reached"),
}


def pages(stored: StoredChart) -> int:
    """How many pages the list fills."""
    return max(1, -(-len(stored.chart.entries) // PAGE))


def page_embed(
    stored: StoredChart, page: int, say: Wording, *, stale: bool, marks: GuildMarks = _NO_MARKS
) -> discord.Embed:
    """One page of the hot list, counted from 0, with what the server pinned and blocked."""
    chart = stored.chart
    entries = chart.entries[page * PAGE : (page + 1) * PAGE]
    embed = discord.Embed(
        title=shown(chart.title, TITLE_LIMIT),
        description=fitting([_line(entry, say) + _sign(entry, marks) for entry in entries]),
        colour=HOT,
    )
    listed = {entry.song_key for entry in chart.entries}
    beside = [pin for pin in map(pinned_entry, marks.pinned) if pin.song_key not in listed]
    if beside and page == 0:
        embed.add_field(
            name=say("Always hot here") + " " + PIN,
            value=_some([song_line(pin, say) for pin in beside], say),
            inline=False,
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


def origin_embed(origin: ChartOrigin, say: Wording, *, stale: bool) -> discord.Embed:
    """Where the list is from, when it was fetched, and what else was tried."""
    stored = origin.stored
    embed = discord.Embed(
        title=say("Where the hot list is from"),
        description=say(
            "{chart}, week of {day}: {songs}, fetched {when}.",
            chart=f"**{shown(stored.chart.title, 200)}**",
            day=say.day(stored.chart.week),
            songs=say.count("{number} song", "{number} songs", len(stored.chart.entries)),
            when=f"<t:{int(stored.fetched_at.timestamp())}:R>",
        ),
        colour=HOT,
    )
    if stale:
        embed.add_field(
            name=say("Over a week old"),
            value=say("A moderator can refresh it: `/hotlist refresh`."),
            inline=False,
        )
    if origin.tried_at is not None and origin.attempts:
        tried = [f"{source_name(one.source, say)}: {say(_OUTCOMES[one.outcome])}" for one in origin.attempts]
        when = f"<t:{int(origin.tried_at.timestamp())}:R>"
        embed.add_field(
            name=say("Asked in turn at the last refresh"), value="\n".join([when, *tried]), inline=False
        )
    embed.set_footer(
        text=say(
            "The list is shared by all servers; only whoever hosts me changes its sources. Pins are yours."
        )
    )
    return embed


def source_name(source: str, say: Wording) -> str:
    """A chart source as people call it."""
    return say("my catalogue's most popular songs") if source == CATALOGUE else shown(source, 60)


def song_line(entry: ChartEntry, say: Wording) -> str:
    """A hot song in one line."""
    return say("**{title}** by {artists}", title=shown(entry.title, 80), artists=shown(entry.artist, 60))


def _line(entry: ChartEntry, say: Wording) -> str:
    return f"`{entry.rank:>3}` {song_line(entry, say)}{_movement(entry, say)}"


def _sign(entry: ChartEntry, marks: GuildMarks) -> str:
    for sign, songs in ((PIN, marks.pinned), (BLOCK, marks.blocked)):
        if any(entry.is_song(song.title, song.artists) for song in songs):
            return f" {sign}"
    return ""


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
