"""How long rows are kept: what is deleted after how many days."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.privacy import FEEDBACK_DAYS, LOG_DAYS, ODD_DAYS, RECENT_DAYS, SESSION_DAYS, UNFOUND_DAYS
from bot.storage.database import Database
from bot.storage.topics import Topic

UNUSED_DAYS = 30
"""A fetched song is removed after so many days without use: it is cached, not collected."""
DAILY_DAYS = 60
"""For so many days no song is repeated in a server's daily posts."""
_COUNT_DAYS = 2
_MOST_UNFOUND = 10_000


@dataclass(frozen=True, slots=True)
class Retention:
    """Rows that are deleted when they are so old.

    Attributes:
        statements: run in one transaction; each `?` is the time before which rows are deleted (Unix seconds).
        topic: what other processes are told if any row was deleted.
    """

    days: int
    statements: tuple[str, ...]
    topic: Topic | None = None


RETENTIONS: Mapping[str, Retention] = {
    "fetched songs": Retention(UNUSED_DAYS, ("DELETE FROM fetched_songs WHERE used_at < ?",)),
    "songs played together": Retention(UNUSED_DAYS, ("DELETE FROM outside_sounds WHERE at < ?",)),
    "history": Retention(RECENT_DAYS, ("DELETE FROM recommendations WHERE at < ?",)),
    "feedback": Retention(FEEDBACK_DAYS, ("DELETE FROM feedback WHERE at < ?",), Topic.OPINIONS),
    "logs": Retention(LOG_DAYS, ("DELETE FROM guild_log WHERE at < ?",)),
    "radios": Retention(RECENT_DAYS, ("DELETE FROM radios WHERE used_at < ?",)),
    "playlists": Retention(RECENT_DAYS, ("DELETE FROM playlists WHERE made_at < ?",)),
    "sessions": Retention(SESSION_DAYS, ("DELETE FROM sessions WHERE ended_at < ?",)),
    "unfound songs": Retention(
        UNFOUND_DAYS,
        (
            "DELETE FROM unfound_songs WHERE at < ?",
            "DELETE FROM unfound_marks WHERE at < ?",
            f"""
            DELETE FROM unfound_songs WHERE entry IN (
              SELECT entry FROM unfound_songs ORDER BY shown DESC, at DESC
              LIMIT 1000000 OFFSET {_MOST_UNFOUND}
            )
            """,
        ),
    ),
    "daily posts": Retention(DAILY_DAYS, ("DELETE FROM daily_posts WHERE at < ?",)),
    "counts": Retention(
        _COUNT_DAYS, ("DELETE FROM hourly_counts WHERE (hour + 1) * 3600 <= CAST(? AS DOUBLE PRECISION)",)
    ),
    "odd rounds": Retention(
        ODD_DAYS,
        (
            "DELETE FROM odd_votes WHERE token IN (SELECT token FROM odd_rounds WHERE made_at < ?)",
            "DELETE FROM odd_rounds WHERE made_at < ?",  # the triplets stay
        ),
    ),
}


async def expire(database: Database, rows: str, before: float) -> int:
    """Delete rows of a name in `RETENTIONS` from before a time (Unix seconds); returns how many.

    Raises:
        StorageFailed: nothing was deleted.
    """
    retention = RETENTIONS[rows]
    async with database.transaction() as connection:
        deleted = sum(
            [await connection.execute(sql, [before] * sql.count("?")) for sql in retention.statements]
        )
        if deleted and retention.topic is not None:
            await connection.notify(retention.topic)
    return deleted
