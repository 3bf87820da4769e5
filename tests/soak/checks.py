"""The table at the end: what was to hold, and whether it did."""

from collections.abc import Mapping


def show(checks: Mapping[str, tuple[object, bool]]) -> bool:
    """Print a line for each figure; whether all held."""
    for what, (figure, ok) in checks.items():
        print(f"{'ok    ' if ok else 'MISSED'} {what}: {figure}")
    return all(ok for _, ok in checks.values())


def at_share(sorted_figures: list[float], share: float) -> float:
    """The figure below which that share of them lies."""
    return sorted_figures[min(len(sorted_figures) - 1, int(len(sorted_figures) * share))]
