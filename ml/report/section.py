"""The parts of the page: sections with sentences, figures and tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plotly.graph_objects import Figure as Plot

_FIGURE = re.compile(r"(under )?[-+]?\d[\d.,]*(\D{1,2}%|\s\[.*\])?$")

Cell = str | int | float | None


@dataclass(frozen=True)
class Figure:
    """An interactive plot.

    Attributes:
        label: a description for people who cannot see it.
        plot: colours of text and grid are the page's.
        height: pixels.
        small: whether several fit side by side on a wide page.
    """

    label: str
    plot: Plot
    height: int = 360
    small: bool = False


@dataclass(frozen=True)
class Table:
    """A table; numbers are right-aligned, text left-aligned.

    Attributes:
        columns: headings.
        rows: cells, one per column; None is shown as a dash.
        strong: numbers of rows that stand out.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    strong: Sequence[int] = ()

    @property
    def figures(self) -> Sequence[bool]:
        """For each column whether it holds figures only."""
        return [
            all(row[place] is None or _FIGURE.match(str(row[place])) for row in self.rows)
            for place in range(len(self.columns))
        ]


@dataclass(frozen=True)
class Section:
    """One heading of the page.

    Attributes:
        anchor: its address on the page.
        title: its heading.
        sentences: observations and conclusions.
        figures, tables: shown below the sentences, figures first.
        clusters: whether the cards and the list of clusters stand here.
    """

    anchor: str
    title: str
    sentences: Sequence[str]
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    clusters: bool = False
