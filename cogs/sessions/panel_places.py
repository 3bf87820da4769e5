"""The positions of panels in their channels, and the next updates of their progress."""

from dataclasses import dataclass
from math import inf

SCROLLED = 3
"""After more messages than this, the panel is moved to the end of the channel…"""
PAUSE_SECONDS = 120.0
"""… but not sooner than so many seconds after it was posted."""
PROGRESS_SECONDS = 20.0
"""How often the progress of a song is brought up to date."""
OLD_SECONDS = 3_000.0
"""Discord limits edits of messages that are older than an hour: a panel is posted anew before."""


@dataclass
class PanelPlace:
    """One panel.

    Attributes:
        message: its id. messages: how many came after it. posted_at, due_at: Unix seconds.
    """

    message: int = 0
    messages: int = 0
    posted_at: float = -inf
    due_at: float = inf

    def may_move(self, now: float) -> bool:
        """Whether it is out of sight, and was not posted a moment ago."""
        age = now - self.posted_at
        return age >= PAUSE_SECONDS and (self.messages > SCROLLED or OLD_SECONDS <= age < inf)


class PanelPlaces:
    """The places of the panels that were shown since the start, by channel."""

    def __init__(self) -> None:
        self._places: dict[int, PanelPlace] = {}

    def __contains__(self, channel: int) -> bool:
        return channel in self._places

    def of(self, channel: int) -> PanelPlace:
        return self._places.setdefault(channel, PanelPlace())

    def count(self, channel: int, message: int) -> None:
        """Note a message, which may come after a panel."""
        place = self._places.get(channel)
        if place is not None and message > place.message:
            place.messages += 1

    def posted(self, channel: int, message: int, now: float) -> None:
        """Note that the panel was posted at the end of the channel."""
        self._places[channel] = PanelPlace(message, posted_at=now)

    def move(self, channel: int) -> None:
        """Have the panel reposted, even if it is in sight."""
        self._places[channel] = PanelPlace(messages=SCROLLED + 1)

    def put_off(self, channel: int, now: float) -> None:
        """Wait before the next try where the panel is still due: the channel cannot be written to."""
        place = self.of(channel)
        if place.due_at <= now or place.may_move(now):
            place.posted_at, place.due_at = now, now + PROGRESS_SECONDS

    def forget(self, channel: int) -> None:
        self._places.pop(channel, None)

    def due(self, now: float) -> list[int]:
        """The channels whose panels are to be moved or brought up to date."""
        return [
            channel for channel, place in self._places.items() if place.due_at <= now or place.may_move(now)
        ]
