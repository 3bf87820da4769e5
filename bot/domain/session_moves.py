"""State transitions of a session, as pure functions."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from bot.domain.errors import SessionRefused
from bot.domain.sessions import (
    MOST_PEOPLE,
    MOST_QUEUED,
    POLL_SECONDS,
    Mode,
    Opinion,
    Person,
    Pick,
    Played,
    PollResult,
    QueuedSong,
    Session,
    SessionPoll,
    SessionSong,
    any_version,
)
from bot.domain.steering import Steering
from bot.domain.taste import Verdict


def joined(session: Session, user: int, now: float) -> Session:
    """Add a person; their first turn comes after everyone else's.

    Raises:
        SessionRefused: the session is full.
    """
    known = session.person(user)
    if known is not None:
        return touched(_with_person(session, replace(known, away_since=None, asked_at=None)), now)
    if len(session.people) >= MOST_PEOPLE:
        raise SessionRefused("This session is full; {most} people take part already.", most=MOST_PEOPLE)
    place = max((person.place for person in session.people), default=0) + 1
    person = Person(user, place, served=len(session.songs))
    return touched(replace(session, people=(*session.people, person)), now)


def left(session: Session, user: int, now: float) -> Session:
    """Remove a person and their queue; the session ends when no one is left."""
    after = replace(
        session,
        people=tuple(person for person in session.people if person.user != user),
        queue=tuple(queued for queued in session.queue if queued.user != user),
        upcoming=tuple(pick for pick in session.upcoming if pick.user != user),
        skips=session.skips - {user},
    )
    return after if after.people else ended(after, now)


def away(session: Session, user: int, now: float) -> Session:
    """Mark a person as away from the voice channel and remove their vote to skip."""
    person = session.person(user)
    if person is None or person.away_since is not None:
        return session
    return replace(
        _with_person(session, replace(person, away_since=now, asked_at=None)), skips=session.skips - {user}
    )


def asked_whether_there(session: Session, user: int, now: float) -> Session:
    """Note that an absent person was asked whether they are still listening."""
    person = session.person(user)
    return session if person is None else _with_person(session, replace(person, asked_at=now))


def asked_for(session: Session, user: int, song: SessionSong, now: float) -> Session:
    """Add a song to a person's queue; they join if necessary.

    Raises:
        SessionRefused: it was played, it is in a queue already, or the person's queue is full.
    """
    if session.heard(song):
        raise SessionRefused("“{song}” was played in this session already; ask for another.", song=song.title)
    if any_version(song, (queued.song for queued in session.queue)):
        raise SessionRefused("“{song}” is in the queue already; ask for another.", song=song.title)
    if sum(queued.user == user for queued in session.queue) >= MOST_QUEUED:
        raise SessionRefused(
            "{most} songs of yours are waiting; let some of them be played first.", most=MOST_QUEUED
        )
    after = joined(session, user, now)
    entry = max((queued.entry for queued in session.queue), default=0) + 1
    return replace(after, queue=(*after.queue, QueuedSong(entry, user, song)))


@dataclass(frozen=True, slots=True)
class AskedFor:
    """How many requested songs are in the queue now, found no room, or were played or waiting already."""

    added: int = 0
    too_many: int = 0
    known: int = 0


def all_asked_for(
    session: Session, user: int, songs: Iterable[SessionSong], now: float
) -> tuple[Session, AskedFor]:
    """Add songs to a person's queue, as many as it takes; they join if necessary.

    Raises:
        SessionRefused: none could be added.
    """
    counts: Counter[str] = Counter()
    refused: SessionRefused | None = None
    for song in songs:
        is_known = session.heard(song) or any_version(song, (queued.song for queued in session.queue))
        try:
            session = asked_for(session, user, song, now)
        except SessionRefused as error:
            refused = refused or error
            counts["known" if is_known else "too_many"] += 1
        else:
            counts["added"] += 1
    if not counts["added"] and refused is not None:
        raise refused
    return session, AskedFor(**counts)


def begun(session: Session, pick: Pick, now: float) -> Session:
    """Start a song: remove it from the queue and update whose turn was served."""
    number = len(session.songs) + 1
    people = tuple(
        replace(person, served=number) if person.user == pick.user else person for person in session.people
    )
    return replace(
        session,
        people=people,
        songs=(*session.songs, Played(number, pick, now)),
        queue=tuple(queued for queued in session.queue if not queued.song.is_version_of(pick.song)),
        upcoming=tuple(other for other in session.upcoming if not other.song.is_version_of(pick.song)),
        skips=frozenset(),
    )


def skip_voted(session: Session, user: int, now: float) -> Session:
    """Toggle a person's vote to skip the current song.

    Raises:
        SessionRefused: they do not take part, or nothing is playing.
    """
    if session.now is None:
        raise SessionRefused("Nothing is on yet; press Next to begin.")
    if session.person(user) is None:
        raise SessionRefused("Only those who take part can vote; press Join first.")
    after = joined(session, user, now)
    return replace(after, skips=after.skips ^ {user})


def outvoted(session: Session) -> bool:
    """Whether a majority of those present voted to skip."""
    here = {person.user for person in session.listening}
    return bool(session.songs) and len(session.skips & here) >= session.skips_needed


def skipped(session: Session) -> Session:
    """Mark the current song as skipped."""
    *before, last = session.songs
    return replace(session, songs=(*before, replace(last, skipped=True)))


def rated(session: Session, number: int, user: int, verdict: Verdict, now: float) -> Session:
    """Set, change or withdraw a person's opinion of a song."""
    others = frozenset(one for one in session.opinions if (one.number, one.user) != (number, user))
    if verdict is not Verdict.WITHDRAWN:
        others |= {Opinion(number, user, verdict is Verdict.LIKED)}
    return touched(replace(session, opinions=others), now)


def check_poll(session: Session) -> None:
    """Check that a poll may start now.

    Raises:
        SessionRefused: a poll is running, its winner is in the queue, or someone would wait too long.
    """
    if session.poll is not None:
        raise SessionRefused("A poll is running already; it ends within a minute.")
    if any(pick.why == "poll" for pick in session.upcoming):
        raise SessionRefused("The winner of the last poll comes next; hold another one after it.")
    if not session.has_room_out_of_turn():
        raise SessionRefused(
            "Somebody's turn is due after the last poll; hold another one when everybody had a turn."
        )


def poll_opened(session: Session, songs: Iterable[SessionSong], now: float) -> Session:
    """Start a poll.

    Raises:
        SessionRefused: see `check_poll`.
    """
    check_poll(session)
    return touched(replace(session, poll=SessionPoll(None, now + POLL_SECONDS, tuple(songs))), now)


def poll_closed(session: Session, winner: SessionSong | None) -> Session:
    """Close a poll; its winner comes next, for everyone."""
    first = () if winner is None else (Pick(None, "poll", "", winner),)
    return replace(session, poll=None, upcoming=(*first, *session.upcoming))


def result_of(session: Session, votes: Collection[int], draw: Callable[[int], int]) -> PollResult:
    """The winner of the poll, drawn among the songs with the most votes that may still come next.

    Args:
        votes: votes for each song of the poll; empty if they could not be read.
        draw: a random number below the given one.
    """
    poll = session.poll
    if poll is None:
        return PollResult(None, None, 0)
    counts = [*votes, *([0] * len(poll.songs))][: len(poll.songs)]
    left_over = [
        (count, song) for count, song in zip(counts, poll.songs, strict=True) if session.may_follow(song)
    ]
    most = max((count for count, _ in left_over), default=0)
    best = [song for count, song in left_over if count == most]
    return PollResult(best[draw(len(best))] if best else None, most if votes else None, len(best))


def settled(
    session: Session,
    *,
    mode: Mode | None = None,
    auto: bool | None = None,
    steering: Steering | None = None,
) -> Session:
    """Change how songs are chosen, or whether the session moves on by itself.

    Songs that were planned another way are dropped, but for the winner of a poll.
    """
    if auto is not None:
        session = replace(session, auto=auto)
    changed = replace(
        session,
        mode=session.mode if mode is None else mode,
        steering=session.steering if steering is None else steering,
    )
    if changed == session:
        return session
    return replace(changed, upcoming=tuple(pick for pick in session.upcoming if pick.why == "poll"))


def touched(session: Session, now: float) -> Session:
    """Note an action: restart the idle timeout of an hour."""
    return replace(session, touched_at=now)


def ended(session: Session, now: float) -> Session:
    """End the session: clear queues and plans, keep the history."""
    return replace(session, ended_at=now, queue=(), upcoming=(), poll=None, skips=frozenset())


def _with_person(session: Session, changed: Person) -> Session:
    people = tuple(changed if person.user == changed.user else person for person in session.people)
    return replace(session, people=people)
