"""Changes of sessions: one at a time per channel, planned, stored in one transaction, then displayed."""

import asyncio
from collections.abc import Awaitable, Callable
from time import time
from weakref import WeakValueDictionary

from bot.domain import session_moves as moves
from bot.domain.errors import NoSession, NothingToPick, StorageFailed
from bot.domain.sessions import At, Session
from bot.services.guilds.feedback import Feedback
from bot.services.sessions.display import SessionDisplay
from bot.services.sessions.planner import SessionPlanner
from bot.storage.state.sessions import Sessions

Step = Callable[[Session, float], Session | Awaitable[Session]]
"""Makes a session's next state at a time (Unix seconds). It is called again with what another process stored
meanwhile, so whatever else is done to the world is done before or after."""
_ATTEMPTS = 50


class SessionChanges:
    """What all actions of a session are made of.

    Attributes:
        stored: the sessions of the state.
        planner: plans the next songs.
        feedback: 👍 and 👎.
        clock: Unix seconds.
        display: shows sessions to people.
    """

    def __init__(
        self,
        stored: Sessions,
        planner: SessionPlanner,
        feedback: Feedback,
        *,
        clock: Callable[[], float] = time,
    ) -> None:
        self.stored = stored
        self.planner = planner
        self.feedback = feedback
        self.clock = clock
        self.display = SessionDisplay()
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def show(self, at: At) -> Session:
        """The open session.

        Raises:
            NoSession: there is none, or the button's is over.
        """
        session = await self.stored.open_in(at.channel)
        if session is None:
            raise NoSession("No session is open in this channel; begin one with `{prefix}session start`.")
        if at.number is not None and at.number != session.session:
            raise NoSession("That session is over; use the newest panel in this channel.")
        return session

    async def open_in(self, channel: int) -> Session | None:
        """The channel's open session."""
        return await self.stored.open_in(channel)

    async def newest_in(self, channel: int) -> Session | None:
        """The channel's open session, or the last one."""
        return await self.stored.last_in(channel)

    async def apply(self, at: At, step: Step, *, quietly: bool = False, began: int | None = None) -> Session:
        """Change the open session: plan the next songs, store the new state and show it; returns it.

        Args:
            quietly: whether to skip the display.
            began: the scope's, where something was looked up before.

        Raises:
            NoSession: there is none, or the button's is over.
            StorageFailed: it could not be written, or others change it all the time.
        """
        known = self.stored.forgettings if began is None else began
        lock = self._locks.setdefault(at.channel, asyncio.Lock())
        async with lock:
            for _ in range(_ATTEMPTS):
                before = await self.show(at)
                changed = step(before, self.clock())
                after = changed if isinstance(changed, Session) else await changed
                if after.ended_at is None and _basis(after) != _basis(before):
                    after = await self.planned(after)
                if await self.stored.save(before, after, began=known):
                    break
            else:
                raise StorageFailed(
                    "I could not save that; try again in a moment.", detail="changed by others"
                )
        if not quietly and after != before:
            if after.now is not None and len(after.songs) > len(before.songs):
                await self.display.song_began(after, after.now)
            await self.display.refresh(after.channel)
            if after.ended_at is not None:
                await self.display.sum_up(after)
        return after

    async def go_on(self, session: Session, now: float) -> Session:
        """The session with its next song started.

        Raises:
            NothingToPick: there is nothing left to play.
        """
        if not session.upcoming:
            session = await self.planned(session)
        if not session.upcoming:
            raise NothingToPick("There is nothing left to play here; add a song.")
        return moves.begun(session, session.upcoming[0], now)

    async def planned(self, session: Session) -> Session:
        """The session with its next songs planned."""
        return await self.planner.plan(session, self.display.listening(session))


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
