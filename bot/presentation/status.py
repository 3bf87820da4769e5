"""The embed of `!status`: the hot list, the sources, the answers, queries without results."""

import discord
from discord.utils import format_dt

from bot.domain.recommendations import SeedSong
from bot.domain.taste import KnownSong
from bot.domain.unfound import NamedSong, SourceAnswers, Status, UnfoundSong
from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.presentation.charts import chart_name
from bot.presentation.embeds import WAVE, with_fields
from bot.presentation.moderation import song_line
from bot.presentation.song_names import song_name
from bot.presentation.texts import FIELD_LIMIT, LABEL_LIMIT, plain, shown

BASES = {
    "features": marked("the song's own sound"),
    "chart": marked("the hot list"),
    "listeners": marked("what people play together"),
    "artist": marked("the artist's sound"),
    "clip": marked("a clip"),
}
_WORDS = 60
_HOUR = 3600.0


def embed(status: Status, translate: Translator) -> discord.Embed:
    """Hot list, sources, answers, queries without results, and the songs assigned here."""
    sources = [_source(one, translate) for one in status.sources]
    answers = [
        translate("{name}: {value}", name=translate(words), value=translate.number(status.answers[basis]))
        for basis, words in BASES.items()
        if status.answers.get(basis)
    ]
    unfound = [f"“{shown(one.words, _WORDS)}” · {_asked(one, translate)}" for one in status.unfound]
    named = [f"“{shown(one.words, _WORDS)}” → {song_line(one.song, translate)}" for one in status.named]
    sections = (
        (translate("Hot list"), [chart_line(status, translate)]),
        (translate("Good answers of my sources, in 24 hours"), sources or [translate("no source was asked")]),
        (translate("What my answers went by, in 24 hours"), answers or [translate("none yet")]),
        (translate("Songs nobody could find"), unfound or [translate("none")]),
        (translate("Named here"), named),
    )
    found = discord.Embed(title=translate("How I am doing"), colour=WAVE)
    found.set_footer(
        text=translate(
            "A song is listed from the third different asker on, for 30 days; who asked and where is not kept"
        )
    )
    return with_fields(found, [(name, _fitting(lines, translate)) for name, lines in sections])


def chart_line(status: Status, translate: Translator) -> str:
    """The current chart, its week and its age."""
    if status.chart is None:
        return translate("none yet")
    chart = chart_name(status.chart.chart, translate)
    hours = int(status.chart_age // _HOUR)
    age = (
        translate.plural("fetched {number} hour ago", "fetched {number} hours ago", hours)
        if hours > 0
        else translate("fetched less than an hour ago")
    )
    old = f" · {translate('its week is over')}" if status.stale else ""
    return f"{chart} · {age}{old}"


def unfound_option(song: UnfoundSong, translate: Translator) -> discord.SelectOption:
    """A query without results, in a menu."""
    return discord.SelectOption(
        label=plain(song.words, LABEL_LIMIT), value=str(song.entry), description=_asked(song, translate)
    )


def named_option(named: NamedSong, translate: Translator) -> discord.SelectOption:
    """An assigned song, in a menu."""
    artists = ", ".join(named.song.artists)
    meant = translate("{title} by {artists}", title=named.song.title, artists=artists)
    return discord.SelectOption(
        label=plain(named.words, LABEL_LIMIT), value=str(named.entry), description=plain(meant, LABEL_LIMIT)
    )


def looked_again(found: list[tuple[UnfoundSong, SeedSong]], translate: Translator) -> str:
    """The result of looking the queries up again."""
    if not found:
        return translate("I looked again and found none of them.")
    lines = [
        f"“{shown(song.words, _WORDS)}”: {shown(song_name(seed, translate), 120)}" for song, seed in found
    ]
    return "\n".join([translate("I looked again and found:"), *lines[:10]])


def named(words: str, song: KnownSong, translate: Translator) -> str:
    """The reply after assigning a song."""
    return translate(
        "“{words}” is answered by {song} here from now on; `/status` takes it back.",
        words=shown(words, _WORDS),
        song=song_line(song, translate),
    )


def taken_back(one: NamedSong, translate: Translator) -> str:
    """The reply after removing an assigned song."""
    return translate(
        "“{words}” no longer means {song} here.",
        words=shown(one.words, _WORDS),
        song=song_line(one.song, translate),
    )


def _source(one: SourceAnswers, translate: Translator) -> str:
    if one.good is None:
        line = translate("not asked")
    else:
        line = translate(
            "{share} of {number}", share=translate.percent(one.good), number=translate.number(one.asked)
        )
    if one.left_alone_until is not None:
        until = format_dt(one.left_alone_until, "t")
        line += " · " + translate("left alone until {time}", time=until)
    return translate("{name}: {value}", name=one.name, value=line)


def _asked(song: UnfoundSong, translate: Translator) -> str:
    return translate.plural("asked for {number} time", "asked for {number} times", song.asked)


def _fitting(lines: list[str], translate: Translator) -> str:
    text, left = "", len(lines)
    for line in lines:
        if len(text) + len(line) > FIELD_LIMIT - 40:
            break
        text += f"{line}\n"
        left -= 1
    return text + (translate.plural("… and {number} more", "… and {number} more", left) if left else "")
