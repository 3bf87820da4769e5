"""Counts per hour; several processes add to the same rows."""

from collections.abc import Mapping

from bot.storage.database import Repository

Counted = tuple[str, str]
"""A kind and a name: `("asked", "Deezer")`, `("answer", "features")`."""


class HourlyCounts(Repository):
    """A table of counts."""

    async def add(self, hour: int, counts: Mapping[Counted, int]) -> None:
        """Add to the counts of an hour (Unix hours).

        Raises:
            StorageFailed: nothing was added.
        """
        async with self._database.transaction() as connection:
            await connection.execute_many(
                """
                INSERT INTO hourly_counts (hour, kind, name, number) VALUES (?, ?, ?, ?)
                ON CONFLICT (hour, kind, name) DO UPDATE SET number = hourly_counts.number + excluded.number
                """,
                [(hour, *counted, number) for counted, number in counts.items()],
            )

    async def since(self, hour: int) -> dict[Counted, int]:
        """The sums from an hour on."""
        rows = await self._database.fetch(
            "SELECT kind, name, sum(number) FROM hourly_counts WHERE hour >= ? GROUP BY kind, name", [hour]
        )
        return {(kind, name): int(number) for kind, name, number in rows}
