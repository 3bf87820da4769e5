"""Draws a square matrix in colours."""

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

Matrix = Sequence[Sequence[float | None]]


def heat_map(
    matrix: Matrix,
    names: Sequence[str],
    *,
    cell: Callable[[float], str],
    hover: Sequence[Sequence[str]],
    **colors: Any,
) -> go.Figure:
    """A matrix with its first row at the top; None is left blank.

    Args:
        names: of rows and columns.
        cell: formats a value.
        hover: a text for each cell.
        colors: `colorscale` and its ends, `zmin` and `zmax`.
    """
    plot = go.Figure(
        go.Heatmap(
            z=matrix,
            x=names,
            y=names,
            text=[["" if value is None else cell(value) for value in row] for row in matrix],
            texttemplate="%{text}",
            customdata=hover,
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            showscale=False,
            xgap=2,
            ygap=2,
            **colors,
        )
    )
    plot.update_xaxes(showgrid=False)
    plot.update_yaxes(autorange="reversed", showgrid=False)
    return plot
