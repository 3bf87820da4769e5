"""The hot list: pages, changes after a refresh, and its source."""

from collections.abc import Sequence

import discord
from discord.utils import format_dt

from bot.domain.charts import (
    LAST_RESORT,
    Attempt,
    Chart,
    ChartChanges,
    ChartEntry,
    ChartOrigin,
    Outcome,
    StoredChart,
)
from bot.domain.guilds import GuildLists, pinned_entry
from bot.domain.pagination import Page
from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.presentation.embeds import HOT, fitting, place_of, some, with_fields
from bot.presentation.texts import TITLE_LIMIT, shown

PAGE = 10
PIN, BLOCK = "📌", "🚫"
_LISTED = 5
_NO_LISTS = GuildLists()
_OUTCOMES: dict[Outcome, str] = {
    "answered": marked("answered"),
    "not whole": marked("had only a part of its chart"),
    "unreachable": marked("could not be reached"),
}


def page_embed(
    stored: StoredChart,
    page: Page[ChartEntry],
    translate: Translator,
    *,
    stale: bool,
    lists: GuildLists = _NO_LISTS,
) -> discord.Embed:
    """One page of the hot list; the server's pinned and blocked songs are marked."""
    chart = stored.chart
    embed = discord.Embed(
        title=shown(translate(chart.title), TITLE_LIMIT),
        description=fitting([_line(entry, translate) + _sign(entry, lists) for entry in page.items]),
        colour=HOT,
    )
    listed = {entry.song_key for entry in chart.entries}
    beside = [pin for pin in map(pinned_entry, lists.pinned) if pin.song_key not in listed]
    if beside and page.number == 0:
        embed.add_field(
            name=translate("Always hot here") + " " + PIN,
            value=some([song_line(pin, translate) for pin in beside], _LISTED, translate),
            inline=False,
        )
    about = [translate("Week of {day}", day=translate.day(chart.week)), place_of(page, translate)]
    if stale:
        about.append(translate("over a week old; a moderator can refresh it"))
    embed.set_footer(text=" · ".join(about))
    return embed


def changes_embed(changes: ChartChanges, translate: Translator) -> discord.Embed:
    """The changes after a refresh."""
    chart = changes.after
    fields: list[tuple[str, str]] = []
    if refused := refused_lines(changes.attempts, translate):
        fields.append((translate("Not used"), some(refused, _LISTED, translate)))
    if changes.before is None:
        songs = translate.plural("{number} song", "{number} songs", len(chart.entries))
        fields.append((translate("First list"), songs))
    elif changes.nothing:
        fields.append((translate("No change"), translate("It is the same list as before.")))
    else:
        fresh = [f"{entry.rank}. {song_line(entry, translate)}" for entry in changes.fresh]
        climbed = [f"{song_line(e, translate)} ▲{places} → {e.rank}" for e, places in changes.climbers]
        gone = [song_line(entry, translate) for entry in changes.gone]
        for heading, lines in (
            (translate("New entries"), fresh),
            (translate("Climbers"), climbed),
            (translate("Dropped out"), gone),
        ):
            fields.append((f"{heading} ({len(lines)})", some(lines, _LISTED, translate)))
    embed = discord.Embed(
        title=translate("The hot list is fresh"), description=chart_name(chart, translate), colour=HOT
    )
    return with_fields(embed, fields)


def origin_embed(origin: ChartOrigin, translate: Translator, *, stale: bool) -> discord.Embed:
    """The source of the list, its fetch time, and the attempts of the last refresh."""
    stored = origin.stored
    embed = discord.Embed(
        title=translate("Where the hot list is from"),
        description=translate(
            "{chart}, week of {day}: {songs}, fetched {when}.",
            chart=f"**{shown(translate(stored.chart.title), 200)}**",
            day=translate.day(stored.chart.week),
            songs=translate.plural("{number} song", "{number} songs", len(stored.chart.entries)),
            when=format_dt(stored.fetched_at, "R"),
        ),
        colour=HOT,
    )
    if stale:
        embed.add_field(
            name=translate("Over a week old"),
            value=translate("A moderator can refresh it: `/hotlist refresh`."),
            inline=False,
        )
    if origin.tried_at is not None and origin.attempts:
        tried = [attempt_line(attempt, translate) for attempt in origin.attempts]
        when = format_dt(origin.tried_at, "R")
        embed.add_field(
            name=translate("Asked in turn at the last refresh"), value="\n".join([when, *tried]), inline=False
        )
    embed.set_footer(
        text=translate("The list is shared by all servers; only my host changes its sources. Pins are yours.")
    )
    return embed


def chart_name(chart: Chart, translate: Translator) -> str:
    """A chart's title and its week."""
    title = shown(translate(chart.title), 200)
    return translate("{chart}, week of {day}", chart=title, day=translate.day(chart.week))


def attempt_line(attempt: Attempt, translate: Translator) -> str:
    """The outcome for one source, such as `Billboard: 10 entries, not 100`."""
    if attempt.reason is not None:
        outcome = translate(attempt.reason.sentence, **attempt.reason.values)
    else:
        outcome = translate(_OUTCOMES[attempt.outcome])
    return translate("{name}: {value}", name=source_name(attempt.source, translate), value=outcome)


def refused_lines(attempts: Sequence[Attempt], translate: Translator) -> list[str]:
    """The sources whose charts were not used, with reasons."""
    return [attempt_line(attempt, translate) for attempt in attempts if attempt.outcome != "answered"]


def source_name(source: str, translate: Translator) -> str:
    """The display name of a chart source."""
    return translate("my catalogue's most popular songs") if source == LAST_RESORT else shown(source, 60)


def song_line(entry: ChartEntry, translate: Translator) -> str:
    """A hot song in one line."""
    return translate(
        "**{title}** by {artists}", title=shown(entry.title, 80), artists=shown(entry.artist, 60)
    )


def _line(entry: ChartEntry, translate: Translator) -> str:
    return f"`{entry.rank:>3}` {song_line(entry, translate)}{_movement(entry, translate)}"


def _sign(entry: ChartEntry, lists: GuildLists) -> str:
    for sign, songs in ((PIN, lists.pinned), (BLOCK, lists.blocked)):
        if any(entry.is_song(song.title, song.artists) for song in songs):
            return f" {sign}"
    return ""


def _movement(entry: ChartEntry, translate: Translator) -> str:
    if entry.weeks == 1:
        return " · " + translate("new")
    if entry.last_week is None:
        return ""
    climbed = entry.last_week - entry.rank
    return f" · ▲{climbed}" if climbed > 0 else f" · ▼{-climbed}" if climbed < 0 else " · ="
