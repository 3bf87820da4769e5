"""Similarity of typed text and names."""

from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.domain.spelling import ARTICLES, key_words, normalise
from bot.domain.titles import base_title


def allowed_typos(length: int) -> int:
    """The number of typos allowed in a name of some length."""
    return 0 if length < 4 else 1 if length < 8 else 2 if length < 16 else 3


def likeness(typed: str, name: str) -> float:
    """The similarity of typed text to a name; 0 with too many typos."""
    allowed = allowed_typos(min(len(name), len(typed)))
    typos = OSA.distance(typed, name, score_cutoff=allowed)
    return 1.0 - typos / len(name) if typos <= allowed else 0.0


@lru_cache(maxsize=8_192)
def spellings_of(title: str) -> tuple[str, ...]:
    """The spellings of a title: base title with and without article, and whole title."""
    base = normalise(base_title(title)).split()
    bare = base[1:] if len(base) > 1 and base[0] in ARTICLES else base
    return tuple(dict.fromkeys(("".join(base), "".join(bare), spelt(title))))


@lru_cache(maxsize=16_384)
def words_of(name: str) -> tuple[str, ...]:
    """The key words of a title or a name."""
    return tuple(key_words(normalise(name).split()))


@lru_cache(maxsize=16_384)
def spelt(title: str) -> str:
    """The letters of a title, with numbers and "and" as written."""
    return normalise(title).replace(" ", "")
