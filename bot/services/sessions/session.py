"""Listening sessions: one stream of songs for a group, in fair turns."""

from collections.abc import Collection
from dataclasses import replace

from bot.domain import session_moves as moves
from bot.domain.errors import NothingToPick, SessionRefused
from bot.domain.sessions import At, Mode, Session
from bot.domain.steering import Steering
from bot.domain.taste import Verdict
from bot.services.scope import Scope
from bot.services.sessions.changes import SessionChanges


class ListeningSessions(SessionChanges):
    """The actions of a session."""

    async def start(
        self,
        channel: int,
        guild: int,
        user: int,
        scope: Scope,
        *,
        mode: Mode = "fair",
        auto: bool = False,
        voice: int | None = None,
        present: Collection[int] = (),
        age_restricted: bool = False,
    ) -> Session:
        """Open a session in a channel. It is stored with its people and its first plan, or not at all.

        Args:
            voice: a voice channel whose members take part. present: its current members.

        Raises:
            SessionRefused: one is open in the channel.
            ModelUnavailable: there is no model. StorageFailed: it could not be written.
        """
        refused = SessionRefused("A session is open in this channel already; press Join under its panel.")
        if await self.open_in(channel) is not None:
            raise refused  # before it is planned
        now = self.clock()
        session = Session(0, channel, guild, mode, now, now, voice, auto, age_restricted=age_restricted)
        for person in (user, *sorted(set(present) - {user})):
            session = moves.joined(session, person, now)
        begun = await self.stored.begin(await self.planned(session), began=scope.began)
        if begun is None:
            raise refused
        await self.display.refresh(channel)
        return begun

    async def note_panel(self, session: Session, message: int) -> None:
        """Store the message id of a session's panel.

        Raises:
            NoSession: it is over.
        """
        at = At(session.channel, session.session)
        await self.apply(at, lambda newest, _: replace(newest, panel=message), quietly=True)

    async def join(self, at: At, user: int) -> Session:
        """Join the session, or confirm that the user is still listening."""
        return await self.apply(at, lambda session, now: moves.joined(session, user, now))

    async def leave(self, at: At, user: int) -> Session:
        """Leave the session; it ends with its last person.

        Raises:
            SessionRefused: they take no part.
        """

        def step(session: Session, now: float) -> Session:
            if session.person(user) is None:
                raise SessionRefused("You take no part in this session; press Join to do so.")
            return moves.touched(moves.left(session, user, now), now)

        return await self.apply(at, step)

    async def next(self, at: At, user: int, *, leads: bool, after: int | None = None) -> Session:
        """Start the next song.

        Args:
            leads: whether the user is a DJ or a moderator.
            after: the song the user saw; if another one is playing now, nothing happens.

        Raises:
            SessionRefused: the current song is neither theirs nor over, and they do not lead.
            NothingToPick: there is nothing left to play.
        """

        async def step(session: Session, now: float) -> Session:
            on = session.now
            if after is not None and len(session.songs) != after:
                return session
            if not session.people:  # everybody in it used /forgetme: there is no one to plan for
                session = moves.joined(session, user, now)
            if not (leads or user == session.host or on is None or on.pick.user == user or now >= on.ends_at):
                raise SessionRefused(
                    "While a song plays, only its person and the host can go on; press Skip to vote."
                )
            return moves.touched(await self.go_on(session, now), now)

        return await self.apply(at, step)

    async def skip(self, at: At, user: int, *, song: int | None = None) -> Session:
        """Toggle the user's vote to skip the current song; a majority of those present skips it.

        Args:
            song: the number of the song the user saw.

        Raises:
            SessionRefused: they do not take part, or this song is not playing.
        """

        async def step(session: Session, now: float) -> Session:
            if song is not None and song != len(session.songs):
                raise SessionRefused("That song is over already.")
            voted = moves.skip_voted(session, user, now)
            return await self.go_on(moves.skipped(voted), now) if moves.outvoted(voted) else voted

        return await self.apply(at, step)

    async def rate(self, at: At, user: int, number: int, scope: Scope, *, liked: bool) -> tuple[Verdict, str]:
        """Rate a song of the session; the same rating again withdraws it. Returns the verdict and the title.

        Raises:
            SessionRefused: no song has that number.
        """
        session = await self.show(at)
        if not 1 <= number <= len(session.songs):
            raise SessionRefused("Nothing is on yet; press Next to begin.")
        song = session.songs[number - 1].song
        verdict, _ = await self.feedback.press(user, song.song_ref, scope, liked=liked)
        await self.apply(
            at, lambda newest, now: moves.rated(newest, number, user, verdict, now), began=scope.began
        )
        return verdict, song.title

    async def vote(self, at: At, user: int) -> Session:
        """Open a poll on four songs.

        Raises:
            SessionRefused: they do not take part, a poll is running, or someone's turn is due.
            NothingToPick: there are not enough songs.
        """

        async def open_it(session: Session, now: float) -> Session:
            if session.person(user) is None:
                raise SessionRefused("Only those who take part can vote; press Join first.")
            moves.check_poll(session)
            songs = await self.planner.candidates(session, self.display.listening(session))
            if len(songs) < 2:
                raise NothingToPick("There are not enough songs left for a poll.")
            return moves.poll_opened(session, songs, now)

        opened = await self.apply(at, open_it)
        message = await self.display.open_poll(opened)

        def note_message(session: Session, _: float) -> Session:
            if message is None:
                return moves.poll_closed(session, None)
            if session.poll is None:
                return session
            return replace(session, poll=replace(session.poll, message=message))

        noted = await self.apply(At(at.channel, opened.session), note_message)
        if message is None:
            raise SessionRefused(
                "I cannot post a poll here: I lack the permission Create Polls, or I am timed out. A "
                "moderator can change both."
            )
        return noted

    async def settle(
        self,
        at: At,
        user: int,
        *,
        leads: bool,
        mode: Mode | None = None,
        auto: bool | None = None,
        steering: Steering | None = None,
    ) -> Session:
        """Change how songs are chosen, or whether the session moves on by itself.

        Raises:
            SessionRefused: they are neither host nor leader.
        """

        def step(session: Session, now: float) -> Session:
            if not leads and user != session.host:
                raise SessionRefused("Only the host, a DJ or a moderator chooses how songs come.")
            return moves.touched(moves.settled(session, mode=mode, auto=auto, steering=steering), now)

        return await self.apply(at, step)

    async def end(self, at: At, user: int, *, leads: bool) -> Session:
        """End the session.

        Raises:
            SessionRefused: they are neither host nor leader.
        """

        def step(session: Session, now: float) -> Session:
            if not leads and user != session.host:
                raise SessionRefused("Only the host, a DJ or a moderator ends the session; you can leave it.")
            return moves.ended(session, now)

        return await self.apply(at, step)
