"""Everything that is stored under one person's id."""

from bot.domain.privacy import PERSONAL
from bot.storage.database import Database


class People:
    """Deletes what is stored about a person, in every table that `PERSONAL` names."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rows(self, user: int) -> dict[str, int]:
        """How many rows each table has with their id."""
        counts = {}
        for personal in PERSONAL:
            [(count,)] = await self._database.fetch(
                f'SELECT count(*) FROM {personal.table} WHERE "{personal.column}" = ?', [user]
            )
            counts[personal.table] = int(count)
        return counts

    async def forget(self, user: int) -> None:
        """Delete it, for good: what SQLite deletes it overwrites (`PRAGMA secure_delete`), and the journal is
        emptied.

        Raises:
            StorageFailed: nothing was deleted.
        """
        async with self._database.transaction() as connection:
            for personal in PERSONAL:
                change = (
                    f'UPDATE {personal.table} SET "{personal.column}" = NULL'
                    if personal.anonymous
                    else f"DELETE FROM {personal.table}"
                )
                await connection.execute(f'{change} WHERE "{personal.column}" = ?', [user])
        await self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
