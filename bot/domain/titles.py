"""When two spellings are one song: normalised titles, artists and versions."""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "&": " and "}
)
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")
_NOT_WORDS = re.compile(r"[\W_]+")
_VERSION = re.compile(r"(?<=\S)(?: [(\[]| -|\s+(?:feat\.?|ft\.|featuring)\s).*$", re.DOTALL | re.IGNORECASE)
_VERSION_WORD = re.compile(
    r"\b(?:\d{2,4}|remaster\w*|live|version|remix\w*|edit\w*|mix|acoustic|mono|stereo|demo|from|feat|"
    r"radio|deluxe|single|soundtrack|bonus|instrumental|extended|original|unplugged|cover|session\w*)\b",
    re.IGNORECASE,
)
_ARTIST_SPLIT = re.compile(
    r"\s*(?:,|;|&|\+|\bx\b|\bwith\b|\band\b|\bfeat\.?|\bft\.|\bfeaturing\b)\s*", re.IGNORECASE
)


def normalise(text: str) -> str:
    """Fold case, accents, apostrophes and punctuation: `"Beyoncé – Déjà Vu!"` becomes `"beyonce deja vu"`.

    Other scripts keep their letters. A text of signs alone (a song called "÷") stays as it is, folded,
    so that it can still be found.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)
    words = _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", bare)).strip()
    return words or " ".join(bare.split())


def base_title(title: str) -> str:
    """Leave out what marks a version: `"Bohemian Rhapsody - Remastered 2011"` is "Bohemian Rhapsody".

    Everything from the first ` (`, ` [`, ` -` or ` feat.` on goes; a title that begins with a bracket
    keeps it.
    """
    return _VERSION.sub("", title.strip()) or title.strip()


@lru_cache(maxsize=8_192)  # the same few songs are compared again and again
def title_key(title: str) -> str:
    """What two versions of one song have in common, ready to compare."""
    return normalise(base_title(title))


def query_key(text: str) -> str:
    """The title key of something typed, where ` - ` may also stand between artist and title.

    What follows the dash goes only if it speaks of a version ("Remastered 2011", "Live at …").
    """
    head, dash, tail = text.partition(" - ")
    return (
        title_key(text)
        if not dash or _VERSION_WORD.search(base_title(tail))
        else normalise(f"{head} {base_title(tail)}")
    )


@lru_cache(maxsize=8_192)
def artist_keys(artists: str | tuple[str, ...]) -> frozenset[str]:
    """Each artist on its own: `"Elton John & Dua Lipa"` and `("Dua Lipa", "Elton John")` share both.

    The whole credit stays as well, because "Earth, Wind & Fire" are one band.
    """
    credits = (artists,) if isinstance(artists, str) else artists
    keys = {normalise(part) for credit in credits for part in {credit, *_ARTIST_SPLIT.split(credit)}}
    return frozenset(keys - {""})


def song_key(title: str, artists: str | tuple[str, ...]) -> tuple[str, str]:
    """The same for all versions of one song whose artists are credited alike."""
    return title_key(title), min(artist_keys(artists), default="")


def same_song(title: str, artists: tuple[str, ...], other: str, other_artists: tuple[str, ...]) -> bool:
    """Whether two tracks are versions of one song: one base title and an artist in common."""
    return title_key(title) == title_key(other) and bool(artist_keys(artists) & artist_keys(other_artists))
