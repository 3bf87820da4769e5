"""Trigrams of names, and how many names have them, in the catalogue's trigram indexes."""

import json
from collections.abc import Collection, Mapping

from bot.storage.catalogue.catalogue import Catalogue

_SAMPLE = 50
_ABOVE_ALL_ROWS = 1 << 40
# Counting all names with a trigram takes a millisecond. The more common it is, the sooner a sample is full.
_COMMON = """
SELECT value, (
  SELECT iif(count(*) < {sample}, count(*), {sample} + {above} - max(rowid))
  FROM (
    SELECT rowid FROM {index} WHERE {index} MATCH '"' || replace(value, '"', '""') || '"' LIMIT {sample}
  )
)
FROM json_each(?)
"""


def trigrams(key: str, *, whole: bool = True) -> list[str]:
    """The trigrams of a key, in order, as the indexes are built: padded with two blanks before and one after.

    Args:
        whole: whether the key is complete; else there is no blank after it.
    """
    text = f"  {key} " if whole else f"  {key}"
    return [text[at : at + 3] for at in range(len(text) - 2)]


async def count_common(catalogue: Catalogue, index: str, wanted: Collection[str]) -> dict[str, int]:
    """How common trigrams are in an index: the higher, the more names have one; 0 for none."""
    sql = _COMMON.format(sample=_SAMPLE, above=_ABOVE_ALL_ROWS, index=index)
    return dict(await catalogue.fetch(sql, [json.dumps(list(dict.fromkeys(wanted)), ensure_ascii=False)]))


def rarest(wanted: Collection[str], common: Mapping[str, int]) -> list[str]:
    """Those of the trigrams that any name has, the rarest first."""
    return sorted(
        (trigram for trigram in set(wanted) if common.get(trigram)),
        key=lambda trigram: (common[trigram], trigram),
    )


def quoted(text: str) -> str:
    """Quote a text as a string of FTS5's query language: https://sqlite.org/fts5.html#fts5_strings."""
    return '"' + text.replace('"', '""').replace("\0", "") + '"'
