"""Distributions of the audio features: histogram and boxplot."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from ml.arrays import Floats
from ml.features import FEATURE_NAMES
from ml.report.phrases import listed, percent
from ml.report.section import Figure, Section, Table

BINS = 40
WHISKER = 1.5
"""Interquartile ranges to the end of a whisker (Tukey 1977)."""
UNITS = {"loudness": "dB", "tempo": "beats per minute"}
CROWDED = 0.2
"""A histogram with more than this share of tracks in one of forty bins is called crowded."""


@dataclass(frozen=True)
class Distribution:
    """One feature, in its own unit.

    Attributes:
        lowest, q1, median, q3, highest: order statistics.
        low_whisker, high_whisker: the furthest values within 1.5 interquartile ranges of the box.
        beyond: share of tracks outside the whiskers.
        edges: 41 ends of the bins.
        counts: tracks in each of the 40 bins.
    """

    feature: str
    mean: float
    deviation: float
    lowest: float
    q1: float
    median: float
    q3: float
    highest: float
    low_whisker: float
    high_whisker: float
    beyond: float
    edges: Sequence[float]
    counts: Sequence[int]


def distributions_section(distributions: Sequence[Distribution]) -> Section:
    """A small plot for each feature, and a table."""
    total = sum(distributions[0].counts)
    crowded = [d.feature for d in distributions if max(d.counts) > CROWDED * total]
    constant = [d.feature for d in distributions if d.lowest == d.highest]
    tailed = [d.feature for d in distributions if d.beyond > 0.05]
    sentences = [
        "Bars count tracks; the box above them spans the middle half of the tracks, its line is the "
        "median, its whiskers reach the last track within 1.5 box lengths."
    ]
    if constant:
        verb, who = ("never varies", "it") if len(constant) == 1 else ("never vary", "they")
        sentences.append(f"{listed(constant).capitalize()} {verb}, so {who} cannot tell songs apart.")
    crowding = [name for name in crowded if name not in constant]
    if crowding:
        sentences.append(
            f"A large part of the tracks crowds into one narrow bar of {listed(crowding)}: there a plain "
            "distance hears no difference between most songs."
        )
    if tailed:
        sentences.append(
            f"Over 5 % of the tracks lie beyond the whiskers of {listed(tailed)}: such a tail would "
            "rule a distance, unless a scaler pulls it in."
        )
    if len(sentences) == 1:
        sentences.append("No feature is crowded into one bar or has a heavy tail.")
    return Section(
        "distributions",
        "How each feature is distributed",
        sentences,
        figures=[_figure(distribution) for distribution in distributions],
        tables=[
            Table(
                [
                    {
                        "Feature": d.feature,
                        "Mean": f"{d.mean:.3f}",
                        "Deviation": f"{d.deviation:.3f}",
                        "Lowest": f"{d.lowest:.3f}",
                        "Median": f"{d.median:.3f}",
                        "Highest": f"{d.highest:.3f}",
                        "Beyond whiskers": percent(d.beyond, 1),
                    }
                    for d in distributions
                ],
            )
        ],
    )


def measure_distributions(features: Floats) -> list[Distribution]:
    """Describe columns of shape (n, 9), in the order of `FEATURE_NAMES`."""
    return [_describe(name, features[:, i]) for i, name in enumerate(FEATURE_NAMES)]


def _describe(name: str, values: Floats) -> Distribution:
    q1, median, q3 = (float(x) for x in np.percentile(values, (25, 50, 75)))
    reach = WHISKER * (q3 - q1)
    inside = values[(values >= q1 - reach) & (values <= q3 + reach)]
    counts, edges = np.histogram(values, bins=BINS)
    return Distribution(
        feature=name,
        mean=float(values.mean()),
        deviation=float(values.std()),
        lowest=float(values.min()),
        q1=q1,
        median=median,
        q3=q3,
        highest=float(values.max()),
        low_whisker=float(inside.min()),
        high_whisker=float(inside.max()),
        beyond=float(1.0 - len(inside) / len(values)),
        edges=edges.tolist(),
        counts=counts.tolist(),
    )


def _figure(distribution: Distribution) -> Figure:
    d = distribution
    edges = np.array(d.edges)
    bars = go.Bar(
        x=(edges[1:] + edges[:-1]) / 2,
        y=d.counts,
        width=np.diff(edges) * 0.92,
        customdata=[f"{low:.3g} to {high:.3g}" for low, high in pairwise(d.edges)],
        hovertemplate="%{customdata}: %{y} tracks<extra></extra>",
        marker_color="#4c8dff",
    )
    box = go.Box(
        orientation="h",
        y=[0],
        yaxis="y2",
        q1=[d.q1],
        median=[d.median],
        q3=[d.q3],
        lowerfence=[d.low_whisker],
        upperfence=[d.high_whisker],
        mean=[d.mean],
        name=d.feature,
        hoverinfo="x",
        line={"color": "#f2994a", "width": 1.5},
        fillcolor="rgba(242, 153, 74, 0.3)",
    )
    unit = UNITS.get(d.feature)
    layout = go.Layout(
        title_text=f"{d.feature} ({unit})" if unit else d.feature,
        showlegend=False,
        yaxis={"domain": [0.0, 0.76], "nticks": 4},
        yaxis2={"domain": [0.82, 1.0], "visible": False},
        xaxis={"anchor": "y"},
        margin={"l": 44, "r": 12, "t": 36, "b": 30},
    )
    plot = go.Figure([bars, box], layout)
    return Figure(f"Histogram and boxplot of {d.feature}", plot, height=230, small=True)
