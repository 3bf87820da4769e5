"""What was picked in a channel lately, so that it is not picked again."""

from collections.abc import Sequence
from time import time

from bot.domain.recommendations import HotReason, Recommendation, hot_ref
from bot.services.activity import Activity
from bot.services.scope import Scope
from bot.storage.state.history import History, RecentPick
from ml.serving.seeds import Excluded

REMEMBERED = 100
"""Picks of a channel that are not repeated…"""
REMEMBERED_SECONDS = 24 * 3600.0
"""… within a day."""
ARTIST_WINDOW = 9
ARTIST_MOST = 2
"""At most two picks in ten by one artist: none by an artist with two in the last nine."""


class RecentPicks:
    """The picks of a scope's channel; nothing without a channel."""

    def __init__(self, history: History, activity: Activity) -> None:
        self._history = history
        self._activity = activity

    async def recent(self, scope: Scope) -> list[RecentPick]:
        """The picks of the last day, newest first."""
        if scope.channel is None:
            return []
        return await self._history.recent(scope.channel, since=time() - REMEMBERED_SECONDS)

    async def add(self, answer: Recommendation, scope: Scope) -> None:
        """Remember an answer, and count it."""
        if scope.channel is not None:
            pick = (
                RecentPick(None, hot_ref(answer.reason.pick))
                if isinstance(answer.reason, HotReason)
                else RecentPick(answer.pick.id, None)
            )
            await self._history.add(scope.channel, pick, scope.user, began=scope.began)
            self._activity.answered(answer.basis)


def excluded(scope: Scope, recent: Sequence[RecentPick], own: Sequence[int] = ()) -> Excluded:
    """What must not be drawn: the recent picks, and artists who were picked often enough.

    Args:
        own: further catalogue rows.
    """
    rows = scope.serving.tracks.rows_of([pick.track_id for pick in recent if pick.track_id is not None])
    busy = scope.serving.recommender.busy(rows[:ARTIST_WINDOW], ARTIST_MOST)
    return scope.excluded([*rows, *own], artists=busy)
