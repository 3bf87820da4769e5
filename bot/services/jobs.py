"""Background jobs that check the files and delete old rows."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from bot.services.background import Job
from bot.services.clock_guard import DAY, ClockGuard
from bot.services.guilds.feedback import Feedback
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.database import Database
from bot.storage.state.external_cache import UnknownSongs
from bot.storage.state.retention import RETENTIONS, expire

STORAGE_CHECKS = _DATABASE, _CATALOGUE = ("check database", "check catalogue")
_TIDYING = "tidying"


def storage_checks(database: Database, catalogues: CatalogueFolder) -> Sequence[Job]:
    """Jobs that check the files; damage is reported in the log, the metrics and `samewave health`."""
    return [
        Job(_DATABASE, DAY, database.check),
        Job(_CATALOGUE, DAY, partial(asyncio.to_thread, catalogues.check)),
    ]


def retention_jobs(
    database: Database,
    unknown: UnknownSongs,
    feedback: Feedback,
    *,
    guard: ClockGuard,
    clock: Callable[[], float],
) -> Sequence[Job]:
    """Jobs that delete old rows: one per kind, so that a failing one does not block the others.

    While another process deletes, there is nothing to do.

    Args:
        guard: checked first, so that a wrong clock deletes nothing.
    """
    one_by_one = asyncio.Lock()

    async def remove(rows: str) -> None:
        async with one_by_one, database.lock(_TIDYING) as free:
            if free:
                await guard.check()
                await expire(database, rows, clock() - RETENTIONS[rows].days * DAY)
                if rows == "feedback":
                    feedback.clear_cache()

    jobs = [Job(f"expire {rows}", DAY, partial(remove, rows)) for rows in RETENTIONS]
    return [*jobs, Job("expire unknown songs", DAY, unknown.forget_expired)]
