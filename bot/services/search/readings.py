"""The readings of a query for outside searches: which words are the title, which the artist."""

import re
from collections.abc import Iterable, Iterator

from bot.domain.spelling import ARTICLES
from bot.services.search.phrases import Kind
from bot.services.search.query import Query, Word

Reading = tuple[str, str | None]
"""A title, and the artist if one is named."""
_LINK = "by"
_CREDIT = re.compile(r" (?:and|x|with|feat|ft|featuring|vs) ")
_JOINED = re.compile(r"^(?:and|n)(?=.)")
_NUMBERS = re.compile(
    r"(hundred|thousand|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?=[a-z])"
    r"|(?<=[a-z])(?=hundred|thousand)"
)


def readings_of(query: Query, artists: Iterable[str] = ()) -> list[Reading]:
    """The likeliest readings first.

    Args:
        artists: keys of known artists that stand in the query.
    """
    found: dict[Reading, None] = {}
    for title, artist in _all(query, artists):
        if title and artist != "":
            found.setdefault((title, artist))
    return list(found)


def _all(query: Query, artists: Iterable[str]) -> Iterator[Reading]:
    if not query.names:
        return
    places = _places(query)
    parts = list(dict.fromkeys(query.words[at].part for at in query.names if _is_name(query, at)))
    if len(parts) > 1:
        pieces = [_text(query, (at for at in places if query.words[at].part == part)) for part in parts]
        first, *rest = pieces
        *before, last = pieces
        for title, artist in ((" ".join(rest), first), (last, first), (" ".join(before), last)):
            yield title, artist
            yield title, _CREDIT.split(artist)[0]
    for at in places:
        if query.words[at].text == _LINK and query.words[at].kind is Kind.LIGHT:
            before_link, behind = ([p for p in places if p < at], [p for p in places if p > at])
            yield _text(query, before_link), _text(query, behind)
    for key in artists:
        for start, end in query.spans.get(key, ()):
            rest_of = [at for at in places if not start <= at < end]
            edge = not rest_of or start <= places[0] < end or start <= places[-1] < end
            if rest_of and edge:
                yield _text(query, rest_of), _text(query, range(start, end))
    yield _text(query, places), None
    if len(parts) == 1:
        for cut in range(1, len(places)):
            yield _text(query, places[:-cut]), _text(query, places[-cut:])
            yield _text(query, places[cut:]), _text(query, places[:cut])


def _places(query: Query) -> list[int]:
    """The names with the light words between them, without guests and versions."""
    names = [at for at in query.names if _is_name(query, at)] or query.names
    first, last = min(names), max(names)
    while first and query.words[first - 1].text in ARTICLES:
        first -= 1
    kept = (Kind.NAME, Kind.LIGHT, Kind.WEAK)
    return [at for at in range(first, last + 1) if query.words[at].kind in kept or at in names]


def _is_name(query: Query, at: int) -> bool:
    return query.words[at].kind is Kind.NAME


def _text(query: Query, places: Iterable[int]) -> str:
    words = [query.words[at] for at in places]
    while words and _is_link(words[-1]):
        words.pop()
    while words and _is_link(words[0]):
        words.pop(0)
    return " ".join(map(_as_typed, words))


def _is_link(word: Word) -> bool:
    return word.kind is Kind.LIGHT and word.text not in ARTICLES


def _as_typed(word: Word) -> str:
    """A word as services know it: keys have "and" joined to the next word, and numbers in one word."""
    if word.spelt != word.text and _JOINED.sub("", word.spelt) == word.text:
        return f"{word.spelt[: -len(word.text)]} {word.text}"
    return _NUMBERS.sub(r"\1 ", word.spelt) if word.text.isdecimal() else word.spelt
