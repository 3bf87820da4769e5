"""Songs to offer while somebody types."""

from collections.abc import Iterable

from rapidfuzz import fuzz

from bot.domain.links import spotify_reference
from bot.domain.titles import artist_keys, normalise, title_key
from bot.domain.tracks import Track
from bot.storage.tracks import Tracks

MOST = 25
"""What Discord shows."""
_LOOKED_AT = 60
"""Tracks read for one list: versions of one song are offered once."""
_SHORTEST_SLIP = 4
"""Letters from which a misspelling can be told from a beginning."""
_ALIKE = 70.0
"""Similarity (0-100) of what was typed to as much of a title."""
_ENOUGH = 5
"""With so many songs that begin with what was typed, nobody misspelt."""


class Suggest:
    """Titles that begin with what was typed, then titles and artists with its words, then misspellings.

    Each of the three is in order of popularity, as the search index is laid down.
    """

    def __init__(self, tracks: Tracks) -> None:
        self._tracks = tracks

    async def __call__(self, typed: str) -> list[Track]:
        """At most 25 songs, each once; with nothing typed, the most popular ones."""
        if reference := spotify_reference(typed):
            track = await self._tracks.by_id(reference[1])
            return [track] if track else []
        key = normalise(typed)
        words = key.split()
        if not words:
            return _songs(await self._tracks.popular(_LOOKED_AT))
        if not any(sign.isalnum() for sign in key):  # a song called "÷": no word to look for
            return _songs(await self._tracks.titled(key))
        found = await self._tracks.beginning_with(words, limit=_LOOKED_AT)
        if len(found) < _LOOKED_AT:
            found += await self._tracks.with_words(words, limit=_LOOKED_AT)
        songs = _songs(found)
        if len(songs) < _ENOUGH and len("".join(words)) >= _SHORTEST_SLIP:
            songs = _songs([*songs, *await self._misspelt(" ".join(words))])
        return songs

    async def _misspelt(self, typed: str) -> list[Track]:
        scored = [
            (fuzz.ratio(typed, title_key(track.title)[: len(typed)]), track)
            for track in await self._tracks.alike(typed, half_typed=True)
        ]
        scored.sort(key=_score, reverse=True)
        return [track for score, track in scored if score >= _ALIKE]


def _score(scored: tuple[float, Track]) -> float:
    return scored[0]


def _songs(tracks: Iterable[Track]) -> list[Track]:
    seen: dict[tuple[str, str], Track] = {}
    for track in tracks:
        seen.setdefault((title_key(track.title), min(artist_keys(track.artists[:1]), default="")), track)
        if len(seen) == MOST:
            break
    return list(seen.values())
