"""The embeds, each from one domain value."""

from collections.abc import Sequence

import discord

from bot.domain.charts import ChartChanges, ChartEntry, StoredChart
from bot.domain.explorations import ClusterPage, ClusterView, SimilarSongs
from bot.domain.recommendations import Choice, Recommendation, SeedSong
from bot.domain.tracks import Track
from bot.presentation.texts import DESCRIPTION_LIMIT, LABEL_LIMIT, TITLE_LIMIT, names, plain, shown

WAVE = discord.Colour(0x1DB9A0)
HOT = discord.Colour(0xE8663C)
PAGE = 10
_LISTED = 5


def recommendation(answer: Recommendation) -> discord.Embed:
    """The pick, why, and what it was asked for."""
    pick = answer.pick
    year = f" · {pick.release_year}" if pick.release_year else ""
    embed = discord.Embed(
        title=shown(pick.title, TITLE_LIMIT),
        url=pick.url,
        description=f"by **{names(pick.artists, 500)}**{year}\n\n{shown(answer.reason.sentence, 1_000)}",
        colour=HOT if answer.hot else WAVE,
    )
    embed.set_footer(text=plain(f"For {answer.seed.name}", 300))
    return embed


def choice(asked: Choice) -> discord.Embed:
    """Several songs of one name."""
    return discord.Embed(
        title="Which one do you mean?",
        description=f"{len(asked.songs)} songs fit “{shown(asked.query, 200)}”.",
        colour=WAVE,
    )


def option(song: SeedSong) -> discord.SelectOption:
    """One song in the menu under a choice."""
    year = f" · {song.track.release_year}" if song.track and song.track.release_year else ""
    album = f" · {song.track.album}" if song.track and song.track.album else ""
    hot = f" · no. {song.entry.rank} of the hot list" if song.entry else ""
    return discord.SelectOption(
        label=plain(song.title, LABEL_LIMIT),
        value=song.token,
        description=plain(f"{', '.join(song.artists)}{year}{album}{hot}", LABEL_LIMIT),
    )


def similar_songs(found: SimilarSongs) -> discord.Embed:
    """The nearest songs with how near they are."""
    lines = [
        f"`{song.percent:>3} %` [{shown(song.track.title, 100)}]({song.track.url}) "
        f"by {names(song.track.artists, 100)}"
        for song in found.songs
    ]
    embed = discord.Embed(
        title=shown(f"Near {found.seed.title}", TITLE_LIMIT),
        description=_fitting(lines) or "There is no other song near it.",
        colour=WAVE,
    )
    embed.set_footer(
        text=plain(f"For {found.seed.name} · 100 % is the same place, 0 % like two random songs", 300)
    )
    return embed


def cluster(seed: SeedSong, view: ClusterView, picture: str) -> discord.Embed:
    """One cluster with its radar.

    Args:
        picture: the name of the attached file.
    """
    embed = discord.Embed(
        title=shown(view.name, TITLE_LIMIT),
        description=f"{shown(seed.name, 300)} is in this cluster (no. {view.number}, {view.size:,} tracks).",
        colour=WAVE,
    )
    if view.words:
        embed.add_field(name="What stands out", value=", ".join(view.words), inline=False)
    if view.genres:
        embed.add_field(name="Genres", value=_genres(view), inline=False)
    if view.examples:
        lines = [_linked(track) for track in view.examples]
        embed.add_field(name="Songs", value="\n".join(lines), inline=False)
    embed.set_image(url=f"attachment://{picture}")
    return embed


def cluster_page(page: ClusterPage, picture: str) -> discord.Embed:
    """Some of all clusters, with one picture of their radars.

    Args:
        picture: the name of the attached file.
    """
    embed = discord.Embed(title=f"{page.total} clusters, largest first", colour=WAVE)
    for view in page.clusters:
        examples = "; ".join(_linked(track) for track in view.examples)
        about = f"{view.size:,} tracks" + (f" · {_genres(view)}" if view.genres else "")
        embed.add_field(
            name=shown(f"{view.number}. {view.name}", TITLE_LIMIT), value=f"{about}\n{examples}", inline=False
        )
    embed.set_image(url=f"attachment://{picture}")
    embed.set_footer(text=f"Page {page.page + 1} of {page.pages}")
    return embed


def hot_list_pages(stored: StoredChart) -> int:
    """How many pages the list fills."""
    return max(1, -(-len(stored.chart.entries) // PAGE))


def hot_list_page(stored: StoredChart, page: int, *, stale: bool) -> discord.Embed:
    """One page of the hot list, counted from 0."""
    chart = stored.chart
    entries = chart.entries[page * PAGE : (page + 1) * PAGE]
    embed = discord.Embed(
        title=shown(chart.title, TITLE_LIMIT),
        description=_fitting([_line(entry) for entry in entries]),
        colour=HOT,
    )
    stale_note = " · over a week old; a moderator can refresh it" if stale else ""
    embed.set_footer(
        text=f"Week of {chart.week:%-d %B %Y} · page {page + 1} of {hot_list_pages(stored)}{stale_note}"
    )
    return embed


def chart_changes(changes: ChartChanges) -> discord.Embed:
    """What a refresh changed."""
    chart = changes.after
    embed = discord.Embed(
        title="The hot list is fresh",
        description=f"{shown(chart.title, 200)}, week of {chart.week:%-d %B %Y}",
    )
    embed.colour = HOT
    if changes.before is None:
        embed.add_field(name="First list", value=f"{len(chart.entries)} songs", inline=False)
        return embed
    if changes.nothing:
        embed.add_field(name="No change", value="It is the same list as before.", inline=False)
        return embed
    climbed = [f"{_song(entry)} ▲{places} to no. {entry.rank}" for entry, places in changes.climbers]
    for heading, lines in (
        ("New entries", [f"no. {entry.rank} {_song(entry)}" for entry in changes.fresh]),
        ("Climbers", climbed),
        ("Dropped out", [_song(entry) for entry in changes.gone]),
    ):
        embed.add_field(name=f"{heading} ({len(lines)})", value=_some(lines), inline=False)
    return embed


def note(sentence: str) -> discord.Embed:
    """One sentence in the colours of the house."""
    return discord.Embed(description=sentence, colour=WAVE)


def _genres(view: ClusterView) -> str:
    return ", ".join(f"{shown(name, 60)} {share:.0%}" for name, share in view.genres)


def _linked(track: Track) -> str:
    return f"[{shown(track.title, 60)}]({track.url}) by {names(track.artists, 60)}"


def _song(entry: ChartEntry) -> str:
    return f"**{shown(entry.title, 80)}** by {shown(entry.artist, 60)}"


def _line(entry: ChartEntry) -> str:
    return f"`{entry.rank:>3}` {_song(entry)}{_movement(entry)}"


def _movement(entry: ChartEntry) -> str:
    if entry.weeks == 1:
        return " · new"
    if entry.last_week is None:
        return ""
    climbed = entry.last_week - entry.rank
    return f" · ▲{climbed}" if climbed > 0 else f" · ▼{-climbed}" if climbed < 0 else " · ="


def _some(lines: Sequence[str]) -> str:
    if not lines:
        return "none"
    more = f"\n… and {len(lines) - _LISTED} more" if len(lines) > _LISTED else ""
    return "\n".join(lines[:_LISTED]) + more


def _fitting(lines: Sequence[str]) -> str:
    text = ""
    for line in lines:
        if len(text) + len(line) + 1 > DESCRIPTION_LIMIT:
            break
        text += line + "\n"
    return text
