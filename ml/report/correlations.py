"""The correlation matrix of the features."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ml.features import FEATURE_NAMES
from ml.report.phrases import listed
from ml.report.section import Figure, Section

Floats = NDArray[np.float64]

STRONG = 0.6
DIVERGING = [[0.0, "#d9573f"], [0.5, "#8884"], [1.0, "#3b7ddd"]]


@dataclass(frozen=True)
class Correlations:
    """Pearson's correlation of each pair of features.

    Attributes:
        matrix: nine rows of nine; None where a feature does not vary.
    """

    matrix: Sequence[Sequence[float | None]]

    def pairs(self) -> list[tuple[float, str, str]]:
        """Every pair once, the strongest first, with the names of its features."""
        found = [
            (value, FEATURE_NAMES[i], FEATURE_NAMES[j])
            for i, row in enumerate(self.matrix)
            for j, value in enumerate(row)
            if i < j and value is not None
        ]
        return sorted(found, key=lambda pair: -abs(pair[0]))

    def section(self) -> Section:
        """The matrix as a heat map."""
        pairs = self.pairs()
        constant = [name for i, name in enumerate(FEATURE_NAMES) if self.matrix[i][i] is None]
        strong = [f"{a} and {b} ({value:+.2f})" for value, a, b in pairs if abs(value) >= STRONG]
        sentences = ["Blue features rise together, red ones against each other."]
        if strong:
            sentences.append(
                f"Strongly tied: {listed(strong[:4])}. What they share counts several times in a plain "
                "distance; a projection such as PCA counts it once."
            )
        elif pairs:
            value, a, b = pairs[0]
            sentences.append(
                f"No pair is strongly tied (the strongest: {a} and {b}, {value:+.2f}), so each feature adds "
                "something of its own."
            )
        if constant:
            sentences.append(
                f"There are no correlations with {listed(constant)}: no variation, no correlation."
            )
        short = [name[:8] + "." if len(name) > 9 else name for name in FEATURE_NAMES]
        plot = go.Figure(
            go.Heatmap(
                z=self.matrix,
                x=short,
                y=short,
                zmin=-1,
                zmax=1,
                colorscale=DIVERGING,
                text=[["" if value is None else f"{value:.2f}" for value in row] for row in self.matrix],
                texttemplate="%{text}",
                customdata=[[f"{a} and {b}" for b in FEATURE_NAMES] for a in FEATURE_NAMES],
                hovertemplate="%{customdata}: %{z:.3f}<extra></extra>",
                hoverongaps=False,
                showscale=False,
                xgap=2,
                ygap=2,
            )
        )
        plot.update_layout(margin={"l": 74, "r": 8, "t": 8, "b": 74})
        plot.update_xaxes(tickangle=-45, showgrid=False)
        plot.update_yaxes(autorange="reversed", showgrid=False)
        return Section(
            "correlations",
            "Which features say the same",
            sentences,
            figures=(Figure("Correlation matrix of the nine features", plot, height=440),),
        )


def measure_correlations(features: Floats) -> Correlations:
    """Correlate columns of shape (n, 9)."""
    varies = np.ptp(features, axis=0) > 0
    matrix: list[list[float | None]] = [[None] * len(varies) for _ in varies]
    columns = np.flatnonzero(varies)
    found = np.atleast_2d(np.corrcoef(features[:, columns], rowvar=False)) if len(columns) else np.empty(0)
    for a, i in enumerate(columns.tolist()):
        for b, j in enumerate(columns.tolist()):
            matrix[i][j] = float(np.clip(found[a, b], -1.0, 1.0))
    return Correlations(matrix)
