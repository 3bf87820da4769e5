"""The port through which sessions are shown to people."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol

from bot.domain.sessions import Played, Session

Reach = Literal["open", "mute", "away", "gone"]
"""Whether the session's channel can be written to, may not be, cannot be reached just now, or is no more."""


class SessionDisplay(Protocol):
    """Shows sessions. What cannot be shown is left out: it never raises."""

    def reach(self, session: Session) -> Reach:
        """Whether anything can be shown there."""

    def listening(self, guild: int, people: Collection[int]) -> Mapping[int, str]:
        """The ids of the tracks that people are seen listening to on Spotify."""

    async def refresh(self, channel: int) -> None:
        """Bring the panel up to date."""

    async def song_began(self, session: Session, played: Played) -> None:
        """Post a song that begins."""

    async def ask_whether_there(self, session: Session, user: int) -> None:
        """Ask somebody who left the voice channel whether they still listen."""

    async def open_poll(self, session: Session) -> int | None:
        """Post the session's poll; returns the message, None when it could not be posted."""

    async def votes(self, session: Session) -> Sequence[int]:
        """End the session's poll and count; empty when it cannot be read."""

    async def sum_up(self, session: Session) -> None:
        """Say what the session was, now that it has ended."""


class NoDisplay:
    """The display before there is one: nothing is shown, and nothing moves on by itself."""

    def reach(self, session: Session) -> Reach:
        """Not to be reached."""
        return "away"

    def listening(self, guild: int, people: Collection[int]) -> Mapping[int, str]:
        """Nobody is seen."""
        return {}

    async def refresh(self, channel: int) -> None:
        """Show nothing."""

    async def song_began(self, session: Session, played: Played) -> None:
        """Post nothing."""

    async def ask_whether_there(self, session: Session, user: int) -> None:
        """Ask nobody."""

    async def open_poll(self, session: Session) -> int | None:
        """Post nothing."""
        return None

    async def votes(self, session: Session) -> Sequence[int]:
        """Nobody voted."""
        return ()

    async def sum_up(self, session: Session) -> None:
        """Say nothing."""
