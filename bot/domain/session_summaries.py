"""Summaries of sessions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from bot.domain.sessions import Played, Session
from bot.domain.tracks import Track

MOST_LIKED = 3


@dataclass(frozen=True, slots=True)
class Contribution:
    """A person's songs in a session: how many were for them, and how many of those they requested."""

    user: int
    songs: int
    requested: int
    likes: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary of a session.

    Attributes:
        tracks: its tracks in order.
        picture: the session's path over the map (PNG), None if fewer than two songs have a position.
    """

    session: Session
    tracks: Sequence[Track]
    picture: bytes | None


def most_liked(session: Session) -> list[tuple[Played, int]]:
    """The most liked songs with their likes, best first."""
    liked = [(played, session.likes(played.number)[0]) for played in session.songs]
    return sorted((one for one in liked if one[1]), key=itemgetter(1), reverse=True)[:MOST_LIKED]


def contributions(session: Session) -> list[Contribution]:
    """The contributions of all people whose songs were played, sorted by number of songs."""
    songs: Counter[int] = Counter()
    requested: Counter[int] = Counter()
    likes: Counter[int] = Counter()
    for played in session.songs:
        if (user := played.pick.user) is not None:
            songs[user] += 1
            requested[user] += played.pick.why == "asked"
            likes[user] += session.likes(played.number)[0]
    return [Contribution(user, count, requested[user], likes[user]) for user, count in songs.most_common()]
