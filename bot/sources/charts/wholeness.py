"""Charts are believed whole or not at all."""

from bot.domain.charts import Chart
from bot.domain.errors import ChartNotWhole


def whole(chart: Chart, *, at_least: int, source: str) -> Chart:
    """The chart itself.

    Raises:
        ChartNotWhole: it has gaps, unnamed entries, or fewer than `at_least` of them.
    """
    if fault := chart.fault(at_least=at_least):
        raise ChartNotWhole(source, fault)
    return chart
