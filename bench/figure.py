"""One measured figure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A ratio or a plain count.

    Attributes:
        baseline: the baseline, with its own value.
        target: in words. ok: whether it is met.
        cost: the cost in any unit, to fit its growth with the catalogue.
        rows: of the catalogue it was measured with, where that matters.
    """

    name: str
    value: float
    unit: str
    baseline: str
    target: str
    ok: bool
    cost: float | None = None
    rows: int | None = None
