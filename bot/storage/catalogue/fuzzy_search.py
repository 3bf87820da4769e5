"""Titles that are like what was typed: found by the three-letter pieces they share, the most alike first."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from bot.storage.catalogue.catalogue import Catalogue

SPOILT = 4
"""Pieces that one slip of the finger spoils at most: two letters that changed places stand in four."""
_RAREST = 8


class _Effort(NamedTuple):
    """How much is looked at.

    Attributes:
        places: of a slip that are told apart; in a long title several letters count as one place.
        together: pieces that must stand together; with more it is slower, with fewer it finds too much.
        near, far: most titles compared, one slip away and with rare pieces in common.
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
_SAMPLE = 50
_ABOVE_ALL_RANKS = 1 << 62
# To count all titles of a piece takes a millisecond. The more common it is, the sooner a sample is full.
_HOW_COMMON = f"""
SELECT value, (
  SELECT iif(count(*) < {_SAMPLE}, count(*), {_SAMPLE} + {_ABOVE_ALL_RANKS} - max(rowid))
  FROM (
    SELECT rowid FROM title_trigrams
    WHERE title_trigrams MATCH '"' || replace(value, '"', '""') || '"' LIMIT {_SAMPLE}
  )
)
FROM json_each(?)
"""


async def rows_alike(
    catalogue: Catalogue, key: str, *, half_typed: bool, at_least: float, enough: int | None = None
) -> list[int]:
    """The rows of tracks whose title keys, alone or with the artists, are most like it, best first.

    Titles within one slip of the finger are found by what the slip leaves intact, wherever it happened.
    Others share the rarest three-letter pieces.

    Args:
        half_typed: whether as much of a title as was typed is compared.
        at_least: how alike (0-100).
        enough: with so many one slip away, others are not looked for.
    """
    pieces = three_letter_pieces(key, whole=not half_typed)
    common: dict[str, int] = dict(
        await catalogue.fetch(_HOW_COMMON, [json.dumps(list(dict.fromkeys(pieces)))])
    )
    effort = _HALF_TYPED if half_typed else _WHOLE
    found: dict[int, tuple[str, str]] = {}
    best: list[int] = []
    # One round for each: a LIMIT on both together would let the far ones crowd out the near ones.
    for query, most in (
        (typo_query(pieces, common, effort), effort.near),
        (rarest_query(pieces, common), effort.far),
    ):
        if query and (enough is None or len(best) < enough):
            for row, title, artist in await catalogue.fetch(_ALIKE, [query, most]):
                found[row] = title, artist
            best = most_alike(key, found, half_typed, at_least)
    return best


def padded(title_key: str) -> str:
    """A title key as its three-letter pieces are taken: so that its first and last letters count as such."""
    return f"  {title_key} "


def three_letter_pieces(key: str, *, whole: bool) -> list[str]:
    """The pieces of something typed, in their order.

    Args:
        whole: whether it ends where the title ends.
    """
    text = padded(key) if whole else padded(key)[:-1]
    return [text[at : at + 3] for at in range(len(text) - 2)]


def typo_query(pieces: Sequence[str], common: Mapping[str, int], effort: _Effort = _WHOLE) -> str:
    """A full-text query for all titles that one slip turns into what was typed.

    Args:
        common: the higher, the more titles have a piece; 0 or missing for none.
    """
    step = max(1, -(-(len(pieces) - SPOILT) // effort.places))
    subqueries: dict[str, None] = {}
    for start in range(0, max(1, len(pieces) - SPOILT + 1), step):
        intact = {*pieces[:start], *pieces[start + SPOILT + step - 1 :]}
        if intact and all(common.get(piece) for piece in intact):
            subqueries[" AND ".join(map(_quoted, _rarest(intact, common)[: effort.together]))] = None
    return " OR ".join(f"({together})" for together in subqueries)


def rarest_query(pieces: Sequence[str], common: Mapping[str, int]) -> str:
    """A full-text query for titles that share one of the rarest pieces."""
    known = {piece for piece in pieces if common.get(piece)}
    return " OR ".join(map(_quoted, _rarest(known, common)[:_RAREST]))


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


def _rarest(pieces: set[str], common: Mapping[str, int]) -> list[str]:
    return sorted(pieces, key=lambda piece: (common[piece], piece))


def _quoted(piece: str) -> str:
    return f'"{piece.replace(chr(34), chr(34) * 2)}"'
