"""Marks of people who were just forgotten, so that requests that began before do not write their ids.

Each `/forgetme` has a number. A process knows the newest one that it has heard of (`Database.forgettings`); a
request remembers the number known at its beginning. Within the transaction that writes a person's id, a mark
with a higher number means that the person was forgotten meanwhile. No clocks are compared.
"""

from collections.abc import Callable, Mapping
from time import time

from bot.domain.privacy import FORGET_MARK_SECONDS, person_hash
from bot.storage.database import Database, Transaction
from bot.storage.state.metadata import FORGET_KEY, make_secret


class Forgotten:
    """The people with marks, as a transaction found them."""

    def __init__(self, key: bytes, marks: Mapping[str, int]) -> None:
        self._key = key
        self._marks = marks

    def after(self, user: int | None, began: int) -> bool:
        """Whether a person was forgotten after a request began.

        Args:
            began: the number known at its beginning.
        """
        if user is None or not self._marks:
            return False
        return self._marks.get(person_hash(self._key, user), 0) > began


async def forgotten_since(connection: Transaction, began: int) -> Forgotten:
    """Everybody who was forgotten after a number."""
    rows = await connection.fetch(
        "SELECT mark, number FROM forget_marks WHERE number > ? AND mark <> '' ORDER BY number", [began]
    )
    return Forgotten(await make_secret(connection, FORGET_KEY) if rows else b"", dict(rows))


async def is_forgotten(connection: Transaction, user: int, began: int | None = None) -> bool:
    """Whether a person was forgotten since a request began, or since this transaction was asked for."""
    number = connection.began if began is None else began
    return (await forgotten_since(connection, number)).after(user, number)


async def mark_forgotten(connection: Transaction, user: int) -> int:
    """Mark a person in the transaction that deletes their data; returns the number."""
    [(number,)] = await connection.fetch(
        "INSERT INTO forget_marks (mark, at) VALUES (?, ?) RETURNING number",
        [person_hash(await make_secret(connection, FORGET_KEY), user), time()],
    )
    return int(number)


class ForgetMarks:
    """Deletes old marks, and reads the newest number."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time) -> None:
        """Args: clock: Unix seconds."""
        self._database = database
        self._clock = clock

    async def tidy(self) -> None:
        """Delete expired marks, and note the newest number.

        Raises:
            StorageFailed: nothing was removed.
        """
        before = self._clock() - FORGET_MARK_SECONDS
        if await self._database.fetch("SELECT 1 FROM forget_marks WHERE at < ? AND mark <> ''", [before]):
            async with self._database.transaction() as connection:
                await connection.execute(
                    """
                    DELETE FROM forget_marks
                    WHERE at < ? AND number < (SELECT max(number) FROM forget_marks)
                    """,
                    [before],
                )
                await connection.execute("UPDATE forget_marks SET mark = '' WHERE at < ?", [before])
            await self._database.remove_traces()
        await self.read()

    async def read(self) -> None:
        """Note the newest number."""
        [(number,)] = await self._database.fetch("SELECT max(number) FROM forget_marks")
        self._database.know_forgetting(number or 0)
