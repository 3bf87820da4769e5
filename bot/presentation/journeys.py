"""Paths, blends and songs of a radio."""

from collections.abc import Sequence

import discord

from bot.domain.journeys import Blend, BlendedSong, Journey, RadioSong
from bot.domain.recommendations import SeedSong
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE, basis_lines, fitting, linked
from bot.presentation.song_names import song_name, title_of
from bot.presentation.steering import steered
from bot.presentation.texts import TITLE_LIMIT, names, plain, shown

_NAME = 60
"""Characters of a title or its artists: twenty such lines fit into an embed."""
_NO_BREAK = "\u00a0"


def path(found: Journey, picture: str, translate: Translator) -> discord.Embed:
    """A path with its picture.

    Args:
        picture: the name of the attached file.
    """
    steps = [(song.percent, linked(song.track, translate, _NAME)) for song in found.songs]
    steps.append((found.last_percent, _linked_seed(found.end, translate)))
    lines = basis_lines(found.artist_sounds, translate)
    lines.append(f"{_column(' 1.      ')} {_linked_seed(found.start, translate)}")
    lines += [
        f"{_column(f'{number:>2}. {percent:>3} %')} {line}"
        for number, (percent, line) in enumerate(steps, start=2)
    ]
    start, end = title_of(found.start, translate), title_of(found.end, translate)
    embed = discord.Embed(
        title=shown(translate("From {start} to {end}", start=start, end=end), TITLE_LIMIT),
        description=fitting(lines),
        colour=WAVE,
    )
    embed.set_image(url=f"attachment://{picture}")
    about = translate("how near each song is to the one before")
    return embed.set_footer(text=_with_taken(about, [found.start, found.end], translate))


def blend(found: Blend, translate: Translator) -> discord.Embed:
    """The songs of a blend, each with the song that it was chosen for."""
    mix = found.name or " + ".join(title_of(song, translate) for song in found.added)
    if found.removed:
        mix += "".join(f" − {title_of(song, translate)}" for song in found.removed)
    lines = basis_lines(found.artist_sounds, translate)
    lines += [
        f"`{song.percent:>3} %` {linked(song.track, translate, _NAME)}{_near(song, found, translate)}"
        for song in found.songs
    ]
    embed = discord.Embed(
        title=shown(mix, TITLE_LIMIT),
        description=fitting(lines)
        if found.songs
        else translate("I found no song near that mix; try other songs."),
        colour=WAVE,
    )
    about = translate("how near each song is to the one it was chosen for")
    return embed.set_footer(text=_with_taken(about, [*found.added, *found.removed], translate))


def radio_song(playing: RadioSong, translate: Translator) -> discord.Embed:
    """The song that the radio plays now."""
    track = playing.track
    year = f" · {track.release_year}" if track.release_year else ""
    artists = translate("by **{artists}**", artists=names(track.artists, 500))
    basis = basis_lines([playing.artist_sound] if playing.artist_sound else [], translate)
    embed = discord.Embed(
        title=shown(track.title, TITLE_LIMIT),
        url=track.url,
        description="\n\n".join(
            filter(None, [f"{artists}{year}", *basis, steered(playing.steering, translate)])
        ),
        colour=WAVE,
    )
    embed.set_footer(text=plain(_about_radio(playing, translate), 500))
    return embed


def _about_radio(playing: RadioSong, translate: Translator) -> str:
    began_with = plain(song_name(playing.began_with, translate), 200)
    number = translate.number(playing.number)
    if playing.near is None:
        return translate(
            "Radio that began with {song} · song {number} · {percent} % near the one before",
            song=began_with,
            number=number,
            percent=playing.percent,
        )
    return translate(
        "Radio of the list {name} · song {number} · {percent} % near {song}",
        name=began_with,
        number=number,
        percent=playing.percent,
        song=plain(song_name(playing.near, translate), 200),
    )


def _column(text: str) -> str:
    """Pad to a column in monospace; Discord strips ordinary spaces at the ends."""
    return f"`{text.replace(' ', _NO_BREAK)}`"


def _near(song: BlendedSong, found: Blend, translate: Translator) -> str:
    """Which of several songs it was chosen for, in small letters below."""
    if len(found.added) == 1:
        return ""
    return "\n-# " + translate("near {song}", song=shown(title_of(song.near, translate), _NAME))


def _linked_seed(song: SeedSong, translate: Translator) -> str:
    if song.track is None or song.artist_ref is not None:
        return shown(song_name(song, translate), 2 * _NAME)
    return linked(song.track, translate, _NAME)


def _with_taken(about: str, songs: Sequence[SeedSong], translate: Translator) -> str:
    """A footer, with notes on which song was chosen among several matches."""
    taken = [
        translate.plural(
            "{song} was taken, {number} other has that name",
            "{song} was taken, {number} others have that name",
            len(song.alternatives),
            song=plain(song_name(song, translate), 100),
        )
        for song in songs
        if song.alternatives
    ]
    return plain(" · ".join([about, *taken]), 500)
