"""Applies changes to sessions: one at a time, planned, stored in one transaction, then displayed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import time
from weakref import WeakValueDictionary

from bot.domain import session_moves as moves
from bot.domain.errors import NoSession, NothingToPick
from bot.domain.sessions import At, Played, Session
from bot.services.sessions.display import NoDisplay, SessionDisplay
from bot.services.sessions.planner import SessionPlanner
from bot.storage.state.sessions import Sessions


class Changing:
    """A session under change; `now` is its new state.

    Attributes:
        began: the song that started with this change.
    """

    def __init__(self, session: Session) -> None:
        self.now = session
        self.began: Played | None = None


class SessionChanges:
    """Changes sessions, one change at a time per channel.

    Attributes:
        clock: Unix seconds.
        display: the port that displays sessions.
    """

    def __init__(
        self, sessions: Sessions, planner: SessionPlanner, *, clock: Callable[[], float] = time
    ) -> None:
        self.sessions = sessions
        self.clock = clock
        self.display: SessionDisplay = NoDisplay()
        self._planner = planner
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def go_on(self, change: Changing, now: float) -> None:
        """Start the next song.

        Raises:
            NothingToPick: there is nothing left to play.
        """
        if not change.now.upcoming:
            change.now = await self._planner.plan(change.now, self.listening(change.now))
        if not change.now.upcoming:
            raise NothingToPick("There is nothing left to play here; add a song.")
        change.now = moves.begun(change.now, change.now.upcoming[0], now)
        change.began = change.now.now

    @asynccontextmanager
    async def changing(self, at: At, *, quietly: bool = False) -> AsyncIterator[Changing]:
        """Lock the open session for one change, then plan the next songs, store the state and show it.

        Args:
            quietly: whether to skip the display.

        Raises:
            NoSession: there is none, or the button's is over.
        """
        lock = self._locks.setdefault(at.channel, asyncio.Lock())
        async with lock:
            before = await self.open_session(at)
            change = Changing(before)
            yield change
            if change.now.ended_at is None and _basis(change.now) != _basis(before):
                change.now = await self._planner.plan(change.now, self.listening(change.now))
            await self.sessions.save(before, change.now)
        if not quietly and change.now != before:
            await self._shown(change)

    async def _shown(self, change: Changing) -> None:
        if change.began is not None:
            await self.display.song_began(change.now, change.began)
        await self.display.refresh(change.now.channel)
        if change.now.ended_at is not None:
            await self.display.sum_up(change.now)

    async def open_session(self, at: At) -> Session:
        """The open session.

        Raises:
            NoSession: there is none, or the button's is over.
        """
        session = await self.sessions.open_in(at.channel)
        if session is None:
            raise NoSession("No session is open in this channel; begin one with `{prefix}session start`.")
        if at.number is not None and at.number != session.session:
            raise NoSession("That session is over; use the newest panel in this channel.")
        return session

    def listening(self, session: Session) -> dict[int, str]:
        """Ids of the tracks that people in the session are listening to now."""
        return dict(self.display.listening(session.guild, [person.user for person in session.people]))


def _basis(session: Session) -> tuple[object, ...]:
    """The parts of the state that the plan depends on."""
    return (
        session.mode,
        [person.user for person in session.turns()],
        session.queue,
        len(session.songs),
        session.upcoming,
        session.poll is None,
    )
