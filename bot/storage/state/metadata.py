"""Small values by name, such as the digest of the synced commands."""

from secrets import token_hex

from bot.storage.database import Repository, Transaction
from bot.storage.state.upserts import upsert

QUALITY = "quality"
"""The figures of the last `samewave evaluate` with the digest of the catalogue it measured (JSON)."""

CHART_ATTEMPTS = "chart attempts"
"""When the hot list was last refreshed (Unix seconds), and the outcome of each request (JSON)."""

SYNCED_COMMANDS = "synced commands"
"""The digest of the commands that Discord has, by application (`synced commands <id>`); no backup has it."""

UNFOUND_SALT = "unfound salt"
"""The salt of the marks of askers (hexadecimal)."""

FORGET_KEY = "forget key"
"""What the marks of forgotten people are made with (hexadecimal)."""

LAST_TIDIED = "last tidied"
"""When old rows were last removed (Unix seconds)."""

TAKEN_EVENTS = "taken events"
"""The ids of the messages and interactions that a process took before it ended (JSON), by its shards
(`taken events 0-3/16`); there while the next process takes over."""


class Metadata(Repository):
    """A key-value table."""

    async def get(self, name: str) -> str | None:
        rows = await self._database.fetch("SELECT value FROM metadata WHERE name = ?", [name])
        return str(rows[0][0]) if rows else None

    async def set(self, name: str, value: str) -> None:
        await self._database.execute(upsert("metadata", key="name", values="value"), [name, value])

    async def take(self, name: str) -> str | None:
        """Read a value that only this process writes, and delete it."""
        value = await self.get(name)
        if value is not None:
            await self._database.execute("DELETE FROM metadata WHERE name = ?", [name])
        return value

    async def secret(self, name: str) -> bytes:
        """The random bytes of a name, made when they are first asked for."""
        if value := await self.get(name):
            return bytes.fromhex(value)
        async with self._database.transaction() as connection:
            return await make_secret(connection, name)


async def make_secret(connection: Transaction, name: str) -> bytes:
    """The same inside a transaction."""
    await connection.execute(
        "INSERT INTO metadata (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        [name, token_hex(16)],
    )
    [(value,)] = await connection.fetch("SELECT value FROM metadata WHERE name = ?", [name])
    return bytes.fromhex(value)
