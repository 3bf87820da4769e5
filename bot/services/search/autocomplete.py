"""Autocomplete of songs."""

from collections.abc import Iterable

from bot.domain.links import spotify_reference
from bot.domain.spelling import name_key, normalise
from bot.domain.titles import song_key, title_key
from bot.domain.tracks import Track
from bot.services.model_store import ServingStore
from bot.services.search.find import find_songs
from bot.storage.catalogue.tracks import Tracks

MOST = 25
"""The number of suggestions that Discord shows."""
_LOOKED_AT = 60
"""Tracks read for one list: versions of one song are offered once."""
_FIRST_LOOK = 35
"""Mostly enough for a whole list."""
_SHORTEST_MISSPELT = 4
"""Letters from which a misspelling can be distinguished from a prefix."""
_ALIKE = 70.0
"""Similarity (0-100) of what was typed to as much of a title."""
_ENOUGH = 5
"""With so many titles that have the typed prefix, it is not misspelt."""


class Suggest:
    """Suggests titles with the typed prefix, then titles and artists with its words, then misspellings.

    Each group is in order of popularity, which is the order of the search index.
    """

    def __init__(self, serving: ServingStore) -> None:
        self._serving = serving

    async def __call__(self, typed: str, *, explicit: bool = True) -> list[Track]:
        """At most 25 songs, each once; without text, the most popular ones.

        Args:
            explicit: whether explicit songs may be suggested; unknown ratings count as explicit.
        """
        found = await self._songs_for(typed)
        return found if explicit else [track for track in found if track.explicit is False]

    async def _songs_for(self, typed: str) -> list[Track]:
        tracks = self._serving.current().tracks
        if reference := spotify_reference(typed):
            track = await tracks.by_id(reference[1])
            return [track] if track else []
        key = normalise(typed)
        words = key.split()
        if not words:
            return _songs(await tracks.popular(_LOOKED_AT))
        if not any(sign.isalnum() for sign in key):  # a song called "÷": no word to search for
            return _songs(await tracks.titled(name_key(typed)))
        found = await _with_prefix(tracks, key, words)
        songs = _songs(found)
        if len(songs) < MOST and len(found) < _LOOKED_AT:
            known = {track.row for track in found if track.row is not None}
            others = await tracks.with_words(words, but=known, limit=_LOOKED_AT - len(found))
            songs = _songs(_prefix_matches_first(key, found, others))
        if len(songs) < _ENOUGH and len("".join(words)) >= _SHORTEST_MISSPELT:
            misspelt = await tracks.alike(name_key(typed), at_least=_ALIKE, enough=_ENOUGH)
            meant = (await find_songs(typed, tracks)).songs
            songs = _songs([*songs, *(one.song.track for one in meant if one.song.track), *misspelt])
        return songs


async def _with_prefix(tracks: Tracks, key: str, words: list[str]) -> list[Track]:
    # A phrase of common words costs the full-text index milliseconds; a single word does not.
    if len(words) > 1 and (few := await tracks.few_with_prefix(name_key(key), limit=_LOOKED_AT)):
        return few
    found = await tracks.with_prefix(words, limit=_FIRST_LOOK)
    if len(found) < _FIRST_LOOK or len(_songs(found)) == MOST:
        return found
    return await tracks.with_prefix(words, limit=_LOOKED_AT)


def _prefix_matches_first(key: str, matches: list[Track], others: list[Track]) -> list[Track]:
    """Sort prefix matches; the typed text may match a title together with its version in brackets."""
    whole = [
        track
        for track in others
        if name_key(key).startswith(title_key(track.title)) and normalise(track.title).startswith(key)
    ]
    return [*(sorted([*matches, *whole], key=_popular_first) if whole else matches), *others]


def _popular_first(track: Track) -> int:
    return 0 if track.popularity is None else -1 - track.popularity


def _songs(tracks: Iterable[Track]) -> list[Track]:
    seen: dict[tuple[str, str], Track] = {}
    for track in tracks:
        seen.setdefault(song_key(track.title, track.artists[:1]), track)
        if len(seen) == MOST:
            break
    return list(seen.values())
