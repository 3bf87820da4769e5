"""Finds the words of a query that name the artists of a song."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from bot.domain.spelling import joined, name_keys
from bot.domain.titles import artist_keys
from bot.services.search.fit import PARTLY
from bot.services.search.query import Query
from bot.services.search.typos import likeness, words_of

_SHORTEST_NAME, _SHORTEST_MISSPELT = 3, 6
_COMMON_WORDS = "the of and band boys feat los las der die das from with your you my in on to"
COMMON = frozenset(_COMMON_WORDS.split())
"""Words that alone name no artist."""


@lru_cache(maxsize=8_192)
def _all_artist_keys(artists: tuple[str, ...]) -> tuple[str, ...]:
    keys = artist_keys(artists) | {key for artist in artists for key in name_keys(artist)}
    return tuple(sorted(keys, key=len, reverse=True))


def artists_in(query: Query, artists: tuple[str, ...], taken: frozenset[int]) -> tuple[frozenset[int], float]:
    """The words, except some, that name any of the artists, and how well they are spelt."""
    names = frozenset(query.names)
    if names <= taken:
        return frozenset(), 1.0
    found: set[int] = set()
    for key in _all_artist_keys(artists):
        for start, end in query.spans.get(key, ()):
            span = set(range(start, end))
            if span.isdisjoint(taken | found) and span & names:
                found |= span
    left = sorted(names - taken - found)
    if not taken or not left:
        return frozenset(found), 1.0
    known = {word for artist in artists for word in words_of(artist)}
    partly = {at for at in left if _tells(query.words[at].text, artists)}
    if partly:
        partly |= {at for at in left if query.words[at].text in known}
    found |= partly
    left = [at for at in left if at not in partly]
    if not left:
        return frozenset(found), 1.0 if not partly else PARTLY
    least = 1.0
    for run in _runs(left):
        key = joined([query.words[at].text for at in run])
        best = max((likeness(key, name) for name in _all_artist_keys(artists)), default=0.0)
        if not best and len(run) == 1:
            telling = [word for word in known if _tells(word, artists) and len(word) >= _SHORTEST_MISSPELT]
            best = PARTLY * max((likeness(key, word) for word in telling), default=0.0)
        if best:
            found |= set(run)
            least = min(least, best)
    return frozenset(found), least


def _tells(word: str, artists: tuple[str, ...]) -> bool:
    """Whether one word is enough to name an artist: the last of the name, or half of it."""
    if word in COMMON or (word.isascii() and len(word) < _SHORTEST_NAME):
        return False
    for artist in artists:
        words = words_of(artist)
        if word in words and (word == words[-1] or 2 * len(word) >= len("".join(words))):
            return True
    return False


def _runs(places: Sequence[int]) -> list[list[int]]:
    runs = [[places[0]]]
    for before, at in pairwise(places):
        if at == before + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs
