"""Server settings and change logs."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from time import time

from bot.domain.guilds import Change, GuildSettings
from bot.domain.taste import KnownSong
from bot.storage.database import Repository, Row, Transaction
from bot.storage.state.forget_marks import is_forgotten
from bot.storage.state.upserts import upsert
from bot.storage.stored_values import as_json, stored_json
from bot.storage.topics import Topic

_SETTINGS = tuple(field.name for field in fields(GuildSettings))
_TABLES = (
    "guilds",
    "guild_songs",
    "guild_artists",
    "guild_log",
    "named_songs",
    "daily_plans",
    "daily_posts",
)
_COLUMNS = ", ".join(_SETTINGS)


class Guilds(Repository):
    """One row per server with settings."""

    async def settings(self, guild: int) -> GuildSettings:
        """The server's settings, or the defaults."""
        return _settings(
            await self._database.look_up(f"SELECT {_COLUMNS} FROM guilds WHERE guild = ?", [guild])
        )

    async def change(
        self, guild: int, moderator: int, changes: Mapping[str, object]
    ) -> tuple[GuildSettings, GuildSettings]:
        """Change settings and log the differences, in one transaction.

        Args:
            changes: values by the names in `GuildSettings`; other settings are unchanged.

        Returns:
            the settings before and after.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            rows = await connection.fetch(f"SELECT {_COLUMNS} FROM guilds WHERE guild = ?", [guild])
            before = _settings(rows)
            after = replace(before, **changes)  # type: ignore[arg-type]
            await connection.execute(
                upsert("guilds", key="guild", values=_COLUMNS),
                [guild, *(_stored(getattr(after, name)) for name in _SETTINGS)],
            )
            for name in _SETTINGS:
                old, new = getattr(before, name), getattr(after, name)
                if old != new:
                    await log_change(connection, guild, moderator, name, old, new)
            await connection.notify(Topic.SETTINGS, guild)
        return before, after

    async def log(self, guild: int, *, limit: int, skip: int) -> tuple[list[Change], int]:
        """A slice of the server's log, newest first, and the length of the log."""
        rows = await self._database.fetch(
            """
            SELECT moderator, what, before, after, at FROM guild_log
            WHERE guild = ? ORDER BY entry DESC LIMIT ? OFFSET ?
            """,
            [guild, limit, skip],
        )
        [(total,)] = await self._database.fetch("SELECT count(*) FROM guild_log WHERE guild = ?", [guild])
        return [_change(row) for row in rows], int(total)

    async def forget(self, guild: int) -> None:
        """Delete the settings, lists and log of a server.

        Raises:
            StorageFailed: nothing was removed.
        """
        async with self._database.transaction() as connection:
            for table in _TABLES:
                await connection.execute(f"DELETE FROM {table} WHERE guild = ?", [guild])
            await connection.notify(Topic.SETTINGS, guild)
            await connection.notify(Topic.LISTS, guild)


async def log_change(
    connection: Transaction,
    guild: int,
    moderator: int,
    what: str,
    before: object,
    after: object,
    *,
    began: int | None = None,
) -> None:
    """Log a change inside its transaction, without the moderator if they were forgotten meanwhile.

    Args:
        began: `Database.forgettings` when the request began; None if that is just now.
    """
    known = None if await is_forgotten(connection, moderator, began) else moderator
    await connection.execute(
        "INSERT INTO guild_log (guild, moderator, what, before, after, at) VALUES (?, ?, ?, ?, ?, ?)",
        [guild, known, what, _json(before), _json(after), time()],
    )


def named(song: KnownSong) -> list[object]:
    """A song as a change log names it."""
    return [song.title, list(song.artists)]


def _settings(rows: list[Row]) -> GuildSettings:
    if not rows:
        return GuildSettings()
    values = dict(zip(_SETTINGS, rows[0], strict=True))
    return GuildSettings(
        **{
            **values,
            "channels": frozenset(stored_json(values["channels"])),
            "player": bool(values["player"]),
            "quiet": bool(values["quiet"]),
        }
    )


def _stored(value: object) -> object:
    return _json(value) if isinstance(value, frozenset) else value


def _json(value: object) -> str:
    return as_json(sorted(value) if isinstance(value, frozenset) else value)


def _change(row: Row) -> Change:
    moderator, what, before, after, at = row
    return Change(moderator, what, stored_json(before), stored_json(after), datetime.fromtimestamp(at, UTC))
