"""The report as a self-contained page, and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from plotly.graph_objects import Figure as Plot
from plotly.offline import get_plotlyjs

from ml.features import FEATURE_NAMES
from ml.pictures.radar import AXES, EDGE, TURN
from ml.report.clusters import CARDS, ClusterCard
from ml.report.section import Cell, Section

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Tile:
    """A key figure at the top of the page, with its section."""

    figure: str
    label: str
    anchor: str


@dataclass(frozen=True)
class Report:
    """A finished report.

    The page contains plotly.js and all data; it makes no requests.

    Attributes:
        measured: all numbers of the page, except the positions of songs on the map.
        note: about the sample.
    """

    tiles: Sequence[Tile]
    sections: Sequence[Section]
    cards: Sequence[ClusterCard]
    measured: dict[str, Any]
    note: str

    def numbers(self) -> dict[str, Any]:
        """What was measured, as JSON values."""
        found: dict[str, Any] = json.loads(json.dumps(self.measured, allow_nan=False))
        return found

    def html(self) -> str:
        """The page, UTF-8."""
        environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["cell"] = _cell
        return environment.get_template("page.html").render(
            note=self.note,
            tiles=self.tiles,
            sections=self.sections,
            seed=self.measured["seed"],
            data=self._data(),
            style=Markup((_FOLDER / "page.css").read_text("utf-8")),  # noqa: S704  # our own file
            script=Markup((_FOLDER / "page.js").read_text("utf-8")),  # noqa: S704  # our own file
            plotly=Markup(get_plotlyjs()),  # noqa: S704  # the library
        )

    def _data(self) -> Markup:
        """What the scripts need, figures in the order of the page."""
        data = {
            "figures": [
                {**_without_template(figure.plot), "height": figure.height}
                for section in self.sections
                for figure in section.figures
            ],
            "features": FEATURE_NAMES,
            "axes": AXES,
            "edge": EDGE,
            "turn": TURN,
            "clusters": [asdict(card) for card in self.cards],
            "cards": CARDS,
        }
        return htmlsafe_json_dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def _without_template(plot: Plot) -> dict[str, Any]:
    """A figure for plotly.js, without the template; the page sets the style."""
    found: dict[str, Any] = json.loads(plot.to_json())
    found["layout"].pop("template", None)
    return found


def _cell(value: Cell) -> str:
    """A table's cell as text."""
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,g}" if isinstance(value, float) else value
