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
_RECOMMEND = r"(?:recommend|suggest|empfiehl|recommendations? for|recommendation)"


class Phrase(NamedTuple):
    """Words around a name, as a pattern over normalised words."""

    pattern: re.Pattern[str]
    kind: Kind
    by_artist: bool = False


LEADING = (
    Phrase(re.compile(rf"^(?:{_ASK} )*{_THING} {_LIKE} "), Kind.LIGHT),
    Phrase(
        re.compile(r"^(?:now playing|currently playing|listening to|np|es lauft|lauft gerade) "), Kind.LIGHT
    ),
    Phrase(re.compile(r"^(?:similar|ahnlich) (?:to|wie|zu) "), Kind.LIGHT),
    Phrase(re.compile(rf"^(?:{_ASK} )*{_THING} (?:by|from|of|von) "), Kind.LIGHT, by_artist=True),
    Phrase(re.compile(rf"^(?:{_ASK} )*{_THING} (?:called|named|namens) "), Kind.LIGHT),
    Phrase(re.compile(r"^(?:the|that|das|der|den|this) (?:song|track|lied|titel|tune) "), Kind.LIGHT),
    Phrase(re.compile(r"^(?:song|track|title|titel|artist|name) "), Kind.WEAK),
    Phrase(
        re.compile(rf"^{_RECOMMEND}(?: me| mir)?(?: (?:something|songs?|music))?(?: (?:like|for|from|by))? "),
        Kind.LIGHT,
    ),
    Phrase(re.compile(r"^(?:(?:please|pls|can you|could you|i want|i need|bitte) )+"), Kind.WEAK),
    Phrase(
        re.compile(
            r"^(?:play|find|search(?: for)?|look(?: up| for)|show me|give me|what about|how about|spiel"
            r"|suche?|like|by|best of|hor|mehr wie|more like|sounds like) "
        ),
        Kind.WEAK,
    ),
)
_SPED = r"(?:slowed|sped up|spedup|speed up|nightcore)"
_VERSIONS = r"(?:live|acoustic|unplugged|remix|remaster(?:ed)?|instrumental|karaoke|demo|cover|akustik)"
TRAILING = (
    Phrase(
        re.compile(
            r" (?:(?:official|offizielles?) )?(?:music |lyrics? )?(?:video|audio|clip|visuali[sz]er|mv|m v)"
            r"(?: (?:hd|hq|4k))?$"
        ),
        Kind.LIGHT,
    ),
    Phrase(re.compile(r" (?:with )?(?:the )?(?:lyrics?|letra|songtext|paroles)(?: video)?$"), Kind.LIGHT),
    Phrase(
        re.compile(
            r" (?:official|offiziell|hd|hq|uhd|4k|8k|1080p?|720p|full song|full hd|mp3|explicit|clean"
            r"|8d audio|1 hour|one hour|loop|bass boosted)$"
        ),
        Kind.LIGHT,
    ),
    Phrase(
        re.compile(r" (?:on|auf|from) (?:spotify|youtube|yt|tidal|deezer|soundcloud|apple music)$"),
        Kind.LIGHT,
    ),
    Phrase(re.compile(r" (?:pls|plz)$"), Kind.LIGHT),
    Phrase(re.compile(r" (?:please|bitte|songs?|music|lieder|musik|spotify|youtube|yt)$"), Kind.WEAK),
    Phrase(re.compile(rf" (?:{_SPED}(?: (?:and )?(?:reverb|reverbed))?|reverb)(?: version)?$"), Kind.VERSION),
    Phrase(re.compile(rf" {_VERSIONS}(?: version)?$"), Kind.VERSION),
    Phrase(
        re.compile(
            r" (?:radio|single|album|extended|original|studio|full|live|acoustic|taylors)"
            r" (?:edit|version|mix)$"
        ),
        Kind.VERSION,
    ),
    Phrase(
        re.compile(
            r" (?:remaster(?:ed)? (?:19|20)\d\d|(?:19|20)\d\d (?:remaster(?:ed)?|version|mix|remix))$"
        ),
        Kind.VERSION,
    ),
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
