"""Finds titles similar to a half-typed one by the trigrams they share, the most similar first."""

from collections.abc import Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from bot.storage.catalogue.catalogue import Catalogue
from bot.storage.catalogue.trigrams import count_common, quoted, rarest, trigrams

SPOILT = 4
"""How many trigrams a typo changes at most: two swapped letters are in four."""
_RAREST = 8
_PLACES = 3
"""How many positions of a typo are distinguished; in a long title one covers several letters."""
_TOGETHER = 3
"""How many trigrams must match together; more are slower, fewer find too much."""
_NEAR, _FAR = 100, 30
"""The largest numbers of titles compared: one typo away, and with rare trigrams in common."""
_ALIKE = """
SELECT row, title_key
FROM (SELECT rowid AS rank FROM title_trigrams WHERE title_trigrams MATCH ? LIMIT ?)
JOIN ranked USING (rank) JOIN tracks USING (row)
"""


async def rows_alike(catalogue: Catalogue, key: str, *, at_least: float, enough: int) -> list[int]:
    """The rows of tracks whose title keys begin most like it, best first.

    Titles within one typo are found by the trigrams that it leaves intact, wherever it is. Others share the
    rarest trigrams.

    Args:
        at_least: how alike (0-100).
        enough: with so many within one typo, others are not searched.
    """
    typed = trigrams(key, whole=False)
    common = await count_common(catalogue, "title_trigrams", typed)
    titles: dict[int, str] = {}
    best: list[int] = []
    # One round for each: a LIMIT on both together would let the far ones crowd out the near ones.
    for query, most in ((typo_query(typed, common), _NEAR), (rarest_query(typed, common), _FAR)):
        if query and len(best) < enough:
            titles.update(await catalogue.fetch(_ALIKE, [query, most]))
            beginnings = [title[: len(key)] for title in titles.values()]
            scores = process.cdist([key], beginnings, scorer=fuzz.ratio)[0]
            rows, order = list(titles), np.argsort(-scores, kind="stable").tolist()
            best = [rows[at] for at in order if scores[at] >= at_least]
    return best


def typo_query(typed: Sequence[str], common: Mapping[str, int]) -> str:
    """A full-text query for all titles that one typo turns into the typed text.

    Args:
        typed: the trigrams of the text.
        common: as `count_common` gives it.
    """
    step = max(1, -(-(len(typed) - SPOILT) // _PLACES))
    subqueries: dict[str, None] = {}
    for start in range(0, max(1, len(typed) - SPOILT + 1), step):
        intact = {*typed[:start], *typed[start + SPOILT + step - 1 :]}
        if intact and all(common.get(trigram) for trigram in intact):
            subqueries[" AND ".join(map(quoted, rarest(intact, common)[:_TOGETHER]))] = None
    return " OR ".join(f"({together})" for together in subqueries)


def rarest_query(typed: Sequence[str], common: Mapping[str, int]) -> str:
    """A full-text query for titles that share one of the rarest trigrams."""
    return " OR ".join(map(quoted, rarest(typed, common)[:_RAREST]))
