"""Opens the state: a file, or PostgreSQL where a URL is set."""

from pathlib import Path

from bot.domain.errors import StorageFailed
from bot.storage.database import Database
from bot.storage.sqlite import SqliteDatabase


async def open_database(path: Path, url: str | None) -> Database:
    """Open or create the state database, and migrate it to the newest schema.

    Args:
        path: the SQLite file.
        url: of PostgreSQL; None for SQLite.

    Raises:
        DatabaseTooNew: a newer Samewave made it.
        StorageFailed: it cannot be opened.
    """
    if url is None:
        return await SqliteDatabase.open(path)
    try:
        from bot.storage.postgres import PostgresDatabase  # noqa: PLC0415  # an extra
    except ImportError as missing:
        raise StorageFailed(
            "SAMEWAVE_DATABASE_URL needs asyncpg, which is not installed: "
            "`pip install asyncpg`, or Samewave with its extra `postgres`."
        ) from missing
    return await PostgresDatabase.open(url)
