"""Queries for titles that were misspelt, and how alike the found ones are."""

from collections.abc import Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz, process

SPOILT = 4
"""Pieces that one slip of the finger spoils at most: two letters that changed places stand in four."""
_PLACES = 8
"""Places of a slip that are told apart; in a long title several letters count as one place."""
_TOGETHER = 4
"""Pieces that must stand together: with more the query is slower, with fewer it finds too much."""
_RAREST = 8


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


def slip_query(pieces: Sequence[str], counts: Mapping[str, int]) -> str:
    """A full-text query for all titles that one slip turns into what was typed.

    Args:
        counts: how many titles have a piece; 0 or missing for none.
    """
    step = max(1, -(-(len(pieces) - SPOILT) // _PLACES))
    asked: dict[str, None] = {}
    for start in range(0, max(1, len(pieces) - SPOILT + 1), step):
        intact = {*pieces[:start], *pieces[start + SPOILT + step - 1 :]}
        if intact and all(counts.get(piece) for piece in intact):
            asked[" AND ".join(map(_quoted, _rarest(intact, counts)[:_TOGETHER]))] = None
    return " OR ".join(f"({together})" for together in asked)


def rarest_query(pieces: Sequence[str], counts: Mapping[str, int]) -> str:
    """A full-text query for titles that share one of the rarest pieces."""
    known = {piece for piece in pieces if counts.get(piece)}
    return " OR ".join(map(_quoted, _rarest(known, counts)[:_RAREST]))


def most_alike(key: str, found: Mapping[int, tuple[str, str]], half_typed: bool) -> list[int]:
    """The rows of found titles and artists, the most alike first; of equally alike ones the first given.

    Args:
        half_typed: whether only the beginning of a title, as long as what was typed, is compared.
    """
    rows = list(found)
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
    return [rows[at] for at in np.argsort(-scores, kind="stable").tolist()]


def _rarest(pieces: set[str], counts: Mapping[str, int]) -> list[str]:
    return sorted(pieces, key=lambda piece: (counts[piece], piece))


def _quoted(piece: str) -> str:
    return f'"{piece.replace(chr(34), chr(34) * 2)}"'
