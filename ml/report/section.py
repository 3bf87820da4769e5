"""The parts of the page: sections with sentences, figures and tables."""

import re
from collections.abc import Mapping, Sequence
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
        rows: at least one, cells by the heading of their column; None is shown as a dash.
        strong: numbers of rows that stand out.
    """

    rows: Sequence[Mapping[str, Cell]]
    strong: Sequence[int] = ()

    @property
    def columns(self) -> Mapping[str, bool]:
        """The headings, and for each whether its column holds figures only."""
        return {
            column: all(row[column] is None or _FIGURE.match(str(row[column])) for row in self.rows)
            for column in self.rows[0]
        }


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
