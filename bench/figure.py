"""One measured figure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A ratio or a plain count.

    Attributes:
        baseline: the baseline, with its own value.
        reach: the target, in words. ok: whether it is reached.
        cost: the cost in any unit, to fit its growth with the catalogue.
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
