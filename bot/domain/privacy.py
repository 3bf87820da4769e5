"""The tables with user ids, and their retention times."""

from dataclasses import dataclass
from hashlib import blake2b

FEEDBACK_DAYS = 365
RECENT_DAYS = 30
LOG_DAYS = 365
SESSION_DAYS = 30
UNFOUND_DAYS = 30
"""How long a query without results is stored after it was last asked.

Until it is shown, a number of ten bits is stored for each asker (`bot.domain.unfound.asker_mark`). It
identifies nobody, so its table is not in `PERSONAL`; `/forgetme` deletes it nevertheless."""
ODD_DAYS = 2
FORGET_MARK_SECONDS = 600.0
"""How long the state holds a keyed hash of who used `/forgetme`: a request that began before must not write
the person's id again, in any process."""
FORGET_MARKS = "forget_marks"
"""The table of these hashes; it has no ids, so it is no part of `PERSONAL`."""
FORGET_WRITE_SECONDS = FORGET_MARK_SECONDS / 2
"""What waited longer to be written is written without the person's id."""
BACKUP_DAYS = 90
"""How long backups are kept, and therefore the salted hashes of people who asked to be forgotten."""
SAVED_DAYS = 30
"""How long the state that a restore replaced is kept."""


@dataclass(frozen=True, slots=True)
class Personal:
    """A table with user ids; a test keeps the list complete.

    Attributes:
        column: the column of the id.
        days: days after which a row is deleted.
        anonymous: whether deletion of a user's data removes only the id from the row.
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
    Personal("odd_votes", "user", ODD_DAYS),
    Personal("guild_log", "moderator", LOG_DAYS, anonymous=True),
)


def person_hash(key: bytes, user: int) -> str:
    """A keyed hash of a user id."""
    return blake2b(str(user).encode(), key=key, digest_size=16).hexdigest()
