"""Applies changes to sessions: one at a time, planned, stored in one transaction, then displayed."""

import asyncio
from collections.abc import Awaitable, Callable
from time import time
from weakref import WeakValueDictionary

from bot.domain import session_moves as moves
from bot.domain.errors import NoSession, NothingToPick, StorageFailed
from bot.domain.sessions import At, Session
from bot.services.sessions.display import SessionDisplay
from bot.services.sessions.planner import SessionPlanner
from bot.storage.state.sessions import Sessions

Step = Callable[[Session], Awaitable[Session]]
"""Makes a session's next state. It is called again with what another process stored meanwhile, so whatever
else is done to the world is done before or after."""
_ATTEMPTS = 50


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
        self.display = SessionDisplay()
        self._planner = planner
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def go_on(self, session: Session, now: float) -> Session:
        """The session with its next song started.

        Raises:
            NothingToPick: there is nothing left to play.
        """
        if not session.upcoming:
            session = await self._planner.plan(session, self.listening(session))
        if not session.upcoming:
            raise NothingToPick("There is nothing left to play here; add a song.")
        return moves.begun(session, session.upcoming[0], now)

    async def apply(self, at: At, step: Step, *, quietly: bool = False, began: int | None = None) -> Session:
        """Change the open session: plan the next songs, store the new state and show it; returns it.

        Args:
            quietly: whether to skip the display.
            began: the scope's, where something was looked up before.

        Raises:
            NoSession: there is none, or the button's is over.
            StorageFailed: it could not be written, or others change it all the time.
        """
        known = self.sessions.forgettings if began is None else began
        lock = self._locks.setdefault(at.channel, asyncio.Lock())
        async with lock:
            for _ in range(_ATTEMPTS):
                before = await self.open_session(at)
                after = await step(before)
                if after.ended_at is None and _basis(after) != _basis(before):
                    after = await self._planner.plan(after, self.listening(after))
                if await self.sessions.save(before, after, began=known):
                    break
            else:
                raise StorageFailed(
                    "I could not save that; try again in a moment.", detail="changed by others"
                )
        if not quietly and after != before:
            await self._shown(before, after)
        return after

    async def _shown(self, before: Session, after: Session) -> None:
        if after.now is not None and len(after.songs) > len(before.songs):
            await self.display.song_began(after, after.now)
        await self.display.refresh(after.channel)
        if after.ended_at is not None:
            await self.display.sum_up(after)

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
