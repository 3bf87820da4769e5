"""The port through which sessions are shown to people."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol

from bot.domain.sessions import Played, PollResult, Session

Reach = Literal["open", "mute", "away", "gone"]
"""Whether the session's channel can be written to, may not be, cannot be reached just now, or is no more."""


class SessionDisplay(Protocol):
    """Displays sessions. Methods never raise: what cannot be shown is skipped."""

    def reach(self, session: Session) -> Reach:
        """Whether the session's channel can be written to."""

    def listening(self, guild: int, people: Collection[int]) -> Mapping[int, str]:
        """Ids of the tracks that people are listening to on Spotify."""

    async def refresh(self, channel: int) -> None:
        """Update the panel."""

    async def song_began(self, session: Session, played: Played) -> None:
        """Post a song that starts."""

    async def ask_whether_there(self, session: Session, user: int) -> None:
        """Ask a person who left the voice channel whether they are still listening."""

    async def open_poll(self, session: Session) -> int | None:
        """Post the session's poll; returns the message id, None if posting failed."""

    async def votes(self, session: Session) -> Sequence[int]:
        """Close the session's poll and return the votes; empty if it cannot be read."""

    async def poll_ended(self, session: Session, result: PollResult) -> None:
        """Post how the poll ended."""

    async def tend(self) -> None:
        """Keep panels in sight and the progress on them true; called every second."""

    async def sum_up(self, session: Session) -> None:
        """Post the summary of an ended session."""


class NoDisplay:
    """A display that shows nothing, used until the real one is set."""

    def reach(self, session: Session) -> Reach:
        """Return False."""
        return "away"

    def listening(self, guild: int, people: Collection[int]) -> Mapping[int, str]:
        """Return no tracks."""
        return {}

    async def refresh(self, channel: int) -> None:
        """Do nothing."""

    async def song_began(self, session: Session, played: Played) -> None:
        """Do nothing."""

    async def ask_whether_there(self, session: Session, user: int) -> None:
        """Do nothing."""

    async def open_poll(self, session: Session) -> int | None:
        """Do nothing."""
        return None

    async def votes(self, session: Session) -> Sequence[int]:
        """Return no votes."""
        return ()

    async def poll_ended(self, session: Session, result: PollResult) -> None:
        """Do nothing."""

    async def tend(self) -> None:
        """Do nothing."""

    async def sum_up(self, session: Session) -> None:
        """Do nothing."""
