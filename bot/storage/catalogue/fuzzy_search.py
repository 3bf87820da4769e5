"""Finds titles similar to typed text by the trigrams they share, the most similar first."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.catalogue.trigrams import count_common, quoted, rarest, trigrams

SPOILT = 4
"""How many trigrams a typo changes at most: two swapped letters are in four."""
_RAREST = 8


class _Effort(NamedTuple):
    """The limits of a search.

    Attributes:
        places: how many positions of a typo are distinguished; in a long title one covers several letters.
        together: how many trigrams must match together; more are slower, fewer find too much.
        near, far: the largest numbers of titles compared: one typo away, and with rare trigrams in common.
    """

    places: int
    together: int
    near: int
    far: int


_WHOLE, _HALF_TYPED = _Effort(8, 4, 1_000, 150), _Effort(3, 3, 100, 30)
_ALIKE = """
SELECT row, title_key, artist_key
FROM (SELECT rowid AS rank FROM title_trigrams WHERE title_trigrams MATCH ? LIMIT ?)
JOIN ranked USING (rank) JOIN tracks USING (row)
"""


async def rows_alike(
    catalogue: Catalogue, key: str, *, half_typed: bool, at_least: float, enough: int | None = None
) -> list[int]:
    """The rows of tracks whose title keys, alone or with the artists, are most like it, best first.

    Titles within one typo are found by the trigrams that it leaves intact, wherever it is. Others share the
    rarest trigrams.

    Args:
        half_typed: whether as much of a title as was typed is compared.
        at_least: how alike (0-100).
        enough: with so many within one typo, others are not searched.
    """
    typed = trigrams(key, whole=not half_typed)
    common = await count_common(catalogue, "title_trigrams", typed)
    effort = _HALF_TYPED if half_typed else _WHOLE
    found: dict[int, tuple[str, str]] = {}
    best: list[int] = []
    # One round for each: a LIMIT on both together would let the far ones crowd out the near ones.
    for query, most in (
        (typo_query(typed, common, effort), effort.near),
        (rarest_query(typed, common), effort.far),
    ):
        if query and (enough is None or len(best) < enough):
            for row, title, artist in await catalogue.fetch(_ALIKE, [query, most]):
                found[row] = title, artist
            best = most_alike(key, found, half_typed, at_least)
    return best


def typo_query(typed: Sequence[str], common: Mapping[str, int], effort: _Effort = _WHOLE) -> str:
    """A full-text query for all titles that one typo turns into the typed text.

    Args:
        typed: the trigrams of the text.
        common: as `count_common` gives it.
    """
    step = max(1, -(-(len(typed) - SPOILT) // effort.places))
    subqueries: dict[str, None] = {}
    for start in range(0, max(1, len(typed) - SPOILT + 1), step):
        intact = {*typed[:start], *typed[start + SPOILT + step - 1 :]}
        if intact and all(common.get(trigram) for trigram in intact):
            subqueries[" AND ".join(map(quoted, rarest(intact, common)[: effort.together]))] = None
    return " OR ".join(f"({together})" for together in subqueries)


def rarest_query(typed: Sequence[str], common: Mapping[str, int]) -> str:
    """A full-text query for titles that share one of the rarest trigrams."""
    return " OR ".join(map(quoted, rarest(typed, common)[:_RAREST]))


def most_alike(
    key: str, found: Mapping[int, tuple[str, str]], half_typed: bool, at_least: float = 0.0
) -> list[int]:
    """The rows of found titles and artists, the most alike first; of equally alike ones the first given.

    Args:
        half_typed: whether only the beginning of a title, as long as what was typed, is compared.
        at_least: how alike (0-100).
    """
    rows = list(found)
    if not rows:
        return []
    spellings = (
        [[title[: len(key)] for title, _ in found.values()]]
        if half_typed
        else [
            [title for title, _ in found.values()],
            [f"{title} {artist}" for title, artist in found.values()],
            [f"{artist} {title}" for title, artist in found.values()],
        ]
    )
    scores = np.max([process.cdist([key], texts, scorer=fuzz.ratio)[0] for texts in spellings], axis=0)
    return [rows[at] for at in np.argsort(-scores, kind="stable").tolist() if scores[at] >= at_least]
