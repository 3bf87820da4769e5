"""Where an answer goes, and what may be recommended there."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.services.look_outside import Wait, nothing
from ml.recommender import Excluded


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes, who asked, and what may be recommended there.

    Attributes:
        channel: its id; picks are remembered under it. None remembers nothing.
        guild: the server's id; None in direct messages and outside Discord.
        user: who asked; None outside Discord.
        explicit: whether explicit songs may be recommended there.
        wait: called before an outside service is asked, to show that the answer takes a moment.
        unwanted: catalogue rows of songs that the asker or the server does not want to hear.
        unwanted_artists: one catalogue row for each first artist who is not wanted there.
    """

    channel: int | None = None
    guild: int | None = None
    user: int | None = None
    explicit: bool = True
    wait: Wait = nothing
    unwanted: frozenset[int] = frozenset()
    unwanted_artists: frozenset[int] = frozenset()

    def excluded(self, rows: Collection[int] = (), artists_of: Collection[int] = ()) -> Excluded:
        """What must not be drawn here.

        Args:
            rows: further catalogue rows, such as the recent picks.
            artists_of: rows of further artists who have had enough.
        """
        return Excluded(
            {*rows, *self.unwanted} if self.unwanted else rows,
            {*artists_of, *self.unwanted_artists} if self.unwanted_artists else artists_of,
            explicit=not self.explicit,
        )
