"""What is stored under people's ids, and for how long."""

from dataclasses import dataclass

FEEDBACK_DAYS = 365
RECENT_DAYS = 30
LOG_DAYS = 365
SESSION_DAYS = 30


@dataclass(frozen=True, slots=True)
class Personal:
    """A table with people's ids in it: a test holds this list complete.

    Attributes:
        column: where the id stands.
        days: after so many days a row is removed.
        anonymous: whether a row stays, without the id, when its person asks to be forgotten.
    """

    table: str
    column: str
    days: int
    anonymous: bool = False


PERSONAL = (
    Personal("feedback", "user", FEEDBACK_DAYS),
    Personal("recommendations", "user", RECENT_DAYS),
    Personal("session_people", "user", SESSION_DAYS),
    Personal("session_queue", "user", SESSION_DAYS),
    Personal("session_songs", "user", SESSION_DAYS, anonymous=True),
    Personal("session_upcoming", "user", SESSION_DAYS),
    Personal("session_skips", "user", SESSION_DAYS),
    Personal("session_opinions", "user", SESSION_DAYS),
    Personal("guild_log", "moderator", LOG_DAYS, anonymous=True),
)
