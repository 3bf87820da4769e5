"""Compares titles and artists: base titles, a song's alternative names, versions of one song."""

import re
from functools import lru_cache

from bot.domain.spelling import name_key, name_keys, normalise

_VERSION_WORDS = """
remaster remastered remasterizado remasterizada remastering live version remix rmx remixed edit mix acoustic
unplugged mono stereo demo radio deluxe single soundtrack bonus instrumental extended original cover session
sessions sped slowed reverb reverbed nightcore karaoke tribute bootleg mashup medley anniversary edition
acapella cappella vivo rework rerecorded recorded recording explicit clean
"""
VERSION_WORDS = frozenset(_VERSION_WORDS.split())
"""Words in brackets or after a dash that distinguish versions of one song."""
FEATURING_WORDS = frozenset({"feat", "ft", "featuring", "with", "w", "prod", "con", "avec", "mit"})
_FROM = frozenset({"from", "de", "aus"})
_OPEN, _CLOSE = "([{（［【「", ")]}）］】」"
_BRACKET = re.compile(rf"\s*[{re.escape(_OPEN)}]([^{re.escape(_OPEN + _CLOSE)}]*)(?:[{re.escape(_CLOSE)}]|$)")
_DASH = re.compile(r"\s+[-–—]\s*|\s*[-–—]\s+")
_FEATURING = re.compile(r"(?<=\S)\s+(?:feat\.?|ft\.?|featuring)\s.*$", re.DOTALL | re.IGNORECASE)
_MARKED = re.compile(rf"[{re.escape(_OPEN)}]|[\s][-–—]|[-–—]\s|\s(?:feat|ft)", re.IGNORECASE)
_ARTIST_SPLIT = re.compile(
    r"\s*(?:,|;|:(?=\s)|&|\+|\bx\b|\bwith\b|\band\b|\bfeaturing\b|\bfeat\b\.?|\bft\.|\bvs\.?)\s*",
    re.IGNORECASE,
)
_WORK_NUMBER = re.compile(
    r",\s*(?:op|opus|nr|no|bwv|kv?|l|d|hob|s|woo|rv|hwv|wwv|m|z|anh)\b\.?\s*(?:[ivx]+[:.]\s*)?(?:\d|posth)",
    re.IGNORECASE,
)
_MUSICAL_KEY = re.compile(r"\s+in\s+[a-h][\s-]*(?:flat|sharp)?\s*(?:major|minor)\b", re.IGNORECASE)
_MOVEMENT = re.compile(r":\s*(?:[IVXLC]+|\d{1,2}|no\.?\s*\d{1,2})[.,]?\s+([^:]{3,})$", re.IGNORECASE)
_SHORTEST_PART = 4
"""Letters from which a part of a title is a name of its own."""


@lru_cache(maxsize=8_192)  # the same few songs are compared again and again
def base_title(title: str) -> str:
    """Leave out what stands in brackets, after a dash or after "feat.".

    "Bohemian Rhapsody - Remastered 2011" is "Bohemian Rhapsody". A title that begins with a bracket keeps
    it: "(Sittin' On) the Dock of the Bay".
    """
    title = title.strip()
    if not _MARKED.search(title):
        return title
    head, _ = _cut(title)
    bare = _BRACKET.sub(" ", head) if head[:1] not in _OPEN else _but_leading(head)
    bare = " ".join(_FEATURING.sub("", " ".join(bare.split())).split())
    return bare or head or title


def _cut(title: str) -> tuple[str, list[str]]:
    """The text before the first dash outside brackets, and the parts after it."""
    head, *tails = _DASH.split(title)
    if not head.strip():
        return title, []
    return head.strip(), [tail for tail in tails if tail.strip()]


def _but_leading(head: str) -> str:
    first = _BRACKET.match(head)
    if first is None or not head[first.end() :].strip():
        return head
    return head[: first.end()] + _BRACKET.sub(" ", head[first.end() :])


def is_version(words: list[str]) -> bool:
    """Whether words in a bracket or after a dash name a version or guests."""
    return (
        not VERSION_WORDS.isdisjoint(words)
        or (words[:1] != [] and (words[0] in FEATURING_WORDS or words[0] in _FROM))
        or all(word.isdecimal() for word in words)
    )


_IMITATION = re.compile(
    r"\b(?:karaoke|tribute|originally performed|made famous|in the style of|cover version)\b", re.IGNORECASE
)
_IMITATOR = re.compile(
    r"\b(?:karaoke|tribute|covers|cover (?:band|orchestra|collective|players|versions?|hits)|kidz bop)\b",
    re.IGNORECASE,
)


def is_imitation(title: str, artists: tuple[str, ...]) -> bool:
    """Whether a title or its artists' names say that it imitates a song: karaoke, a tribute, a cover."""
    beyond = title[len(base_title(title)) :]
    return bool(_IMITATION.search(beyond)) or any(map(_IMITATOR.search, artists))


@lru_cache(maxsize=8_192)
def title_key(title: str) -> str:
    """A key that is equal for the titles of all versions of a song."""
    return name_key(base_title(title))


@lru_cache(maxsize=8_192)
def title_names(title: str) -> tuple[str, ...]:
    """All keys under which people search for a song with this title; the first one is `title_key`.

    The base title, the title with its brackets, without a leading bracket, and each part that is no version:
    "I'm Gonna Be (500 Miles)" goes by "500 miles" too, "Gangnam Style (강남스타일)" by its Korean name, a
    work by its name without its number.
    """
    keys = dict.fromkeys([title_key(title), *sorted(name_keys(base_title(title)))])
    if _MARKED.search(title):
        head, tails = _cut(title.strip())
        brackets = [found[1] for found in _BRACKET.finditer(head) if found.start() and _is_name(found[1])]
        outside = _FEATURING.sub("", " ".join(_BRACKET.sub(" ", head).split()))
        without_version = _BRACKET.sub(lambda found: f" {found[1]}" if _is_name(found[1]) else " ", head)
        named_tails = [tail for tail in (_BRACKET.sub(" ", tail) for tail in tails) if _is_name(tail)]
        without_version = _FEATURING.sub("", without_version)
        whole = " ".join([without_version, *named_tails])
        for name in (whole, without_version, outside, *brackets, *named_tails):
            key = name_key(name)
            if len(key) >= _SHORTEST_PART or (not key.isascii() and len(key) > 1):
                keys.setdefault(key)
    keys |= dict.fromkeys(sorted(work_keys(base_title(title))))
    keys.pop("", None)
    return tuple(keys)


@lru_cache(maxsize=8_192)
def work_keys(title: str) -> frozenset[str]:
    """Keys of a classical work without catalogue number and key signature, and of its movement.

    "Clair de Lune, L. 32" is asked for as "Clair de Lune", and so is "Suite bergamasque, L. 75: III. Clair de
    lune"; "Fantaisie-Impromptu in C-Sharp Minor, Op. 66" without its key.
    """
    names = []
    if (key := _MUSICAL_KEY.search(title)) is not None and key.start() >= _SHORTEST_PART:
        names.append(title[: key.start()])
    if (number := _WORK_NUMBER.search(title)) is not None:
        names.append(title[: number.start()])
    if (movement := _MOVEMENT.search(title)) is not None:
        names.append(movement[1])
    return frozenset(map(name_key, names)) - {""}


def _is_name(part: str) -> bool:
    words = normalise(part).split()
    return bool(words) and not is_version(words)


@lru_cache(maxsize=16_384)
def artist_keys(artists: str | tuple[str, ...]) -> frozenset[str]:
    """The keys of all artists of a credit: `"Elton John & Dua Lipa"` gives the same two as a list of both.

    The whole credit is a key as well, because "Earth, Wind & Fire" is one band.
    """
    return frozenset(credit_keys((artists,) if isinstance(artists, str) else artists))


def credited_names(artists: tuple[str, ...]) -> tuple[str, ...]:
    """The credits, then the artists named in them, in their order."""
    parts = (part for credit in artists for part in _ARTIST_SPLIT.split(credit))
    return tuple(dict.fromkeys(name for name in (*artists, *parts) if name))


@lru_cache(maxsize=16_384)
def credit_keys(artists: tuple[str, ...]) -> tuple[str, ...]:
    """The same keys in the order of the credits, the first artist's first."""
    keys = dict.fromkeys(map(name_key, credited_names(artists)))
    keys.pop("", None)
    return tuple(keys)


def song_key(title: str, artists: str | tuple[str, ...]) -> tuple[str, str]:
    """A key that is equal for all versions of a song with the same credit."""
    return title_key(title), min(artist_keys(artists), default="")


def same_song(title: str, artists: tuple[str, ...], other: str, other_artists: tuple[str, ...]) -> bool:
    """Whether two tracks are versions of one song: equal base titles and a common artist."""
    return title_key(title) == title_key(other) and bool(artist_keys(artists) & artist_keys(other_artists))
