"""Similarity of typed text and names."""

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.domain.spelling import ARTICLES, normalise
from bot.domain.titles import base_title


def allowed_typos(length: int) -> int:
    """The number of typos allowed in a name of some length."""
    return 0 if length < 4 else 1 if length < 8 else 2 if length < 16 else 3


def likeness_of(typed: str, names: Iterable[str]) -> float:
    """The largest similarity of typed text to some names; 0 with too many typos."""
    best = 0.0
    for name in names:
        allowed = allowed_typos(min(len(name), len(typed)))
        typos = OSA.distance(typed, name, score_cutoff=allowed)
        if typos <= allowed:
            best = max(best, 1.0 - typos / len(name))
    return best


@lru_cache(maxsize=8_192)
def spellings_of(title: str) -> tuple[str, ...]:
    """The spellings of a title: base title with and without article, and whole title."""
    base = normalise(base_title(title)).split()
    bare = base[1:] if len(base) > 1 and base[0] in ARTICLES else base
    return tuple(dict.fromkeys(("".join(base), "".join(bare), spelt(title))))


@lru_cache(maxsize=8_192)
def title_words(title: str) -> frozenset[str]:
    """The words of the complete title."""
    return frozenset(normalise(title).split())


def spelt_title(title: str) -> str:
    """The letters of the base title, with numbers and "and" as written."""
    return spelt(base_title(title))


@lru_cache(maxsize=16_384)
def spelt(title: str) -> str:
    """The letters of a title as it is written."""
    return normalise(title).replace(" ", "")
