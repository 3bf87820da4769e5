"""The quality table: how often recommendations share labels with the query song."""

from collections.abc import Sequence

from ml.evaluation import GUARDS, RATES, Evaluation
from ml.report.phrases import plural
from ml.report.section import Cell, Section, Table

METHODS = {
    "random": "a random song",
    "usual": "the usual recipe, 8 clusters",
    "nearest": "five nearest, nine features",
    "samewave_cluster": "Samewave, same cluster",
    "samewave_nearest": "Samewave, five nearest",
    "samewave_served": "Samewave, as served",
    "samewave_by_sound": "… of unknown artists",
}
METRIC_WORDS = (
    ("playlist@5", "stand on a playlist with"),
    ("subgenre@5", "share a sub-genre with"),
    ("genre@5", "share a genre with"),
)


def quality_section(evaluation: Evaluation | None, why_not: str) -> Section:
    """Methods by metrics with their intervals, or a sentence why there is no table.

    Args:
        evaluation: the evaluation.
        why_not: shown if there is no evaluation.
    """
    anchor, title = "quality", "How good the recommendations are"
    if evaluation is None:
        return Section(anchor, title, (why_not,))
    sentences = [
        f"{plural(evaluation.asked, 'song')} by artists that nothing was learned from were asked about, "
        f"over {plural(len(evaluation.splits), 'split')} by artist (seed {evaluation.seed}); brackets "
        "hold 95 % bootstrap intervals.",
    ]
    for metric, verb in METRIC_WORDS:
        own = evaluation.methods["samewave_cluster"].get(metric)
        usual = evaluation.methods["usual"].get(metric)
        if own is not None and usual is not None:
            ratio = evaluation.ratios["samewave_cluster"].get(metric)
            times = (
                f". That is {ratio.mean:.1f} times as many ({ratio.low:.1f} to {ratio.high:.1f})"
                if ratio
                else ""
            )
            sentences.append(
                f"Of random songs of the same cluster, {100 * own.mean:.1f} % {verb} the song asked about; "
                "the usual recipe (StandardScaler, KMeans with 8 clusters) reaches "
                f"{100 * usual.mean:.1f} %{times}."
            )
            break
    sentences.append(
        "“@1” looks at the first answer, “@5” at all five. Coverage is the share of songs ever answered; "
        "largest hub how many answers the commonest song is in: small is good."
    )
    tables = [_table(evaluation, metrics) for metrics in (RATES, GUARDS)]
    return Section(anchor, title, sentences, tables=[table for table in tables if len(table.columns) > 1])


def _table(evaluation: Evaluation, metrics: Sequence[str]) -> Table:
    methods = evaluation.methods
    known = [metric for metric in metrics if any(metric in found for found in methods.values())]
    rows: list[dict[str, Cell]] = []
    for name, found in methods.items():
        row: dict[str, Cell] = {"Method": METHODS.get(name, name)}
        for metric in known:
            estimate = found.get(metric)
            row[metric.replace("_", " ")] = (
                f"{estimate.mean:.3f}\n[{estimate.low:.3f}, {estimate.high:.3f}]" if estimate else None
            )
        rows.append(row)
    strong = [place for place, name in enumerate(methods) if name.startswith("samewave")]
    return Table(rows, strong)
