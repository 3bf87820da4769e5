"""Summaries of sessions: songs, contributions, and the path over the map."""

from collections.abc import Sequence

from bot.domain.errors import NoSession, SamewaveError
from bot.domain.recommendations import SeedSong
from bot.domain.session_summaries import Summary
from bot.domain.sessions import Session, SessionSong
from bot.domain.tracks import Track
from bot.services.maps.draw import DrawMap
from bot.services.scope import Scope
from bot.services.sessions.taste import SessionTaste
from bot.storage.state.sessions import Sessions

MOST_ON_MAP = 60
"""Numbers on one picture; of a longer session it shows the last ones."""


class SessionSummary:
    """Builds summaries."""

    def __init__(self, sessions: Sessions, taste: SessionTaste, draw: DrawMap) -> None:
        self._sessions = sessions
        self._taste = taste
        self._draw = draw

    async def last_in(self, channel: int) -> Session:
        """The channel's open session, or the last one.

        Raises:
            NoSession: there was none.
        """
        session = await self._sessions.last_in(channel)
        if session is None:
            raise NoSession(
                "There was no session in this channel yet; begin one with `{prefix}session start`."
            )
        return session

    async def __call__(self, session: Session, scope: Scope) -> Summary:
        """Summarise a session."""
        tracks = await _tracks_of(session, scope)
        picture = await self._picture(session, tracks, scope)
        return Summary(session, tracks, picture)

    async def tracks_of(self, number: int, scope: Scope) -> list[Track]:
        """The tracks of a session of the scope's server.

        Raises:
            NoSession: it is not kept any more, or was in another server.
        """
        session = await self._sessions.by_number(number)
        if session is None or session.guild != scope.guild:
            raise NoSession("I no longer have that session.")
        return await _tracks_of(session, scope)

    async def _picture(self, session: Session, tracks: Sequence[Track], scope: Scope) -> bytes | None:
        try:
            placed = [
                SeedSong(track.title, track.artists, track)
                for played, track in zip(session.songs, tracks, strict=True)
                if track.features is not None and await self._taste.seed_of(played.song, scope) is not None
            ][-MOST_ON_MAP:]
            return await self._draw.draw_path(placed, scope) if len(placed) > 1 else None
        except SamewaveError:
            return None


async def _tracks_of(session: Session, scope: Scope) -> list[Track]:
    return [await _track(played.song, scope) for played in session.songs]


async def _track(song: SessionSong, scope: Scope) -> Track:
    track = await scope.serving.tracks.by_id(song.song_ref)
    if track is not None:
        return track
    milliseconds = None if song.seconds is None else round(1000 * song.seconds)
    return Track(song.song_ref, song.title, song.artists, duration_ms=milliseconds)
