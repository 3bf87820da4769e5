"""Titles within one slip of the finger: a letter added, lost, changed, or changed places with the next."""

from collections.abc import Iterable

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.storage.catalogue.catalogue import Catalogue

Candidate = tuple[str, int | None, int]
"""Title key, popularity and row of a track."""
# One slip leaves the first or the second half of the title as it is, if the two letters that changed
# places do not stand on both sides of the middle; that one title is asked for as a whole. The halves are
# those of the title, whose length is known to one letter. Only the indexes are read.
HALF_IN_COMMON = """
WITH lengths (length) AS (VALUES (length(?1) - 1), (length(?1)), (length(?1) + 1))
SELECT title_key, popularity, row
FROM (SELECT length, substr(?1, 1, length / 2) AS half FROM lengths)
CROSS JOIN tracks INDEXED BY tracks_by_title
ON length(title_key) = length AND title_key >= half AND title_key < half || char(1114111)
UNION ALL
SELECT substr(title_key, 1, length(title_key) / 2) || substr(title_key, length(title_key) / 2 + 1),
  popularity, row
FROM (SELECT length, substr(?1, length / 2 - length) AS half FROM lengths)
CROSS JOIN tracks INDEXED BY tracks_by_title_end
ON length(title_key) = length AND substr(title_key, length(title_key) / 2 + 1) = half
UNION ALL
SELECT title_key, popularity, row
FROM tracks INDEXED BY tracks_by_title WHERE length(title_key) = length(?2) AND title_key = CAST(?2 AS TEXT)
"""


async def rows_one_typo_away(catalogue: Catalogue, key: str) -> list[int]:
    """The rows of all tracks whose title key is at most one slip away from this key.

    The most popular track of each title comes first, then their others, both in order of popularity.
    """
    found = await catalogue.fetch(HALF_IN_COMMON, [key, swapped_in_the_middle(key)])
    return _each_title_first(_near(key, set(found)))


def typos_between(key: str, titles: list[str]) -> list[int]:
    """How many slips (0, 1, or 2 for more) each title is away from the key."""
    if not titles:
        return []
    slips = process.cdist([key], titles, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)[0]
    return [int(number) for number in slips]


def _near(key: str, found: Iterable[Candidate]) -> list[Candidate]:
    candidates = sorted(found, key=_popular_first)
    slips = typos_between(key, [title for title, _, _ in candidates])
    return [candidate for candidate, far in zip(candidates, slips, strict=True) if far <= 1]


def _popular_first(candidate: Candidate) -> tuple[int, int]:
    _, popularity, row = candidate
    return -(-1 if popularity is None else popularity), row


def _each_title_first(candidates: list[Candidate]) -> list[int]:
    first: dict[str, int] = {}
    for title, _, row in candidates:
        first.setdefault(title, row)
    heads = set(first.values())
    return [*first.values(), *(row for _, _, row in candidates if row not in heads)]


def swapped_in_the_middle(key: str) -> str:
    """The key with the two letters before and behind its middle in each other's place."""
    middle = len(key) // 2
    return key[: middle - 1] + key[middle : middle + 1] + key[middle - 1 : middle] + key[middle + 1 :]
