"""Parses a query into words: parts of names, and phrases around them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from bot.domain.spelling import ARTICLES, joined, keyed_words, normalise
from bot.domain.titles import FEATURING_WORDS, VERSION_WORDS, is_version
from bot.services.search.phrases import LEADING, TRAILING, VIDEO, Kind, phrase_in

_RUN = {Kind.NAME, Kind.FEATURING}


@dataclass(frozen=True, slots=True)
class Word:
    """A key word of a query, with the typed letters: `("7", "seven")`.

    Attributes:
        part: counts the pieces between separators.
    """

    text: str
    spelt: str
    kind: Kind
    part: int


@dataclass(frozen=True)
class Query:
    """A query in words.

    Attributes:
        text: as it was typed, blanks single.
        words: key words, in order.
        plain: the words of the names alone, normalised: for full text.
        by_artist: whether songs of an artist are asked for ("something by X").
        spans: each run of words as one key, with where it stands.
    """

    text: str
    words: tuple[Word, ...]
    plain: tuple[str, ...]
    by_artist: bool = False
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    @cached_property
    def names(self) -> list[int]:
        """Positions of the words that must be explained."""
        return [at for at, word in enumerate(self.words) if word.kind in _RUN]

    @cached_property
    def weak(self) -> list[int]:
        """Positions of words that may be part of a name or of a phrase around it."""
        return [at for at, word in enumerate(self.words) if word.kind is Kind.WEAK]

    @cached_property
    def version(self) -> frozenset[str]:
        """The words that ask for a version: "live", "remix"."""
        return frozenset(word.text for word in self.words if word.text in VERSION_WORDS)

    @property
    def before_dash(self) -> str:
        """The text before the first dash, mostly the artists; empty without a dash."""
        found = _DASH.search(self.text)
        return self.text[: found.start()] if found else ""

    def key(self, places: Iterable[int]) -> str:
        """Some of the words as one key."""
        return joined([self.words[at].text for at in places])

    def spelt(self, places: Iterable[int]) -> str:
        """Some of the words as typed, joined."""
        return "".join(self.words[at].spelt for at in places)


LONGEST_SPAN = 14
"""Words of the longest title that is looked up as a whole."""

_DECORATION = (
    re.compile(r"<a?:\w+:\d+>|<[@#][!&]?\d+>"),
    re.compile(r"^\s*@\w+[,:]?\s+"),
    re.compile(r"(?<!\w):[A-Za-z][\w+-]{2,}:(?!\w)"),
    re.compile(r"^\s*(?:\d{1,3}[.)]|[-•#>]|\*(?=\s))\s+"),
    re.compile(r"(?<![\w*_~`|])[*_~`|]++(?=\S)|(?<=[^\s*_~`|])[*_~`|]++(?!\w)"),
)
_DASH = re.compile(r"\s+[-–—|~]+\s+")
_NICKNAME = re.compile(r"(?<=\w )[\"“](\w+)[\"”](?= \w+\s+[-–—]\s)")
_TOPIC = re.compile(r"\s+-\s+Topic\s*$")
_WITH = re.compile(r"\bw/\s*", re.IGNORECASE)
_VEVO = re.compile(r"(?<=\w)vevo\b", re.IGNORECASE)
_PIECES = re.compile(
    r"([(\[{（［【「])|([)\]}）］】」])"
    r"|(\s+[-–—|~]+\s*|\s*[–—|~]+\s+|\s*[-–—]+\s+|[:;,\n\"“”„«»]\s*)"
)
_OF_VERSIONS = frozenset({"taylors", "album", "studio", "club", "full", "short", "main", "digital", "new"})
_YEAR = re.compile(r"(?:19|20)\d\d")

_SONG = frozenset({"song", "track", "lied"})
_LINKS = frozenset({"by", "von", "de", "from"})


def read_query(text: str) -> Query:
    """Parse a query: separate names from the phrases around them."""
    text = " ".join(text.split())
    words, parts, kinds = _marked(_undecorated(text))
    by_artist = _mark_around(words, kinds)
    if not any(kind in _RUN and word not in ARTICLES for word, kind in zip(words, kinds, strict=True)):
        kinds = [Kind.NAME] * len(words)
        by_artist = False
    for at, word in enumerate(words):
        inside = 0 < at < len(words) - 1
        if kinds[at] is Kind.NAME and inside and word in _SONG:
            kinds[at] = Kind.WEAK
        if kinds[at] is Kind.NAME and ((word in ARTICLES and len(words) > 1) or (word in _LINKS and inside)):
            kinds[at] = Kind.LIGHT
    keyed = _keyed(words, parts, kinds)
    plain = tuple(word for word, kind in zip(words, kinds, strict=True) if kind is not Kind.VERSION)
    return Query(text, keyed, plain, by_artist, _spans(keyed))


def _undecorated(text: str) -> str:
    bare = text
    for pattern in _DECORATION:
        bare = pattern.sub(" ", bare)
    bare = _NICKNAME.sub(r"\1", _TOPIC.sub("", bare))
    return _VEVO.sub("", _WITH.sub(" ft ", bare)) if bare.strip() else text


def _marked(text: str) -> tuple[list[str], list[int], list[Kind]]:
    """Normalised words, the piece of the query that each is in, and the kind that this piece gives it."""
    words: list[str] = []
    parts: list[int] = []
    kinds: list[Kind] = []
    part, depth, begun = 0, 0, 0
    for piece in _PIECES.split(text):
        if not piece:
            continue
        if (found := _PIECES.fullmatch(piece)) is not None:
            depth = depth + 1 if found[1] else max(0, depth - 1) if found[2] else depth
            part += 1
            begun = 0 if found[3] and "," in piece else 1
            continue
        some = [word for word in normalise(piece).split() if any(map(str.isalnum, word))]
        if not some and not words:
            some = normalise(piece).split()
        words += some
        parts += [part] * len(some)
        kinds += _piece_kinds(some, bracket=depth > 0, after=bool(begun and part))
    return words, parts, kinds


def _piece_kinds(words: list[str], *, bracket: bool, after: bool) -> list[Kind]:
    kinds = [Kind.NAME] * len(words)
    if bracket and words and is_version(words):
        if words[0] in FEATURING_WORDS:
            return [Kind.LIGHT, *[Kind.FEATURING] * (len(words) - 1)]
        return [Kind.VERSION] * len(words)
    if bracket and words and _all_said_around(words):
        return [Kind.LIGHT] * len(words)
    for at, word in enumerate(words):
        if word in ("ft", "feat", "featuring") and (at or after) and at + 1 < len(words):
            return [*kinds[:at], Kind.LIGHT, *[Kind.FEATURING] * (len(words) - at - 1)]
    if after and words and (marked := [at for at, word in enumerate(words) if word in VERSION_WORDS]):
        end = (
            len(words) if words[0] == "live" and words[1:2] and words[1] in ("at", "from", "in", "on") else 0
        )
        for at, word in enumerate(words):
            beside = at - 1 in marked or at + 1 in marked
            if at < end or at in marked or (beside and (word in _OF_VERSIONS or _YEAR.fullmatch(word))):
                kinds[at] = Kind.VERSION
    return kinds


def _all_said_around(words: list[str]) -> bool:
    line = " " + " ".join(words)
    return any(phrase.pattern.fullmatch(line) for phrase in TRAILING)


def _mark_around(words: list[str], kinds: list[Kind]) -> bool:
    """Mark phrases before and after a name; returns whether an artist's songs are requested."""
    by_artist = False
    start, end = 0, len(words)
    while found := phrase_in(words[start:end], LEADING):
        length, phrase = found
        kinds[start : start + length] = [phrase.kind] * length
        by_artist = by_artist or phrase.by_artist
        start += length
    while found := phrase_in(words[start:end], TRAILING):
        length, phrase = found
        bare_video = length == 1 and words[end - 1] in VIDEO
        kinds[end - length : end] = [Kind.WEAK if bare_video else phrase.kind] * length
        end -= length
    return by_artist


def _keyed(words: list[str], parts: list[int], kinds: list[Kind]) -> tuple[Word, ...]:
    result: list[Word] = []
    for (part, kind), run in groupby(zip(parts, kinds, words, strict=True), key=lambda word: word[:2]):
        result += [Word(key, spelt, kind, part) for key, spelt in keyed_words([word for _, _, word in run])]
    return tuple(result)


def _spans(words: tuple[Word, ...]) -> dict[str, list[tuple[int, int]]]:
    spans: dict[str, list[tuple[int, int]]] = {}
    texts = [word.text for word in words]
    for start in range(len(texts)):
        for end in range(start + 1, min(len(texts), start + LONGEST_SPAN) + 1):
            spans.setdefault(joined(texts[start:end]), []).append((start, end))
    return spans
