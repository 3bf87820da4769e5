"""The embeds, each from one domain value."""

from collections.abc import Sequence

import discord

from bot.domain.explorations import ClusterPage, ClusterView, SimilarSongs
from bot.domain.recommendations import Choice, HotReason, Recommendation, SeedSong
from bot.domain.tracks import Track
from bot.i18n.translator import Wording
from bot.presentation.reasons import reason_sentence
from bot.presentation.texts import DESCRIPTION_LIMIT, LABEL_LIMIT, TITLE_LIMIT, names, plain, shown

WAVE = discord.Colour(0x1DB9A0)
HOT = discord.Colour(0xE8663C)


def recommendation(answer: Recommendation, say: Wording) -> discord.Embed:
    """The pick, why, and what it was asked for."""
    pick = answer.pick
    year = f" · {pick.release_year}" if pick.release_year else ""
    artists = say("by **{artists}**", artists=names(pick.artists, 500))
    embed = discord.Embed(
        title=shown(pick.title, TITLE_LIMIT),
        url=pick.url,
        description=f"{artists}{year}\n\n{shown(reason_sentence(answer.reason, say), 1_000)}",
        colour=HOT if answer.hot else WAVE,
    )
    footer = plain(say("For {song}", song=song_name(answer.seed, say)), 300)
    if isinstance(answer.reason, HotReason) and answer.reason.stale:
        footer += " · " + say("the hot list is over a week old")
    embed.set_footer(text=footer)
    return embed


def choice(asked: Choice, say: Wording) -> discord.Embed:
    """Several songs of one name."""
    return discord.Embed(
        title=say("Which one do you mean?"),
        description=say.count(
            "{number} song fits “{query}”.",
            "{number} songs fit “{query}”.",
            len(asked.songs),
            query=shown(asked.query, 200),
        ),
        colour=WAVE,
    )


def option(song: SeedSong, say: Wording) -> discord.SelectOption:
    """One song in the menu under a choice."""
    year = f" · {song.track.release_year}" if song.track and song.track.release_year else ""
    album = f" · {song.track.album}" if song.track and song.track.album else ""
    hot = " · " + say("no. {rank} of the hot list", rank=song.entry.rank) if song.entry else ""
    return discord.SelectOption(
        label=plain(song.title, LABEL_LIMIT),
        value=song.token,
        description=plain(f"{', '.join(song.artists)}{year}{album}{hot}", LABEL_LIMIT),
    )


def similar_songs(found: SimilarSongs, say: Wording) -> discord.Embed:
    """The nearest songs with how near they are."""
    lines = [f"`{song.percent:>3} %` {linked(song.track, say, 100)}" for song in found.songs]
    embed = discord.Embed(
        title=shown(say("Near {title}", title=title_of(found.seed, say)), TITLE_LIMIT),
        description=fitting(lines) or say("There is no other song near it."),
        colour=WAVE,
    )
    about = say("For {song}", song=song_name(found.seed, say))
    scale = say("100 % is the same place, 0 % like two random songs")
    embed.set_footer(text=plain(f"{about} · {scale}", 300))
    return embed


def cluster(seed: SeedSong, view: ClusterView, picture: str, say: Wording) -> discord.Embed:
    """One cluster with its radar.

    Args:
        picture: the name of the attached file.
    """
    embed = discord.Embed(
        title=shown(view.name, TITLE_LIMIT),
        description=say(
            "{song} is in this cluster (no. {number}, {size} tracks).",
            song=shown(song_name(seed, say), 300),
            number=view.number,
            size=say.number(view.size),
        ),
        colour=WAVE,
    )
    if view.words:
        sounds = ", ".join(say(word) for word in view.words)
        embed.add_field(name=say("What stands out"), value=sounds, inline=False)
    if view.genres:
        embed.add_field(name=say("Genres"), value=_genres(view), inline=False)
    if view.examples:
        lines = [linked(track, say, 60) for track in view.examples]
        embed.add_field(name=say("Songs"), value="\n".join(lines), inline=False)
    embed.set_image(url=f"attachment://{picture}")
    return embed


def cluster_page(page: ClusterPage, picture: str, say: Wording) -> discord.Embed:
    """Some of all clusters, with one picture of their radars.

    Args:
        picture: the name of the attached file.
    """
    title = say.count("{number} cluster", "{number} clusters, largest first", page.total)
    embed = discord.Embed(title=title, colour=WAVE)
    for view in page.clusters:
        examples = "; ".join(linked(track, say, 60) for track in view.examples)
        size = say.count("{number} track", "{number} tracks", view.size)
        about = f"{size} · {_genres(view)}" if view.genres else size
        embed.add_field(
            name=shown(f"{view.number}. {view.name}", TITLE_LIMIT), value=f"{about}\n{examples}", inline=False
        )
    embed.set_image(url=f"attachment://{picture}")
    embed.set_footer(text=page_of(page.page, page.pages, say))
    return embed


def welcome(say: Wording, prefix: str) -> discord.Embed:
    """The first word in a new server."""
    return discord.Embed(
        title=say("Hello, I am Samewave"),
        description=say(
            "Name a song and I answer with another on the same wave. Try `{prefix}recommend Bohemian "
            "Rhapsody` or `/recommend`; `{prefix}help` shows the rest, and moderators find my settings under "
            "`/settings`.",
            prefix=prefix,
        ),
        colour=WAVE,
    )


def note(sentence: str) -> discord.Embed:
    """One sentence in the colours of the house."""
    return discord.Embed(description=sentence, colour=WAVE)


def _genres(view: ClusterView) -> str:
    return ", ".join(f"{shown(name, 60)} {share:.0%}" for name, share in view.genres)


def linked(track: Track, say: Wording, limit: int) -> str:
    """A song as a line with its link; title and artists get at most so many characters each."""
    return say(
        "[{title}]({url}) by {artists}",
        title=shown(track.title, limit),
        url=track.url,
        artists=names(track.artists, limit),
    )


def title_of(song: Track | SeedSong, say: Wording) -> str:
    """The title, unescaped; a clip has no artists, and its title is ours."""
    return song.title if song.artists else say(song.title)


def song_name(song: Track | SeedSong, say: Wording) -> str:
    """Title and artists in one line, unescaped."""
    if not song.artists:
        return title_of(song, say)
    return say("{title} by {artists}", title=song.title, artists=", ".join(song.artists))


def page_of(page: int, pages: int, say: Wording) -> str:
    """Where one is; pages are counted from 0."""
    return say("Page {page} of {pages}", page=page + 1, pages=pages)


def fitting(lines: Sequence[str]) -> str:
    """As many of the lines as a description holds."""
    text = ""
    for line in lines:
        if len(text) + len(line) + 1 > DESCRIPTION_LIMIT:
            break
        text += line + "\n"
    return text
