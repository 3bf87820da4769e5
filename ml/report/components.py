"""Intrinsic dimensionality of the songs: explained variance of PCA."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from ml.arrays import Floats
from ml.report.phrases import percent
from ml.report.sample import Sample
from ml.report.section import Figure, Section

ENOUGH = 0.95


@dataclass(frozen=True)
class Components:
    """Explained variance, in the features and in the model's space.

    Attributes:
        features: share of the variance that each component of the nine standardised features explains.
        model: the same for the model's scaled space.
        features_enough, model_enough: number of components that explain 95 %; 0 without variance.
    """

    features: Sequence[float]
    model: Sequence[float]
    features_enough: int
    model_enough: int

    def section(self, note: str) -> Section:
        """Cumulative curves of both spaces."""
        first, others = self.features_enough, len(self.features)
        sentences = [
            f"Of the nine standardised features, {first} of {others} components reach 95 % of the variance"
            + (
                ": hardly any can be left out, the features say different things."
                if first >= others - 2
                else ": the others repeat what these say."
            ),
            f"In the space the model learned, {self.model_enough} of {len(self.model)} directions reach "
            f"95 %, and the two of the flat map below carry {percent(sum(self.model[:2]))}: what "
            "overlaps there may well be apart in the model.",
        ]
        plot = go.Figure(
            [
                go.Scatter(
                    mode="lines+markers",
                    name=name,
                    x=list(range(1, len(shares) + 1)),
                    y=np.cumsum(shares),
                    hovertemplate=f"{name}: %{{x}} components, %{{y:.1%}}<extra></extra>",
                    line_color=color,
                )
                for name, shares, color in (
                    ("nine features", self.features, "#4c8dff"),
                    ("model's space", self.model, "#f2994a"),
                )
            ]
        )
        plot.add_hline(ENOUGH, line={"dash": "dot", "width": 1, "color": "#888"})
        plot.update_layout(legend={"x": 1, "y": 0.05, "xanchor": "right", "yanchor": "bottom"})
        plot.update_xaxes(title_text="components", rangemode="tozero")
        plot.update_yaxes(tickformat=".0%", range=[0, 1.03])
        return Section(
            "components",
            "How many directions the songs spread in",
            (*sentences, note),
            figures=(Figure("Variance explained by so many components", plot),),
        )


def measure_components(sample: Sample) -> Components:
    """Principal component analysis (Pearson 1901) of the standardised features and of the model's space."""
    features = explained(StandardScaler().fit_transform(sample.features))
    model = explained(sample.scaled)
    return Components(features, model, enough(features), enough(model))


def explained(points: Floats) -> list[float]:
    """Share of the variance of points of shape (n, d) along each component, largest first."""
    if not (np.ptp(points, axis=0) > 0).any():
        return [0.0] * min(points.shape)
    shares: list[float] = PCA(svd_solver="full").fit(points).explained_variance_ratio_.tolist()
    return shares


def enough(shares: Sequence[float]) -> int:
    """The number of largest shares whose sum reaches 95 %."""
    if not sum(shares):
        return 0
    return int(np.searchsorted(np.cumsum(shares) / sum(shares), ENOUGH - 1e-12)) + 1
