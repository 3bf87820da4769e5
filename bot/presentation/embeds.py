"""Builds embeds from domain values."""

from collections.abc import Iterable, Sequence
from typing import Any

import discord

from bot.domain.candidates import Cover, Preview
from bot.domain.errors import TO_KNOW_MORE
from bot.domain.pagination import Page
from bot.domain.recommendations import ArtistSound, Choice, HotReason, Recommendation, SeedSong
from bot.domain.tracks import Track
from bot.domain.views import ClusterView, SimilarSongs
from bot.i18n.cluster_names import cluster_name
from bot.i18n.translator import Translator
from bot.presentation.reasons import artist_basis, why
from bot.presentation.song_names import song_name, title_of
from bot.presentation.steering import steered
from bot.presentation.texts import DESCRIPTION_LIMIT, LABEL_LIMIT, TITLE_LIMIT, names, plain, shown

WAVE = discord.Colour(0x1DB9A0)
HOT = discord.Colour(0xE8663C)


def recommendation(answer: Recommendation, translate: Translator) -> discord.Embed:
    """A pick with its reason and seed."""
    pick = answer.pick
    album = f" · {shown(pick.album, 200)}" if pick.album else ""
    year = f"{album} · {pick.release_year}" if pick.release_year else album
    artists = translate("by **{artists}**", artists=names(pick.artists, 500))
    about = [
        f"{artists}{year}",
        "",
        shown(why(answer, translate), 1_000),
        steered(answer.steering, translate),
    ]
    embed = discord.Embed(
        title=shown(pick.title, TITLE_LIMIT),
        url=pick.url,
        description="\n".join(about).rstrip("\n"),
        colour=HOT if answer.hot else WAVE,
    )
    footer = plain(translate("For {song}", song=song_name(answer.seed, translate)), 300)
    if isinstance(answer.reason, HotReason) and answer.reason.stale:
        footer += " · " + translate("the hot list is over a week old")
    embed.set_footer(text=footer)
    return embed


def add_cover(embed: discord.Embed, cover: Cover, translate: Translator) -> None:
    """Show a cover, its source, and a link to it."""
    embed.set_thumbnail(url=cover.image_url)
    credit = translate("Cover: {source}", source=cover.source)
    embed.set_footer(text=f"{embed.footer.text} · {credit}" if embed.footer.text else credit)
    if cover.page_url and cover.page_url != embed.url:
        embed.description = f"{embed.description or ''}\n-# [{cover.source}]({cover.page_url})"


def preview(track: Track, found: Preview, translate: Translator) -> discord.Embed:
    """A link to 30 s of a song."""
    link = translate("[Listen to 30 s]({url})", url=found.url)
    embed = discord.Embed(
        title=shown(track.title, TITLE_LIMIT),
        url=found.page_url,
        description=f"{link}\n-# {translate('The link is good for a few minutes.')}",
        colour=WAVE,
    )
    embed.set_footer(text=translate("Preview: {source}", source=found.source))
    return embed


def choice(matches: Choice, translate: Translator, *, for_host: bool = False) -> discord.Embed:
    """Several songs of one name, the best known songs of an artist, or guesses.

    Args:
        for_host: whether only the bot's host reads it.
    """
    if matches.unsure:
        title = translate("Did you mean …?")
        query = shown(matches.query, 200)
        about = (
            translate(
                "I found no song called “{query}” here, and could not look further at the moment.",
                query=query,
            )
            if matches.only_here
            else translate("I found no song called “{query}”.", query=query)
        )
        if for_host:
            about += f"\n-# {translate(TO_KNOW_MORE)}"
    elif matches.artist is not None:
        artist = shown(matches.artist.artists[0], 200)
        title = translate("Which song by {artist}?", artist=artist)
        about = translate("Choose one, or any of them: then I go by how {artist} sounds.", artist=artist)
    else:
        title = translate("Which one do you mean?")
        about = translate.plural(
            "{number} song fits “{query}”.",
            "{number} songs fit “{query}”.",
            len(matches.songs),
            query=shown(matches.query, 200),
        )
    return discord.Embed(title=shown(title, TITLE_LIMIT), description=about, colour=WAVE)


def song_label(song: SeedSong, translate: Translator) -> str:
    """Title, artists and year on a button."""
    year = f" ({song.track.release_year})" if song.track and song.track.release_year else ""
    return f"{song_name(song, translate)}{year}"


def option(song: SeedSong, translate: Translator) -> discord.SelectOption:
    """One song in the menu under a choice."""
    year = f" · {song.track.release_year}" if song.track and song.track.release_year else ""
    album = f" · {song.track.album}" if song.track and song.track.album else ""
    hot = " · " + translate("no. {rank} of the hot list", rank=song.entry.rank) if song.entry else ""
    return discord.SelectOption(
        label=plain(song.title, LABEL_LIMIT),
        value=song.song_ref,
        description=plain(f"{', '.join(song.artists)}{year}{album}{hot}", LABEL_LIMIT),
    )


def similar_songs(found: SimilarSongs, translate: Translator) -> discord.Embed:
    """The nearest songs with their nearness."""
    lines = [f"`{song.percent:>3} %` {linked(song.track, translate, 100)}" for song in found.songs]
    if found.artist_sound is not None:
        lines = [*basis_lines([found.artist_sound], translate), *lines]
    embed = discord.Embed(
        title=shown(translate("Near {title}", title=title_of(found.seed, translate)), TITLE_LIMIT),
        description=fitting(lines) if found.songs else translate("There is no other song near it."),
        colour=WAVE,
    )
    if found.more:
        artist = found.artist_sound.artist if found.artist_sound else found.seed.artists[0]
        embed.add_field(
            name=shown(translate("More by {artist}", artist=artist), TITLE_LIMIT),
            value="\n".join(linked(track, translate, 60) for track in found.more),
            inline=False,
        )
    about = translate("For {song}", song=song_name(found.seed, translate))
    scale = translate("100 % is the same place, 0 % like two random songs")
    embed.set_footer(text=plain(f"{about} · {scale}", 300))
    return embed


def basis_lines(sounds: Sequence[ArtistSound], translate: Translator) -> list[str]:
    """The lines above a list that say whose songs it is based on."""
    told = [artist_basis(sound, translate) for sound in sounds]
    return [f"{shown(' '.join(told), 1_000)}\n"] if told else []


def cluster(seed: SeedSong | None, view: ClusterView, picture: str, translate: Translator) -> discord.Embed:
    """One cluster with its radar, and the song that led to it.

    Args:
        picture: the name of the attached file.
    """
    embed = discord.Embed(
        title=shown(cluster_name(view.name, translate), TITLE_LIMIT),
        description=_about(seed, view, translate),
        colour=WAVE,
    )
    embed.set_image(url=f"attachment://{picture}")
    fields = (
        (translate("What stands out"), ", ".join(translate(word) for word in view.words)),
        (translate("Genres"), _genres(view, translate)),
        (translate("Songs"), "\n".join(linked(track, translate, 60) for track in view.examples)),
    )
    return with_fields(embed, fields)


def cluster_page(page: Page[ClusterView], picture: str, translate: Translator) -> discord.Embed:
    """A page of clusters with a picture of their radars.

    Args:
        picture: the name of the attached file.
    """
    title = translate.plural("{number} cluster", "{number} clusters, largest first", page.total)
    embed = discord.Embed(title=title, colour=WAVE)
    for view in page.items:
        examples = "; ".join(linked(track, translate, 60) for track in view.examples)
        size = translate.plural("{number} track", "{number} tracks", view.size)
        about = f"{size} · {_genres(view, translate)}" if view.genres else size
        name = shown(f"{view.number}. {cluster_name(view.name, translate)}", TITLE_LIMIT)
        embed.add_field(name=name, value=f"{about}\n{examples}", inline=False)
    embed.set_image(url=f"attachment://{picture}")
    embed.set_footer(text=place_of(page, translate))
    return embed


def welcome(translate: Translator, prefix: str) -> discord.Embed:
    """The greeting in a new server."""
    return discord.Embed(
        title=translate("Hello, I am Samewave"),
        description=translate(
            "Name a song and I answer with another on the same wave: `{prefix}recommend Bohemian Rhapsody`.\n"
            "Or say what you want to hear: `{prefix}playlist something calm for a rainy drive`.\n"
            "`{prefix}help` shows the rest; moderators find my settings under `/settings`.",
            prefix=prefix,
        ),
        colour=WAVE,
    )


def note(sentence: str) -> discord.Embed:
    """One sentence in the bot's colours."""
    return discord.Embed(description=sentence, colour=WAVE)


def _about(seed: SeedSong | None, view: ClusterView, translate: Translator) -> str:
    size = translate.number(view.size)
    if seed is None:
        return translate("Cluster no. {number}, {size} tracks.", number=view.number, size=size)
    return translate(
        "{song} is in this cluster (no. {number}, {size} tracks).",
        song=shown(song_name(seed, translate), 300),
        number=view.number,
        size=size,
    )


def _genres(view: ClusterView, translate: Translator) -> str:
    return ", ".join(f"{shown(name, 60)} {translate.percent(share)}" for name, share in view.genres)


def linked(track: Track, translate: Translator, limit: int) -> str:
    """A song as a line with its link; title and artists are each cut to `limit` characters."""
    return translate(
        "[{title}]({url}) by {artists}",
        title=shown(track.title, limit),
        url=track.url,
        artists=names(track.artists, limit),
    )


def lines_page(
    title: str, lines: Sequence[str], page: Page[Any], translate: Translator, empty: str
) -> discord.Embed:
    """A page of a list; `empty` is shown in place of no lines."""
    embed = discord.Embed(title=title, description=fitting(lines) or empty, colour=WAVE)
    embed.set_footer(text=place_of(page, translate))
    return embed


def place_of(page: Page[Any], translate: Translator) -> str:
    """The page number and count as text."""
    return translate("Page {page} of {pages}", page=page.number + 1, pages=page.count)


def with_fields(embed: discord.Embed, fields: Iterable[tuple[str, str]]) -> discord.Embed:
    """Add fields below each other, from names and values; those without a value are left out."""
    for name, value in fields:
        if value:
            embed.add_field(name=name, value=value, inline=False)
    return embed


def some(lines: Sequence[str], most: int, translate: Translator) -> str:
    """The first lines, and how many more there are; "none" without any."""
    if not lines:
        return translate("none")
    left = len(lines) - most
    more = "\n" + translate.plural("… and {number} more", "… and {number} more", left) if left > 0 else ""
    return "\n".join(lines[:most]) + more


def fitting(lines: Sequence[str]) -> str:
    """The lines that fit into an embed's description."""
    text = ""
    for line in lines:
        if len(text) + len(line) + 1 > DESCRIPTION_LIMIT:
            break
        text += line + "\n"
    return text
