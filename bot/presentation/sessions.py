"""Listening sessions: the panel, each song as it begins, the poll, the history."""

from collections.abc import Callable

import discord

from bot.domain.links import track_url
from bot.domain.pagination import Page
from bot.domain.session_moves import AskedFor
from bot.domain.sessions import (
    MOST_QUEUED,
    Mode,
    Person,
    Pick,
    Played,
    Session,
    SessionSong,
)
from bot.domain.steering import Direction
from bot.domain.taste import Verdict
from bot.i18n.cluster_names import cluster_name
from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE, lines_page
from bot.presentation.steering import directions_text
from bot.presentation.texts import names, shown

PAGE = 15
PEOPLE_SHOWN = 12
"""So many names of 40 characters fit into a field."""

Who = Callable[[int], str]
"""A person's display name, escaped: a mention in an embed is a bare number to some apps."""

MODES: dict[Mode, tuple[str, str]] = {
    "fair": (marked("fair turns"), marked("In everybody's turn a song near what they like")),
    "blend": (marked("a blend of all"), marked("Near what each of you likes, one taste after another")),
    "hot": (marked("hot songs"), marked("Songs of the hot list and nothing else")),
    "journey": (marked("a journey"), marked("Songs that lead from one song you ask for to the next")),
}
"""The modes' names, and what is played when the queues are empty."""
STEERED: tuple[Direction, ...] = ("calmer", "energy", "happier", "sadder", "less famous")
"""The directions of a session: every catalogue knows of them."""
_BAR = 12
"""Steps of the progress bar."""
_WHY = {
    "asked": marked("{person} asked for it"),
    "taste": marked("for {person}, near what they like and not far from the others: “{about}”"),
    "blend": marked("near what one of you likes, in {person}'s turn: “{about}”"),
    "hot": marked("hot right now, in {person}'s turn"),
    "way": marked("on the way to “{about}”, in {person}'s turn"),
    "poll": marked("it won the poll"),
    "start": marked("well known, for {person}: I do not know your tastes yet"),
}


def panel(session: Session, who: Who, translate: Translator, at: float) -> discord.Embed:
    """The panel: current song with its progress at a time (Unix seconds), people, turns and next songs."""
    embed = discord.Embed(colour=WAVE, title=translate("Listening together"))
    now = session.now
    if session.ended_at is not None:
        embed.description = translate("This session is over.")
    elif now is None:
        embed.description = translate("Nothing is on yet: add songs, then press **Next**.")
    else:
        embed.description = (
            f"### {linked(now.song, translate, 200)}\n{reason(now.pick, who, translate)}"
            f"\n{progress(now, at, translate)}"
        )
        if session.skips:
            embed.description += f"\n{skip_votes(session, translate)}"
    if session.ended_at is None:
        _add_what_comes(embed, session, who, translate)
    about = [translate(MODES[session.mode][0])]
    if session.auto:
        about.append(translate("moves on by itself"))
    if session.steering.directions:
        about.append(
            translate("Steered: {directions}", directions=directions_text(session.steering, translate))
        )
    if session.songs:
        about.append(translate("song {number}", number=len(session.songs)))
    embed.set_footer(text=" · ".join(about))
    return embed


def _add_what_comes(embed: discord.Embed, session: Session, who: Who, translate: Translator) -> None:
    lines = [
        f"`{place}` {linked(pick.song, translate, 70)} · {_short_reason(pick, who, translate)}"
        for place, pick in enumerate(session.upcoming, start=1)
    ]
    embed.add_field(
        name=translate("Coming up"), value="\n".join(lines) or translate("Add a song."), inline=False
    )
    if session.poll is not None:
        embed.add_field(
            name=translate("Poll"),
            value=translate(
                "Voting closes {when}; the winner comes first.", when=f"<t:{int(session.poll.ends_at)}:R>"
            ),
            inline=False,
        )
    here = [_person(person, session, who) for person in session.people[:PEOPLE_SHOWN]]
    if len(session.people) > PEOPLE_SHOWN:
        here.append(translate("and {number} more", number=len(session.people) - PEOPLE_SHOWN))
    embed.add_field(name=translate("Listening"), value=", ".join(here) or "—")
    if session.people:
        embed.add_field(name=translate("Whose turn comes"), value=who(session.turns()[0].user))
    if session.queue:
        waiting = translate.plural("{number} song", "{number} songs", len(session.queue))
        embed.add_field(name=translate("In the queue"), value=waiting)


def progress(played: Played, at: float, translate: Translator) -> str:
    """How much of a song has passed at a time (Unix seconds), and when it ends or ended."""
    when = f"<t:{int(played.ends_at)}:R>"
    if at >= played.ends_at:
        return translate("It ended {when}.", when=when)
    passed = max(0.0, at - played.began_at)
    if played.song.seconds is None:
        return translate("`{passed}` · I do not know how long it is", passed=_clock(passed))
    full = int(_BAR * passed / played.song.seconds)
    return translate(
        "`{bar}` {passed} of {length} · ends {when}",
        bar="▰" * full + "▱" * (_BAR - full),
        passed=_clock(passed),
        length=_clock(played.song.seconds),
        when=when,
    )


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def skip_votes(session: Session, translate: Translator) -> str:
    """The votes to skip the current song."""
    return translate(
        "{votes} of {needed} votes to skip", votes=len(session.skips), needed=session.skips_needed
    )


def added(asked: AskedFor, translate: Translator) -> str:
    """What became of the songs of a list."""
    lines = [
        translate.plural("{number} song is in the queue.", "{number} songs are in the queue.", asked.added)
    ]
    if asked.known:
        lines.append(
            translate.plural(
                "{number} other was played or waits already.",
                "{number} others were played or wait already.",
                asked.known,
            )
        )
    if asked.too_many:
        lines.append(
            translate.plural(
                "{number} other found no room: {most} songs of yours can wait at a time.",
                "{number} others found no room: {most} songs of yours can wait at a time.",
                asked.too_many,
                most=MOST_QUEUED,
            )
        )
    return " ".join(lines)


def song_post(played: Played, who: Who, translate: Translator) -> str:
    """The post of a starting song, with the plain link for which Discord shows Spotify's player."""
    song = played.song
    ends = translate("ends about {when}", when=f"<t:{int(played.ends_at)}:t>")
    return (
        f"▶ **{played.number}. {shown(song.title, 200)}** · {names(song.artists, 200)}\n"
        f"-# {reason(played.pick, who, translate)} · {ends}\n{url_of(song)}"
    )


def reason(pick: Pick, who: Who, translate: Translator) -> str:
    """Whom a song is for, and why."""
    about = cluster_name(pick.about, translate) if pick.why in ("taste", "blend") else pick.about
    return translate(_WHY[pick.why], person=_whom(pick, who, translate), about=shown(about, 100))


def _short_reason(pick: Pick, who: Who, translate: Translator) -> str:
    return (
        translate("it won the poll")
        if pick.why == "poll"
        else translate("for {person}", person=_whom(pick, who, translate))
    )


def still_there(user: int, translate: Translator) -> str:
    """The question to a person who left the voice channel."""
    return translate(
        "{person}, are you still listening? If not, you leave the session soon.", person=mention(user)
    )


def rated(verdict: Verdict, title: str, translate: Translator) -> str:
    """The reply to a press of 👍 or 👎."""
    song = shown(title, 200)
    match verdict:
        case Verdict.LIKED:
            return translate("You like “{song}”: your turns go that way.", song=song)
        case Verdict.DISLIKED:
            return translate("You do not like “{song}”: it will not be played to you again.", song=song)
        case Verdict.WITHDRAWN:
            return translate("I forgot what you thought of “{song}”.", song=song)


def history(session: Session, page: Page[Played], who: Who, translate: Translator) -> discord.Embed:
    """One page of the history."""
    lines = []
    for played in page.items:
        likes, dislikes = session.likes(played.number)
        marks = [translate("skipped")] if played.skipped else []
        marks += [f"👍 {likes}"] if likes else []
        marks += [f"👎 {dislikes}"] if dislikes else []
        lines.append(
            f"`{played.number:>2}` {linked(played.song, translate, 70)} · "
            + " · ".join([_short_reason(played.pick, who, translate), *marks])
        )
    return lines_page(translate("What was played"), lines, page, translate, translate("Nothing yet."))


def linked(song: SessionSong, translate: Translator, limit: int) -> str:
    """A song as a line with its link."""
    return translate(
        "[{title}]({url}) by {artists}",
        title=shown(song.title, limit),
        url=url_of(song),
        artists=names(song.artists, limit),
    )


def url_of(song: SessionSong) -> str:
    """The URL of a song."""
    return track_url(song.song_ref, song.title, song.artists)


def mention(user: int) -> str:
    """The mention of a person without a known name."""
    return f"<@{user}>"


def called(name: str) -> str:
    """A display name."""
    return f"**{shown(name, 40)}**"


def _whom(pick: Pick, who: Who, translate: Translator) -> str:
    return translate("somebody") if pick.user is None else who(pick.user)


def _person(person: Person, session: Session, who: Who) -> str:
    sign = "👑 " if person.user == session.host else ""
    return f"{sign}{who(person.user)}" + (" 💤" if person.away_since is not None else "")
