"""The bot's status, for moderators and the host."""

from collections.abc import Callable
from time import time

from bot.domain.unfound import EVERYWHERE, SourceAnswers, Status
from bot.services.activity import ANSWER, ASKED, FAILED, Activity
from bot.services.charts.hot_list import HotList
from bot.services.guilds.unfound import UnfoundTitles
from bot.storage.state.charts import Charts
from bot.storage.state.external_cache import SourceBlocks


class ReadStatus:
    """Reads the status from all parts."""

    def __init__(
        self,
        charts: Charts,
        hot_list: HotList,
        blocks: SourceBlocks,
        activity: Activity,
        unfound: UnfoundTitles,
        *,
        clock: Callable[[], float] = time,
    ) -> None:
        self._charts = charts
        self._hot_list = hot_list
        self._blocks = blocks
        self._activity = activity
        self._unfound = unfound
        self._clock = clock

    async def __call__(self, guild: int | None = None) -> Status:
        """The status, with the songs assigned in a server, or by the host without one.

        Raises:
            StorageFailed: it cannot be read.
        """
        stored = await self._charts.current()
        counts = await self._activity.last_day()
        alone = {name: until for name, until, _ in await self._blocks.all()}
        names = {name for kind, name in counts if kind == ASKED}
        where = guild or EVERYWHERE
        return Status(
            chart=stored,
            stale=stored is not None and self._hot_list.is_stale(stored),
            chart_age=self._clock() - stored.fetched_at.timestamp() if stored else 0.0,
            sources=tuple(
                SourceAnswers(
                    name, counts.get((ASKED, name), 0), counts.get((FAILED, name), 0), alone.get(name)
                )
                for name in sorted(names | {*alone})
            ),
            answers={name: number for (kind, name), number in counts.items() if kind == ANSWER},
            unfound=tuple(await self._unfound.shown(where)),
            named=tuple(await self._unfound.named(where)),
        )
