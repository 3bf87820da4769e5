"""Listening sessions: the panel, each song as it begins, the poll, the history, the summary."""

from collections.abc import Callable, Sequence

import discord

from bot.domain.links import track_url
from bot.domain.pages import Page
from bot.domain.playlists import as_csv, as_m3u8
from bot.domain.session_summaries import Contribution, Summary
from bot.domain.sessions import Mode, Person, Pick, Played, Session, SessionSong
from bot.domain.taste import Verdict
from bot.domain.tracks import Track
from bot.i18n.cluster_names import cluster_name
from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE, fitting, place_of
from bot.presentation.playlists import links_text
from bot.presentation.texts import names, plain, shown

PAGE = 15
MAP = "way.png"
LINKS = 25
"""What one message holds."""
POLL_LIMIT = 55
"""Characters of a poll's answer."""
_PEOPLE_SHOWN = 12
"""So many names of 40 characters fit into a field."""

Who = Callable[[int], str]
"""How somebody is called, escaped: a mention in an embed is a bare number to apps that do not know them."""

MODE_NAMES: dict[Mode, str] = {
    "fair": marked("fair turns"),
    "blend": marked("a blend of all"),
    "hot": marked("hot songs"),
    "journey": marked("a journey"),
}
_WHY = {
    "asked": marked("{person} asked for it"),
    "taste": marked("for {person}, near what they like and not far from the others: “{about}”"),
    "blend": marked("near what all of you like, in {person}'s turn: “{about}”"),
    "hot": marked("hot right now, in {person}'s turn"),
    "way": marked("on the way to “{about}”, in {person}'s turn"),
    "poll": marked("it won the poll"),
    "start": marked("well known, for {person}: I do not know your tastes yet"),
}


def panel(session: Session, who: Who, translate: Translator) -> discord.Embed:
    """The panel: current song, people, turns and next songs."""
    embed = discord.Embed(colour=WAVE, title=translate("Listening together"))
    now = session.now
    if session.ended_at is not None:
        embed.description = translate("This session is over.")
    elif now is None:
        embed.description = translate("Nothing is on yet: add songs, then press **Next**.")
    else:
        ends = translate("ends {when}", when=f"<t:{int(now.ends_at)}:R>")
        embed.description = (
            f"### {linked(now.song, translate, 200)}\n{reason(now.pick, who, translate)} · {ends}"
        )
        if session.skips:
            embed.description += "\n" + translate(
                "{votes} of {needed} votes to skip it", votes=len(session.skips), needed=session.skips_needed
            )
    if session.ended_at is None:
        _add_what_comes(embed, session, who, translate)
    about = [translate(MODE_NAMES[session.mode])]
    if session.auto:
        about.append(translate("moves on by itself"))
    if session.songs:
        about.append(translate("song {number}", number=len(session.songs)))
    embed.set_footer(text=" · ".join(about))
    return embed


def _add_what_comes(embed: discord.Embed, session: Session, who: Who, translate: Translator) -> None:
    lines = [
        f"`{place}` {linked(pick.song, translate, 70)} · {_short_reason(pick, who, translate)}"
        for place, pick in enumerate(session.upcoming, start=1)
    ]
    embed.add_field(name=translate("Next"), value="\n".join(lines) or translate("Add a song."), inline=False)
    if session.poll is not None:
        embed.add_field(
            name=translate("Poll"),
            value=translate(
                "The winner comes next; it ends {when}.", when=f"<t:{int(session.poll.ends_at)}:R>"
            ),
            inline=False,
        )
    here = [_person(person, session, who) for person in session.people[:_PEOPLE_SHOWN]]
    if len(session.people) > _PEOPLE_SHOWN:
        here.append(translate("and {number} more", number=len(session.people) - _PEOPLE_SHOWN))
    embed.add_field(name=translate("Listening"), value=", ".join(here) or "—")
    if session.people:
        embed.add_field(name=translate("Next turn"), value=who(session.turns()[0].user))
    if session.queue:
        waiting = translate.plural("{number} song", "{number} songs", len(session.queue))
        embed.add_field(name=translate("In the queue"), value=waiting)


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


def poll_question(translate: Translator) -> str:
    """The question of the poll."""
    return translate("Which song comes next? There is a minute to vote.")


def poll_answer(song: SessionSong) -> str:
    """One answer of the poll, without Markdown."""
    return plain(f"{song.title} · {', '.join(song.artists)}", POLL_LIMIT)


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
    embed = discord.Embed(
        title=translate("What was played"),
        description=fitting(lines) or translate("Nothing yet."),
        colour=WAVE,
    )
    embed.set_footer(text=place_of(page, translate))
    return embed


def summary(found: Summary, who: Who, translate: Translator) -> discord.Embed:
    """The summary of a session."""
    session = found.session
    seconds = (session.ended_at or session.touched_at) - session.began_at
    embed = discord.Embed(
        title=translate("The session is over"),
        description=translate.plural(
            "{number} song in {minutes} min.",
            "{number} songs in {minutes} min.",
            len(session.songs),
            minutes=max(1, round(seconds / 60)),
        ),
        colour=WAVE,
    )
    if found.liked:
        lines = [f"{linked(played.song, translate, 80)} · 👍 {likes}" for played, likes in found.liked]
        embed.add_field(name=translate("Most liked"), value="\n".join(lines), inline=False)
    if found.contributions:
        embed.add_field(
            name=translate("Who brought what"),
            value=fitting(
                [_contribution(one, who, translate) for one in found.contributions[:_PEOPLE_SHOWN]]
            )[:1_024],
            inline=False,
        )
    if found.picture is not None:
        embed.set_image(url=f"attachment://{MAP}")
    embed.set_footer(
        text=translate("The links, pasted into a playlist in Spotify's desktop app, become its songs.")
    )
    return embed


def files(found: Summary, translate: Translator) -> list[tuple[str, bytes]]:
    """The session as M3U8 and CSV files."""
    title = translate("Listening together")
    return [
        ("session.m3u8", as_m3u8(title, found.tracks).encode()),
        ("session.csv", as_csv(found.tracks).encode("utf-8-sig")),
    ]


def links(tracks: Sequence[Track], translate: Translator) -> list[str]:
    """The links to paste into Spotify, as messages."""
    return [links_text(tracks[at : at + LINKS], translate) for at in range(0, len(tracks), LINKS)]


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


def _contribution(one: Contribution, who: Who, translate: Translator) -> str:
    parts = [translate.plural("{number} song", "{number} songs", one.songs)]
    if one.requested:
        parts.append(translate("{number} asked for", number=one.requested))
    if one.likes:
        parts.append(f"👍 {one.likes}")
    return f"{who(one.user)} · " + " · ".join(parts)
