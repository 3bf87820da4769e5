"""Phrases before and after the name of a song, in English and German."""

import re
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """The function of a word."""

    NAME = "name"
    FEATURING = "featuring"
    VERSION = "version"
    LIGHT = "light"
    WEAK = "weak"
    """Said around a name ("play", "video"), but as often a part of one."""


_ASK = (
    r"(?:hey|please|pls|plz|bitte|can you|could you|would you|i want|i need|i would like|id like|ich will"
    r"|ich mochte|recommend|recommend me|suggest|suggest me|empfiehl|empfiehl mir|recommendations? for|me"
    r"|some|any|a|an|the|ein|eine|einen|paar|more|mehr|other|good|great)"
)
_THING = r"(?:songs?|tracks?|music|tunes?|something|anything|stuff|lied(?:er)?|musik|etwas|was|irgendwas)"
_LIKE = r"(?:that sounds? |which sounds? |very |so )?(?:like|similar to|such as|wie|ahnlich wie)"
_POLITE = "(?:please|pls|can you|could you|i want|i need|bitte)"
_RECOMMEND = r"(?:recommend|suggest|empfiehl|recommendations? for|recommendation)"


class Phrase(NamedTuple):
    """Words around a name, as a pattern over normalised words."""

    pattern: re.Pattern[str]
    kind: Kind
    by_artist: bool = False


def _before(words: str, kind: Kind = Kind.LIGHT, *, by_artist: bool = False) -> Phrase:
    return Phrase(re.compile(f"^(?:{words}) "), kind, by_artist)


def _behind(words: str, kind: Kind = Kind.LIGHT) -> Phrase:
    return Phrase(re.compile(f" (?:{words})$"), kind)


LEADING = (
    _before(rf"(?:{_ASK} )*{_THING} {_LIKE}"),
    _before("now playing|currently playing|listening to|np|es lauft|lauft gerade"),
    _before("(?:similar|ahnlich) (?:to|wie|zu)"),
    _before(rf"(?:{_ASK} )*{_THING} (?:by|from|of|von)", by_artist=True),
    _before(rf"(?:{_ASK} )*{_THING} (?:called|named|namens)"),
    _before("(?:the|that|das|der|den|this) (?:song|track|lied|titel|tune)"),
    _before("song|track|title|titel|artist|name", Kind.WEAK),
    _before(rf"{_RECOMMEND}(?: me| mir)?(?: (?:something|songs?|music))?(?: (?:like|for|from|by))?"),
    _before(rf"{_POLITE}(?: {_POLITE})*", Kind.WEAK),
    _before(
        "play|find|search(?: for)?|look(?: up| for)|show me|give me|what about|how about|spiel|suche?|like|by"
        "|best of|hor|mehr wie|more like|sounds like",
        Kind.WEAK,
    ),
)
_SPED = "(?:slowed|sped up|spedup|speed up|nightcore)"
_VERSIONS = "(?:live|acoustic|unplugged|remix|remaster(?:ed)?|instrumental|karaoke|demo|cover|akustik)"
_YEAR = r"(?:19|20)\d\d"
TRAILING = (
    _behind(
        "(?:(?:official|offizielles?) )?(?:music |lyrics? )?(?:video|audio|clip|visuali[sz]er|mv|m v)"
        "(?: (?:hd|hq|4k))?"
    ),
    _behind("(?:with )?(?:the )?(?:lyrics?|letra|songtext|paroles)(?: video)?"),
    _behind(
        "official|offiziell|hd|hq|uhd|4k|8k|1080p?|720p|full song|full hd|mp3|explicit|clean|8d audio|1 hour"
        "|one hour|loop|bass boosted"
    ),
    _behind("(?:on|auf|from) (?:spotify|youtube|yt|tidal|deezer|soundcloud|apple music)"),
    _behind("pls|plz"),
    _behind("please|bitte|songs?|music|lieder|musik|spotify|youtube|yt", Kind.WEAK),
    _behind(rf"(?:{_SPED}(?: (?:and )?(?:reverb|reverbed))?|reverb)(?: version)?", Kind.VERSION),
    _behind(rf"{_VERSIONS}(?: version)?", Kind.VERSION),
    _behind(
        "(?:radio|single|album|extended|original|studio|full|live|acoustic|taylors) (?:edit|version|mix)",
        Kind.VERSION,
    ),
    _behind(rf"remaster(?:ed)? {_YEAR}|{_YEAR} (?:remaster(?:ed)?|version|mix|remix)", Kind.VERSION),
)
VIDEO = frozenset({"video", "audio", "clip", "mv"})
"""Words that people add after a title, but that are as often a part of one."""


def phrase_in(words: list[str], phrases: Iterable[Phrase]) -> tuple[int, Phrase] | None:
    """The first phrase that does not cover all words, with its length."""
    line = " ".join(words)
    for phrase in phrases:
        if match := phrase.pattern.search(line):
            length = len(match[0].split())
            if length < len(words):
                return length, phrase
    return None
