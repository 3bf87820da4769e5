"""The background jobs and their intervals."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from bot.domain.privacy import FEEDBACK_DAYS, LOG_DAYS, ODD_DAYS, RECENT_DAYS, SESSION_DAYS, UNFOUND_DAYS
from bot.services.activity import Activity
from bot.services.background import Job, Lock
from bot.services.charts.hot_list import HotList
from bot.services.clock_guard import DAY, ClockGuard
from bot.services.elsewhere import LISTEN_SECONDS, Elsewhere
from bot.services.guilds.daily import DailyPosts
from bot.services.guilds.feedback import Feedback
from bot.services.guilds.settings import GuildSettingsService
from bot.services.model_store import ServingStore
from bot.services.playlists.playlist import MakePlaylist
from bot.services.playlists.radio import Radio
from bot.services.processes import BEAT_SECONDS, LiveProcesses
from bot.services.recommend.odd_one_out import OddOneOut
from bot.services.sessions.timers import SessionTimers
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.database import Database
from bot.storage.state.external_cache import UnknownSongs
from bot.storage.state.fetched_songs import FetchedSongs
from bot.storage.state.forget_marks import ForgetMarks
from bot.storage.state.history import History
from bot.storage.state.hourly_counts import HourlyCounts
from bot.storage.state.played_together import PlayedTogetherTable
from bot.storage.state.sessions import Sessions
from bot.storage.state.unfound_songs import UnfoundSongs

STORAGE_CHECKS = _DATABASE, _CATALOGUE = ("check database", "check catalogue")
COUNT_DAYS = 2
DAILY_DAYS = 60
"""For so many days no song is repeated in a server's daily posts."""
_TIDYING = "tidying"
UNUSED_DAYS = 30
"""A fetched song is removed after so many days without use: it is cached, not collected."""


def service_jobs(
    hot_list: HotList,
    serving: ServingStore,
    history: History,
    timers: SessionTimers,
    activity: Activity,
    daily: DailyPosts,
) -> Sequence[Job]:
    """Jobs that refresh chart, catalogue, model and history."""
    return [
        Job("refresh hot list", 15 * 60.0, hot_list.refresh_if_due, needs_outside=True),
        Job("load newer catalogue and model", 2.0, serving.load),
        Job("write history", 1.0, history.flush),
        Job("write counts", 60.0, activity.flush),
        Job("run sessions", 1.0, timers.run_due),
        Job("post daily", 30.0, daily.run_due),
    ]


def forget_jobs(marks: ForgetMarks) -> Sequence[Job]:
    """Every process looks for itself: the number of the newest mark is what it remembers."""
    return [Job("expire forget marks", 60.0, marks.tidy)]


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
    fetched: FetchedSongs,
    played_together: PlayedTogetherTable,
    history: History,
    unknown: UnknownSongs,
    feedback: Feedback,
    guilds: GuildSettingsService,
    radio: Radio,
    playlist: MakePlaylist,
    sessions: Sessions,
    unfound: UnfoundSongs,
    counts: HourlyCounts,
    odd_one_out: OddOneOut,
    daily: DailyPosts,
    *,
    guard: ClockGuard,
    lock: Lock,
    clock: Callable[[], float],
) -> Sequence[Job]:
    """Jobs that delete old rows: one per table, so that a failing one does not block the others.

    Args:
        guard: checked first, so that a wrong clock deletes nothing.
        lock: held meanwhile; if another process holds it, there is nothing to do.
    """
    removals: Mapping[str, tuple[Callable[[float], Awaitable[object]], int]] = {
        "expire fetched songs": (fetched.expire, UNUSED_DAYS),
        "expire songs played together": (played_together.expire, UNUSED_DAYS),
        "expire history": (history.forget, RECENT_DAYS),
        "expire feedback": (feedback.expire, FEEDBACK_DAYS),
        "expire logs": (guilds.forget_changes, LOG_DAYS),
        "expire radios": (radio.forget, RECENT_DAYS),
        "expire playlists": (playlist.forget, RECENT_DAYS),
        "expire sessions": (sessions.forget, SESSION_DAYS),
        "expire unfound songs": (unfound.expire, UNFOUND_DAYS),
        "expire daily posts": (daily.expire, DAILY_DAYS),
        "expire counts": (counts.expire, COUNT_DAYS),
        "expire odd rounds": (odd_one_out.forget, ODD_DAYS),
    }

    one_by_one = asyncio.Lock()

    def removing(remove: Callable[[float], Awaitable[object]], days: int) -> Callable[[], Awaitable[object]]:
        async def work() -> None:
            async with one_by_one, lock(_TIDYING) as free:
                if free:
                    await guard.check()
                    await remove(clock() - days * DAY)

        return work

    jobs = [Job(name, DAY, removing(*removal)) for name, removal in removals.items()]
    return [*jobs, Job("expire unknown songs", DAY, unknown.forget_expired)]
