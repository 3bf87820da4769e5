"""The plans of daily posts, and the days already posted."""

import json
from collections.abc import Sequence
from datetime import date

from bot.domain.daily import DailyKind, DailyPlan, Fault
from bot.storage.database import Repository, Row
from bot.storage.state.guilds import log_change
from bot.storage.state.upserts import upsert
from bot.storage.stored_values import stored_json

_KEY, _SETTINGS = "guild, kind", "channel, hour, zone, weekday, fault"
_PLAN = f"{_KEY}, {_SETTINGS}"
_THAT_DAY = "guild = ? AND kind = ? AND day = ?"


class DailyTable(Repository):
    """The plans by server and kind; the process that claims a day writes its post."""

    async def plans(self) -> list[DailyPlan]:
        """All plans of all servers."""
        return [DailyPlan(*row) for row in await self._database.fetch(f"SELECT {_PLAN} FROM daily_plans")]

    async def of(self, guild: int) -> list[DailyPlan]:
        rows = await self._database.fetch(
            f"SELECT {_PLAN} FROM daily_plans WHERE guild = ? ORDER BY kind", [guild]
        )
        return [DailyPlan(*row) for row in rows]

    async def keep(self, plan: DailyPlan, moderator: int) -> None:
        """Store a plan in place of the server's former one of that kind, and log it.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            await connection.execute(
                upsert("daily_plans", key=_KEY, values=_SETTINGS),
                [plan.guild, plan.kind, plan.channel, plan.hour, plan.zone, plan.weekday, plan.fault],
            )
            await log_change(connection, plan.guild, moderator, "daily on", None, plan.kind)

    async def remove(self, guild: int, kind: DailyKind, moderator: int) -> bool:
        """Remove a plan, and log it; returns whether there was one.

        Raises:
            StorageFailed: nothing was changed.
        """
        async with self._database.transaction() as connection:
            removed = await connection.execute(
                "DELETE FROM daily_plans WHERE guild = ? AND kind = ?", [guild, kind]
            )
            if removed:
                await log_change(connection, guild, moderator, "daily off", None, kind)
        return bool(removed)

    async def claim(self, plan: DailyPlan, day: date, at: float) -> bool:
        """Claim a day; False if it is claimed already."""
        async with self._database.transaction() as connection:
            return bool(
                await connection.execute(
                    """
                    INSERT INTO daily_posts (guild, kind, day, at, songs) VALUES (?, ?, ?, ?, '[]')
                    ON CONFLICT (guild, kind, day) DO NOTHING
                    """,
                    [*_day(plan, day), at],
                )
            )

    async def release(self, plan: DailyPlan, day: date) -> None:
        """Give a claimed day back, to try again."""
        await self._database.execute(f"DELETE FROM daily_posts WHERE {_THAT_DAY}", _day(plan, day))

    async def claimed(self, plan: DailyPlan, day: date) -> bool:
        sql = f"SELECT 1 FROM daily_posts WHERE {_THAT_DAY}"
        return bool(await self._database.look_up(sql, _day(plan, day)))

    async def note(self, plan: DailyPlan, day: date, songs: Sequence[str], fault: Fault | None) -> None:
        """Note what was posted, or why nothing was."""
        async with self._database.transaction() as connection:
            await connection.execute(
                f"UPDATE daily_posts SET songs = ? WHERE {_THAT_DAY}",
                [json.dumps(list(songs)), *_day(plan, day)],
            )
            await connection.execute(
                "UPDATE daily_plans SET fault = ? WHERE guild = ? AND kind = ?",
                [fault, plan.guild, plan.kind],
            )

    async def posted(self, plan: DailyPlan, day: date) -> tuple[frozenset[str], float | None]:
        """The song ids of all posts of this kind except that of `day`, and the time of the last one."""
        rows: Sequence[Row] = await self._database.fetch(
            "SELECT songs, at FROM daily_posts WHERE guild = ? AND kind = ? AND day <> ?",
            _day(plan, day),
        )
        songs = frozenset(str(song) for listed, _ in rows for song in stored_json(listed))
        return songs, max((at for _, at in rows), default=None)


def _day(plan: DailyPlan, day: date) -> list[object]:
    return [plan.guild, plan.kind, day.isoformat()]
