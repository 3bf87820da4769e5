"""Deletes data by user id."""

from bot.domain.privacy import PERSONAL
from bot.storage.database import Repository
from bot.storage.state.forget_marks import mark_forgotten
from bot.storage.topics import Topic


class People(Repository):
    """Counts and deletes a user's rows in all tables in `PERSONAL`."""

    async def rows(self, user: int) -> dict[str, int]:
        """The number of rows with the user's id, per table."""
        counts = {}
        for personal in PERSONAL:
            [(count,)] = await self._database.fetch(
                f'SELECT count(*) FROM {personal.table} WHERE "{personal.column}" = ?', [user]
            )
            counts[personal.table] = int(count)
        return counts

    async def forget(self, user: int) -> None:
        """Delete the data. SQLite overwrites it (`PRAGMA secure_delete`), but its journal still holds it.

        Raises:
            StorageFailed: nothing was deleted.
        """
        async with self._database.transaction() as connection:
            for sql in forgetting():
                await connection.execute(sql, [user])
            # A session that is being changed just now is read again, else it would bring the person back.
            await connection.execute("UPDATE sessions SET version = version + 1 WHERE ended_at IS NULL")
            number = await mark_forgotten(connection, user)
            await connection.notify(Topic.FORGOTTEN, f"{user} {number}")
        self._database.know_forgetting(number)


def forgetting() -> list[str]:
    """The statements that delete what is stored under an id, or take the id from what stays."""
    return [
        (
            f'UPDATE {personal.table} SET "{personal.column}" = NULL'
            if personal.anonymous
            else f"DELETE FROM {personal.table}"
        )
        + f' WHERE "{personal.column}" = ?'
        for personal in PERSONAL
    ]
