"""Timed events of sessions: songs and polls end, people who left are asked, idle sessions close."""

import logging

import numpy as np

from bot.domain import session_moves as moves
from bot.domain.errors import NoSession, NothingToPick, SamewaveError
from bot.domain.sessions import IDLE_SECONDS, At, Session, leaving_at
from bot.services.sessions.changes import Changing, SessionChanges
from bot.services.sessions.session import ListeningSessions

log = logging.getLogger(__name__)


class SessionTimers:
    """Runs due events. Their times are in the database, so that a restart loses none."""

    def __init__(
        self, sessions: ListeningSessions, changes: SessionChanges, *, rng: np.random.Generator
    ) -> None:
        self._sessions = sessions
        self._changes = changes
        self._rng = rng

    async def run_due(self) -> None:
        """Run all due events and tend the panels; a failure in one session does not stop the others.

        Raises:
            Exception: the first failure.
        """
        failures: list[Exception] = []
        for channel, number in await self._changes.sessions.due(self._changes.clock()):
            try:
                await self._look_after(At(channel, number))
            except NoSession:  # it ended meanwhile
                continue
            except Exception as error:
                failures.append(error)
        await self._changes.display.tend()
        if failures:
            raise failures[0]

    async def voice_joined(self, voice: int, user: int) -> None:
        """A user joined a voice channel: they join its sessions."""
        for channel in await self._changes.sessions.with_voice(voice):
            try:
                await self._sessions.join(At(channel), user)
            except SamewaveError as error:
                log.info("%s", error)

    async def voice_left(self, voice: int, user: int) -> None:
        """A user left a voice channel: their five minutes start."""
        for channel in await self._changes.sessions.with_voice(voice):
            try:
                async with self._changes.changing(At(channel)) as change:
                    change.now = moves.away(change.now, user, self._changes.clock())
            except NoSession:
                continue

    async def channel_deleted(self, channel: int) -> None:
        """The channel was deleted: its session ends without a summary."""
        try:
            await self._end_quietly(At(channel))
        except NoSession:
            return

    async def leave_guild(self, guild: int) -> None:
        """The bot was removed from a server: delete its sessions."""
        await self._changes.sessions.forget_guild(guild)

    async def resume(self) -> list[tuple[int, int]]:
        """Resume after a start: end sessions of deleted channels, update all other panels.

        Returns:
            server and voice channel of the sessions with a voice channel.
        """
        voices: list[tuple[int, int]] = []
        for channel, guild, voice in await self._changes.sessions.all_open():
            session = await self._changes.sessions.open_in(channel)
            if session is None:
                continue
            if self._changes.display.reach(session) == "gone":
                await self.channel_deleted(channel)
                continue
            await self._changes.display.refresh(channel)
            if voice is not None:
                voices.append((guild, voice))
        return voices

    async def _look_after(self, at: At) -> None:
        display = self._changes.display
        session = await self._changes.open_session(at)
        reach = display.reach(session)
        if reach == "away":  # due events wait until the channel can be written to
            return
        if reach == "gone":
            await self._end_quietly(at)
            return
        now = self._changes.clock()
        if session.poll is not None and session.poll.ends_at <= now:
            await self._close_poll(at, session)
        to_ask: list[int] = []
        async with self._changes.changing(at) as change:
            self._let_go(change, now, to_ask)
            song = change.now.now
            if change.now.ended_at is not None:
                return
            if change.now.auto and song is not None and song.ends_at <= now and reach == "open":
                await self._go_on(change, now)
            if change.now.touched_at + IDLE_SECONDS <= now:
                change.now = moves.ended(change.now, now)
        for user in to_ask:
            await display.ask_whether_there(change.now, user)

    def _let_go(self, change: Changing, now: float, to_ask: list[int]) -> None:
        for person in change.now.people:
            if person.away_since is None or leaving_at(person) > now:
                continue
            if person.asked_at is None:
                change.now = moves.asked_whether_there(change.now, person.user, now)
                to_ask.append(person.user)
            else:
                change.now = moves.left(change.now, person.user, now)

    async def _go_on(self, change: Changing, now: float) -> None:
        try:
            await self._changes.go_on(change, now)
        except NothingToPick:
            change.now = moves.ended(change.now, now)
            return
        if change.now.voice is not None and change.now.listening:
            change.now = moves.touched(change.now, now)  # people listen even if no one presses a button

    async def _close_poll(self, at: At, session: Session) -> None:
        votes = await self._changes.display.votes(session)
        async with self._changes.changing(at) as change:
            result = moves.result_of(change.now, votes, lambda below: int(self._rng.integers(below)))
            change.now = moves.poll_closed(change.now, result.winner)
        await self._changes.display.poll_ended(change.now, result)

    async def _end_quietly(self, at: At) -> None:
        async with self._changes.changing(at, quietly=True) as change:
            change.now = moves.ended(change.now, self._changes.clock())
