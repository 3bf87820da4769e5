"""What a session was: its songs, who brought what, and its way over the map."""

from collections.abc import Sequence

from bot.domain.errors import NoSession, SamewaveError
from bot.domain.session_summaries import Summary, contributions, most_liked
from bot.domain.sessions import Session, SessionSong
from bot.domain.tracks import Track
from bot.services.maps.draw import DrawMap
from bot.services.scope import Scope
from bot.services.sessions.taste import SessionTaste
from bot.storage.catalogue.tracks import Tracks
from bot.storage.state.sessions import Sessions

MOST_ON_MAP = 60
"""Numbers on one picture; of a longer session it shows the last ones."""


class SessionSummary:
    """Sums sessions up."""

    def __init__(self, sessions: Sessions, tracks: Tracks, taste: SessionTaste, draw: DrawMap) -> None:
        self._sessions = sessions
        self._tracks = tracks
        self._taste = taste
        self._draw = draw

    async def last_in(self, channel: int) -> Session:
        """The session of a channel that is open, or the one that ended last.

        Raises:
            NoSession: there was none.
        """
        session = await self._sessions.last_in(channel)
        if session is None:
            raise NoSession("There was no session in this channel yet; begin one with `session start`.")
        return session

    async def __call__(self, session: Session) -> Summary:
        """All about a session."""
        tracks = await self._tracks_of(session)
        picture = await self._picture(session, tracks)
        return Summary(session, tracks, most_liked(session), contributions(session), picture)

    async def tracks_of(self, number: int) -> list[Track]:
        """The songs of a session.

        Raises:
            NoSession: it is not kept any more.
        """
        session = await self._sessions.by_number(number)
        if session is None:
            raise NoSession("I no longer have that session.")
        return await self._tracks_of(session)

    async def _tracks_of(self, session: Session) -> list[Track]:
        return [await self._track(played.song) for played in session.songs]

    async def _track(self, song: SessionSong) -> Track:
        track = await self._tracks.by_id(song.token)
        if track is not None:
            return track
        milliseconds = None if song.seconds is None else round(1000 * song.seconds)
        return Track(song.token, song.title, song.artists, duration_ms=milliseconds)

    async def _picture(self, session: Session, tracks: Sequence[Track]) -> bytes | None:
        try:
            placed = [
                track
                for played, track in zip(session.songs, tracks, strict=True)
                if track.features is not None and await self._taste.seed_of(played.song) is not None
            ][-MOST_ON_MAP:]
            return await self._draw.way(placed, Scope()) if len(placed) > 1 else None
        except SamewaveError:
            return None
