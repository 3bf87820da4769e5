"""The background jobs and their intervals."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bot.services.activity import Activity
from bot.services.background import Job
from bot.services.charts.hot_list import HotList
from bot.services.clock_guard import DAY, ClockGuard
from bot.services.elsewhere import LISTEN_SECONDS, Elsewhere
from bot.services.guilds.daily import DailyPosts
from bot.services.guilds.feedback import Feedback
from bot.services.model_store import ServingStore
from bot.services.processes import BEAT_SECONDS, LiveProcesses
from bot.services.sessions.timers import SessionTimers
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.database import Database
from bot.storage.state.external_cache import UnknownSongs
from bot.storage.state.forget_marks import ForgetMarks
from bot.storage.state.history import History
from bot.storage.state.retention import RETENTIONS, expire

STORAGE_CHECKS = _DATABASE, _CATALOGUE = ("check database", "check catalogue")
_TIDYING = "tidying"


def service_jobs(
    hot_list: HotList,
    serving: ServingStore,
    history: History,
    timers: SessionTimers,
    activity: Activity,
    daily: DailyPosts,
    marks: ForgetMarks,
) -> Sequence[Job]:
    """Jobs that refresh chart, catalogue, model and history."""
    return [
        Job("refresh hot list", 15 * 60.0, hot_list.refresh_if_due, needs_outside=True),
        Job("load newer catalogue and model", 2.0, serving.load),
        Job("write history", 1.0, history.flush),
        Job("write counts", 60.0, activity.flush),
        Job("run sessions", 1.0, timers.run_due),
        Job("post daily", 30.0, daily.run_due),
        # Every process looks for itself: the number of the newest mark is what it remembers.
        Job("expire forget marks", 60.0, marks.tidy),
    ]


def process_jobs(processes: LiveProcesses, elsewhere: Elsewhere, *, shared: bool) -> Sequence[Job]:
    """Args: shared: whether several processes can share the state."""
    if not shared:
        return []
    return [
        Job("look for processes", BEAT_SECONDS, processes.look),
        Job("hear other processes", LISTEN_SECONDS, elsewhere.listen),
    ]


def storage_jobs(
    database: Database,
    catalogues: CatalogueFolder,
    *,
    empty_journal: Callable[[], Awaitable[object]],
    remove_replaced: Callable[[], object],
) -> Sequence[Job]:
    """Jobs that check the files; damage is reported in the log, the metrics and `samewave health`.

    Args:
        empty_journal: after a deletion. remove_replaced: removes the states that restores replaced; blocking.
    """
    return [
        Job("empty journal", 5.0, empty_journal),
        Job(_DATABASE, DAY, database.check),
        Job(_CATALOGUE, DAY, partial(asyncio.to_thread, catalogues.check)),
        Job("remove replaced states", DAY, partial(asyncio.to_thread, remove_replaced)),
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
