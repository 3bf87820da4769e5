"""Normalised titles and artists by the thousand: `bot.domain.titles`, only faster.

Letters are folded one by one, whatever stands beside them: a table folds thousands of lines at once.
"""

import re
from collections.abc import Callable, Sequence

from bot.domain.titles import base_title, normalise, title_key

AT_ONCE = 2_000
"""Few enough that other threads wait no more than a few milliseconds for the interpreter."""
_VERSION = re.compile(r"(?<=[!-~])(?: [(\[]| -| +(?:feat\.?|ft\.|featuring) ).*", re.IGNORECASE)
_SIGNS = {sign: " " for sign in range(32, 127) if not chr(sign).isalnum()}


class _Letters(dict[int, str]):
    """What becomes of each letter, learnt as letters come."""

    def __missing__(self, letter: int) -> str:
        self[letter] = folded = normalise(f"a{chr(letter)}a")[1:-1]
        return folded


_LETTERS = _Letters({ord("\n"): "\n"})


def full_keys(titles: Sequence[str]) -> list[str]:
    """`normalise` of each title."""
    return _keys(titles, normalise, lambda lines: lines, lambda title: title)


def title_keys(titles: Sequence[str]) -> list[str]:
    """`title_key` of each title."""
    return _keys(titles, title_key, lambda lines: _VERSION.sub("", lines), base_title)


def artist_key(names: Sequence[str]) -> str:
    """All names, normalised, separated by spaces."""
    return " ".join(key for key in map(normalise, names) if key)


def _keys(
    titles: Sequence[str],
    exact: Callable[[str], str],
    shorten_lines: Callable[[str], str],
    shorten: Callable[[str], str],
) -> list[str]:
    keys: list[str] = []
    for start in range(0, len(titles), AT_ONCE):
        some = titles[start : start + AT_ONCE]
        # One line a title: plain ASCII first, nine titles in ten, then the others; what neither can fold
        # is empty in both and is done exactly below.
        lines = "\n".join([t.strip() if t.isascii() and t.isprintable() else "" for t in some])
        words = shorten_lines(lines).lower().replace("'", "").replace("`", "").replace("&", " and ")
        folded = _single_spaced(words.translate(_SIGNS)).split("\n")
        others = [at for at, key in enumerate(folded) if not key]
        lines = "\n".join([shorten(t) if "\n" not in (t := some[at]) else "" for at in others])
        for at, line in zip(others, lines.translate(_LETTERS).split("\n"), strict=False):
            folded[at] = " ".join(line.split()) or exact(some[at])
        keys += folded
    return keys


def _single_spaced(lines: str) -> str:
    """Lines without blanks at their ends and two in a row."""
    while "  " in lines:
        lines = lines.replace("  ", " ")
    return lines.replace("\n ", "\n").replace(" \n", "\n").strip(" ")
