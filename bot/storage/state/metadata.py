"""Small facts by name: the catalogue's fingerprint, the digest of the synced commands."""

from bot.storage.database import Database

CATALOGUE = "catalogue"
"""The fingerprint of the imported catalogue: changes exactly when its content does."""

QUALITY = "quality"
"""The figures of the last `samewave evaluate` on the imported catalogue, with its fingerprint (JSON)."""

CHART_ATTEMPTS = "chart attempts"
"""When the hot list was last refreshed (Unix seconds), and what came of asking each source (JSON)."""


class Metadata:
    """A table of two columns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        """The value, or None."""
        rows = await self._database.fetch("SELECT value FROM facts WHERE name = ?", [name])
        return str(rows[0][0]) if rows else None

    async def set(self, name: str, value: str) -> None:
        """Store the value."""
        await self._database.execute(
            "INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", [name, value]
        )
