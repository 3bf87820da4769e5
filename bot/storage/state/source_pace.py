"""Stores the used rate of each outside service, shared by all processes."""

from bot.storage.database import Repository
from bot.storage.state.upserts import upsert

_EXACT = 0.001
"""Seconds; shorter waits are skipped."""
_WRONG = 60.0
"""Seconds; a larger value was written with a wrong clock."""


class SourcePace(Repository):
    """A leaky bucket for each service (a `SharedPace`)."""

    async def take(self, source: str, *, cost: float, room: float) -> float:
        """Use a service's rate for one request; returns the seconds to wait if it is used up.

        Raises:
            StorageFailed: the database does not answer.
        """
        async with self._database.transaction() as connection:
            now = await connection.now()
            rows = await connection.fetch("SELECT empty_at FROM source_pace WHERE source = ?", [source])
            used = max(rows[0][0] - now, 0.0) if rows else 0.0
            if used > room + _WRONG:
                used = 0.0
            if (wait := used + cost - room) > _EXACT:
                return float(wait)
            await connection.execute(
                upsert("source_pace", key="source", values="empty_at"), [source, now + used + cost]
            )
            return 0.0
