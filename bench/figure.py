"""One measured figure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A ratio or a plain count.

    Attributes:
        baseline: what it is measured against, with its own figure.
        reach: what we want, in words. ok: whether it is so.
        cost: what it costs us, in any unit, for how it grows with the catalogue.
        rows: of the catalogue it was measured with, where that matters.
    """

    name: str
    value: float
    unit: str
    baseline: str
    reach: str
    ok: bool
    cost: float | None = None
    rows: int | None = None
