"""The interface through which sessions are shown to people."""

from collections.abc import Mapping, Sequence
from typing import Literal

from bot.domain.sessions import Played, PollResult, Session

Reach = Literal["open", "mute", "away", "gone"]
"""Whether the session's channel is writable, lacks permission, is temporarily unreachable, or is gone."""


class SessionDisplay:
    """Displays sessions. This one shows nothing, and is used until Discord's is set.

    Methods never raise: what cannot be shown is skipped.
    """

    def reach(self, session: Session) -> Reach:
        """Whether the session's channel can be written to."""
        return "away"

    def listening(self, session: Session) -> Mapping[int, str]:
        """Ids of the tracks that people in the session are listening to on Spotify."""
        return {}

    async def refresh(self, channel: int) -> None:
        """Update the panel."""

    async def song_began(self, session: Session, played: Played) -> None:
        """Post a song that starts."""

    async def ask_whether_there(self, session: Session, user: int) -> None:
        """Ask a person who left the voice channel whether they are still listening."""

    async def open_poll(self, session: Session) -> int | None:
        """Post the session's poll; returns the message id, None if posting failed."""
        return None

    async def votes(self, session: Session) -> Sequence[int]:
        """Close the session's poll and return the votes; empty if it cannot be read."""
        return ()

    async def poll_ended(self, session: Session, result: PollResult) -> None:
        """Post how the poll ended."""

    async def tend(self) -> None:
        """Move panels that are out of sight and update their progress; called every second."""

    async def sum_up(self, session: Session) -> None:
        """Post the summary of an ended session."""
