"""Timed events of sessions: songs and polls end, people who left are asked, idle sessions close."""

import logging
from contextlib import suppress

import numpy as np

from bot.domain import session_moves as moves
from bot.domain.errors import NoSession, NothingToPick, SamewaveError
from bot.domain.sessions import IDLE_SECONDS, At, Person, PollResult, Session, leaving_at
from bot.services.sessions.session import ListeningSessions

log = logging.getLogger(__name__)


class SessionTimers:
    """Runs due events. Their times are in the database, so that a restart loses none."""

    def __init__(self, sessions: ListeningSessions, *, rng: np.random.Generator) -> None:
        self._sessions = sessions
        self._rng = rng

    async def run_due(self) -> None:
        """Run all due events and tend the panels; a failure in one session does not stop the others.

        Raises:
            Exception: the first failure.
        """
        failures: list[Exception] = []
        for channel, number in await self._sessions.stored.due(self._sessions.clock()):
            try:
                await self._look_after(At(channel, number))
            except NoSession:  # it ended meanwhile
                continue
            except Exception as error:
                failures.append(error)
        await self._sessions.display.tend()
        if failures:
            raise failures[0]

    async def voice_joined(self, voice: int, user: int) -> None:
        """A user joined a voice channel: they join its sessions."""
        for channel in await self._sessions.stored.with_voice(voice):
            try:
                await self._sessions.join(At(channel), user)
            except SamewaveError as error:
                log.info("%s", error)

    async def voice_left(self, voice: int, user: int) -> None:
        """A user left a voice channel: their five minutes start."""
        for channel in await self._sessions.stored.with_voice(voice):
            with suppress(NoSession):
                await self._sessions.apply(At(channel), lambda session, now: moves.away(session, user, now))

    async def channel_deleted(self, channel: int) -> None:
        """The channel was deleted: its session ends without a summary."""
        with suppress(NoSession):
            await self._end_quietly(At(channel))

    async def leave_guild(self, guild: int) -> None:
        """The bot was removed from a server: delete its sessions."""
        await self._sessions.stored.forget_guild(guild)

    async def resume(self) -> list[tuple[int, int]]:
        """Resume after a start: end sessions of deleted channels, update all other panels.

        Returns:
            server and voice channel of the sessions with a voice channel.
        """
        voices: list[tuple[int, int]] = []
        for channel, guild, voice in await self._sessions.stored.all_open():
            session = await self._sessions.stored.open_in(channel)
            if session is None:
                continue
            if self._sessions.display.reach(session) == "gone":
                await self.channel_deleted(channel)
                continue
            await self._sessions.display.refresh(channel)
            if voice is not None:
                voices.append((guild, voice))
        return voices

    async def _look_after(self, at: At) -> None:
        display = self._sessions.display
        session = await self._sessions.show(at)
        reach = display.reach(session)
        if reach == "away":  # due events wait until the channel can be written to
            return
        if reach == "gone":
            await self._end_quietly(at)
            return
        if session.poll is not None and session.poll.ends_at <= self._sessions.clock():
            await self._close_poll(at, session)
        to_ask: list[int] = []

        async def step(newest: Session, now: float) -> Session:
            nonlocal to_ask
            to_ask = [person.user for person in _missed(newest, now) if person.asked_at is None]
            after = _without_missed(newest, now)
            if after.ended_at is not None:
                return after
            song = after.now
            if after.auto and song is not None and song.ends_at <= now and reach == "open":
                after = await self._go_on(after, now)
            return moves.ended(after, now) if after.touched_at + IDLE_SECONDS <= now else after

        after = await self._sessions.apply(at, step)
        for user in to_ask:
            await display.ask_whether_there(after, user)

    async def _go_on(self, session: Session, now: float) -> Session:
        try:
            after = await self._sessions.go_on(session, now)
        except NothingToPick:
            return moves.ended(session, now)
        # People listen even if no one presses a button.
        return moves.touched(after, now) if after.voice is not None and after.listening else after

    async def _close_poll(self, at: At, session: Session) -> None:
        votes = await self._sessions.display.votes(session)
        result = PollResult(None, None, 0)

        def step(newest: Session, _: float) -> Session:
            nonlocal result
            result = moves.result_of(newest, votes, lambda below: int(self._rng.integers(below)))
            return moves.poll_closed(newest, result.winner)

        after = await self._sessions.apply(at, step)
        await self._sessions.display.poll_ended(after, result)

    async def _end_quietly(self, at: At) -> None:
        await self._sessions.apply(at, moves.ended, quietly=True)


def _missed(session: Session, now: float) -> list[Person]:
    """People who have been away for so long that they are asked, or let go."""
    return [
        person for person in session.people if person.away_since is not None and leaving_at(person) <= now
    ]


def _without_missed(session: Session, now: float) -> Session:
    """Note who is asked; remove people who were asked before."""
    for person in _missed(session, now):
        if person.asked_at is None:
            session = moves.asked_whether_there(session, person.user, now)
        else:
            session = moves.left(session, person.user, now)
    return session
