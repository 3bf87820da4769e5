"""Formats numbers and lists."""

from collections.abc import Sequence


def percent(share: float, digits: int = 0) -> str:
    """Format a share: `0.254` is "25 %" with a non-breaking space; what rounds to zero is "under 1 %"."""
    smallest = 10.0**-digits
    if 0.0 < 100.0 * share < smallest / 2:
        return f"under {smallest:.{digits}f}\N{NO-BREAK SPACE}%"
    return f"{100.0 * share:.{digits}f}\N{NO-BREAK SPACE}%"


def listed(names: Sequence[str], link: str = "and") -> str:
    """`["a", "b", "c"]` is "a, b and c"; nothing is "none"."""
    if len(names) < 2:
        return names[0] if names else "none"
    return f"{', '.join(names[:-1])} {link} {names[-1]}"


def plural(count: int, noun: str) -> str:
    """`(1, "track")` is "1 track", `(2000, "track")` is "2,000 tracks"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def shortened(text: str, most: int = 60) -> str:
    """Cut the text with an ellipsis if it is too long."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
