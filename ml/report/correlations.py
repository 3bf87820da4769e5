"""The correlation matrix of the features."""

import numpy as np

from ml.arrays import Floats
from ml.features import FEATURE_NAMES
from ml.report.heat_map import Matrix, heat_map
from ml.report.phrases import listed
from ml.report.section import Figure, Section

STRONG = 0.6
DIVERGING = [[0.0, "#d9573f"], [0.5, "#8884"], [1.0, "#3b7ddd"]]


def measure_correlations(features: Floats) -> Matrix:
    """Pearson's correlation of each pair of columns of shape (n, 9); None where one does not vary."""
    varies = np.ptp(features, axis=0) > 0
    matrix: list[list[float | None]] = [[None] * len(varies) for _ in varies]
    columns = np.flatnonzero(varies)
    found = np.atleast_2d(np.corrcoef(features[:, columns], rowvar=False)) if len(columns) else np.empty(0)
    for a, i in enumerate(columns.tolist()):
        for b, j in enumerate(columns.tolist()):
            matrix[i][j] = float(np.clip(found[a, b], -1.0, 1.0))
    return matrix


def correlations_section(matrix: Matrix) -> Section:
    """The matrix as a heat map."""
    pairs = sorted(
        (
            (value, FEATURE_NAMES[i], FEATURE_NAMES[j])
            for i, row in enumerate(matrix)
            for j, value in enumerate(row)
            if i < j and value is not None
        ),
        key=lambda pair: -abs(pair[0]),
    )
    constant = [name for i, name in enumerate(FEATURE_NAMES) if matrix[i][i] is None]
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
        sentences.append(f"There are no correlations with {listed(constant)}: no variation, no correlation.")
    plot = heat_map(
        matrix,
        [name[:8] + "." if len(name) > 9 else name for name in FEATURE_NAMES],
        cell=lambda value: f"{value:.2f}",
        hover=[
            [f"{a} and {b}: {value or 0.0:.3f}" for b, value in zip(FEATURE_NAMES, row, strict=True)]
            for a, row in zip(FEATURE_NAMES, matrix, strict=True)
        ],
        colorscale=DIVERGING,
        zmin=-1,
        zmax=1,
    )
    plot.update_layout(margin={"l": 74, "r": 8, "t": 8, "b": 74})
    plot.update_xaxes(tickangle=-45)
    return Section(
        "correlations",
        "Which features say the same",
        sentences,
        figures=(Figure("Correlation matrix of the nine features", plot, height=440),),
    )
