"""The parts of a cluster's name: traits, a genre, an example artist."""

from collections.abc import Iterator
from dataclasses import dataclass

MIXED = "mixed"
SONGS = "songs"
"""Placeholders in a name for a missing common genre and missing common traits."""

TRAIT_ORDER = (
    MIXED,
    "slow",
    "fast",
    "mellow",
    "high-energy",
    "quiet",
    "loud",
    "dark",
    "bright",
    "acoustic",
    "electric",
    "live-sounding",
    "danceable",
    "vocal",
    "instrumental",
)
"""Words of `FEATURE_WORDS` that fit before a noun, in their order in all names."""
_LIKE = " like "


@dataclass(frozen=True, slots=True)
class ClusterName:
    """`Slow dark folk like Nick Drake` in its parts.

    Attributes:
        traits: words of `TRAIT_ORDER`, in that order.
        genre: of the catalogue, or `SONGS`; may be empty.
        artist: an example; empty where the words alone are unique.
    """

    traits: tuple[str, ...]
    genre: str
    artist: str = ""

    def __str__(self) -> str:
        words = " ".join((*self.traits, self.genre)).strip()
        name = f"{words}{_LIKE}{self.artist}" if self.artist else words
        return name[:1].upper() + name[1:]

    @property
    def has_genre(self) -> bool:
        """Whether the songs share a genre."""
        return self.genre not in ("", SONGS)

    @classmethod
    def parse(cls, name: str) -> "ClusterName":
        """The parts of a name; what is no trait at its beginning is the genre.

        Names are stored as text, in playlists and sessions, and translated by their parts.
        """
        words, _, artist = name.partition(_LIKE)
        traits = tuple(_leading_traits(words))
        genre = words[sum(len(trait) + 1 for trait in traits) :]
        return cls(traits, genre, artist)


def spoken_genre(genre: str) -> str:
    """`deep-house` is "deep house"; a single letter keeps its hyphen, as in `k-pop`."""
    words = genre.split("-")
    return genre if any(len(word) == 1 for word in words) else " ".join(words)


def _leading_traits(words: str) -> Iterator[str]:
    rest = f"{words[:1].lower()}{words[1:]} "
    while trait := next((one for one in TRAIT_ORDER if rest.startswith(f"{one} ")), None):
        yield trait
        rest = rest[len(trait) + 1 :]
