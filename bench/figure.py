"""One measured figure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A ratio or a plain count.

    Attributes:
        baseline: what it is measured against, with its own figure.
        reach: what we want, in words. ok: whether it is so.
    """

    name: str
    value: float
    unit: str
    baseline: str
    reach: str
    ok: bool
