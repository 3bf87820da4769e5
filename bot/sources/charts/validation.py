"""Validates charts."""

from collections.abc import Sequence

from bot.domain.charts import MOST_ENTRIES, Chart, Reason
from bot.domain.errors import ChartNotWhole
from bot.i18n.marking import marked


def require_whole(chart: Chart, *, at_least: int, source: str, at_most: int = MOST_ENTRIES) -> Chart:
    """Return the chart if it is plausible.

    Raises:
        ChartNotWhole: it has gaps, unnamed entries, too few of them or too many.
    """
    if fault := chart.fault(at_least=at_least, at_most=at_most):
        raise ChartNotWhole(source, fault)
    return chart


def require_few(rows: Sequence[object], *, source: str, at_most: int = MOST_ENTRIES) -> None:
    """Refuse a list that is too long, before any of it is read.

    Raises:
        ChartNotWhole: it has more than `at_most` entries.
    """
    if len(rows) > at_most:
        reason = Reason(marked("{count} entries, more than {most}"), {"count": len(rows), "most": at_most})
        raise ChartNotWhole(source, reason)
