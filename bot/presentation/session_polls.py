"""The poll of a listening session and its result."""

from bot.domain.sessions import PollResult, SessionPoll, SessionSong
from bot.i18n.translator import Translator
from bot.presentation.texts import plain, shown

POLL_LIMIT = 55
"""Characters of a poll's answer."""


def question(translate: Translator) -> str:
    """The question of the poll."""
    return translate("Which song comes next?")


def note(poll: SessionPoll, translate: Translator) -> str:
    """The text above the poll: Discord itself counts down an hour, its minimum."""
    return translate(
        "The poll closes at {when}, and I tell who won. Discord shows an hour: it knows no shorter polls.",
        when=f"<t:{int(poll.ends_at)}:T>",
    )


def result(result: PollResult, translate: Translator) -> str:
    """How the poll ended."""
    if result.winner is None:
        return translate("No song of the poll may be played any more; the session goes on as planned.")
    song = shown(result.winner.title, 200)
    if result.votes is None:
        return translate(
            "The poll cannot be read any more, so I drew a song of it: “{song}” is next.", song=song
        )
    if not result.votes:
        return translate("Nobody voted, so I drew a song of the poll: “{song}” is next.", song=song)
    if result.tied > 1:
        return translate.plural(
            "{tied} songs have {number} vote each. I drew “{song}”; it is next.",
            "{tied} songs have {number} votes each. I drew “{song}”; it is next.",
            result.votes,
            tied=result.tied,
            song=song,
        )
    return translate.plural(
        "“{song}” won with {number} vote; it is next.",
        "“{song}” won with {number} votes; it is next.",
        result.votes,
        song=song,
    )


def answer(song: SessionSong) -> str:
    """One answer of the poll, without Markdown."""
    return plain(f"{song.title} · {', '.join(song.artists)}", POLL_LIMIT)
