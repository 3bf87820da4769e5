"""Parses ids of Spotify tracks in all forms found in tables."""

import hashlib
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from bot.domain.spelling import normalise
from bot.sources.tables.cells import as_strings, different

_ID = r"(?:^|spotify:track:|spotify\.com/(?:[\w-]+/)*tracks?/)(?P<id>[0-9A-Za-z]{22})(?:$|[?#&/\s])"
_LINK_OR_URI = r"(?:spotify:track:|spotify\.com/(?:[\w-]+/)*tracks?/)[0-9A-Za-z]{22}"
_BARE = r"^[0-9A-Za-z]{22}$"
_OTHER_KIND = (
    r"^\s*(?:[+-]?\d+(?:\.0*)?|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-f]{16,64}"
    r"|[A-Z]{2}-?[A-Z0-9]{3}-?\d{2}-?\d{5}|(?:TR|SO)[A-Z0-9]{16}|https?://\S+|)\s*$"
)
"""Row numbers, UUIDs, digests, ISRCs, ids of the Million Song Dataset, other links, nothing."""
_MOST = 0.9


class IdCounts:
    """Counts track ids and other ids in a column."""

    def __init__(self) -> None:
        self.good = 0
        self.example = ""
        self._other = self._all = 0

    def look(self, cells: pa.Array) -> None:
        """Count one chunk."""
        strings = pc.fill_null(as_strings(cells), "")
        good = pc.invert(pc.is_null(track_ids(cells)))
        self.good += pc.sum(good).as_py() or 0
        self._all += len(strings)
        if not self.good:
            self._other += pc.sum(pc.match_substring_regex(strings, _OTHER_KIND)).as_py() or 0
            self.example = self.example or next(filter(None, strings[:100].to_pylist()), "")

    @property
    def is_other_kind(self) -> bool:
        """Whether the column has another kind of id, rather than broken track ids."""
        return not self.good and self._other >= _MOST * self._all


def track_ids(cells: pa.Array) -> pa.Array:
    """The id in each cell, from an id, a `spotify:track:…` URI or a link; null if there is none."""
    strings = pc.utf8_trim_whitespace(as_strings(cells))
    return pc.struct_field(pc.extract_regex(strings, _ID), "id")


def looks_like_track_ids(cells: pa.Array, *, named: bool) -> bool:
    """Whether a column with any name contains track ids.

    Args:
        named: whether bare ids are accepted: its name does not mention artists, albums or the like.
    """
    if not (pa.types.is_string(cells.type) or pa.types.is_dictionary(cells.type)):
        return False
    values = different(cells)[0]
    values = values.filter(pc.not_equal(values, ""))
    if not len(values):
        return False
    matches = pc.match_substring_regex(values, _LINK_OR_URI)
    if named:
        matches = pc.or_(matches, pc.match_substring_regex(values, _BARE))
    return (pc.sum(matches).as_py() or 0) >= _MOST * len(values)


def made_id(title: str, artists: Sequence[str]) -> str:
    """Generate a stable id for a song without one, from title and artists."""
    song = "\n".join([normalise(title), *(normalise(name) for name in artists)])
    return f"local:{hashlib.sha256(song.encode()).hexdigest()[:22]}"
