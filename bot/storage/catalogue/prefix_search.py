"""Finds titles with a rare prefix; for a common one, a scan in order of popularity is faster."""

from bot.storage.catalogue.catalogue import Catalogue

_FEW = 1_000
# The index is laid out by length, so each length that some title has is looked at.
_ROWS_WITH_PREFIX = """
WITH RECURSIVE lengths (length) AS (
  SELECT length(?1)
  UNION ALL
  SELECT (
    SELECT length(title_key) FROM tracks WHERE length(title_key) > lengths.length
    ORDER BY length(title_key) LIMIT 1
  )
  FROM lengths WHERE lengths.length IS NOT NULL
)
SELECT popularity, row
FROM lengths
CROSS JOIN tracks INDEXED BY tracks_by_title
ON length(title_key) = lengths.length AND title_key >= ?1 AND title_key < ?1 || char(1114111)
LIMIT ?2
"""


async def few_rows_with_prefix(catalogue: Catalogue, key: str) -> list[int]:
    """The rows of tracks whose title keys begin with this one, most popular first; [] if they are many."""
    found = await catalogue.fetch(_ROWS_WITH_PREFIX, [key, _FEW])
    if len(found) == _FEW:
        return []
    found.sort(key=lambda track: (-(-1 if track[0] is None else track[0]), track[1]))
    return [row for _, row in found]
