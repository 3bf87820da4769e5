"""Paths between songs, blends, and songs of a radio."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.recommendations import ArtistSound, SeedSong
from bot.domain.steering import NOT_STEERED, Steering
from bot.domain.tracks import Track
from bot.domain.views import SimilarSong

LONGEST_NAME = 4
"""Words before and after a sign in the name of an artist."""
_ARROWS = ("→", "⟶", "->", "=>", "–>", "—>", ">", "|")
_FROM = frozenset({"from", "von"})
_TO = frozenset({"to", "nach", "zu", "bis"})
_AND = frozenset({"+", "&", ",", "and", "und", "with", "mit"})
_WITHOUT = frozenset({"without", "minus", "ohne"})
_DASH = " - "
_COMMA = re.compile(r",(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Journey:
    """A path from one song to another.

    Attributes:
        songs: intermediate songs, each with its nearness to the previous one in percent.
        last_percent: the nearness of the end to the song before it.
        artist_sounds: of the ends that are located by their artists' sound.
    """

    start: SeedSong
    end: SeedSong
    songs: tuple[SimilarSong, ...]
    last_percent: int
    artist_sounds: tuple[ArtistSound, ...] = ()

    @property
    def seeds(self) -> tuple[SeedSong, ...]:
        """All songs, from start to end."""
        tracks = (song.track for song in self.songs)
        return (
            self.start,
            *(SeedSong(track.title, track.artists, track) for track in tracks),
            self.end,
        )


@dataclass(frozen=True, slots=True)
class BlendedSong:
    """A song of a blend: the added song that it was chosen for, and how near it is to that one in percent."""

    track: Track
    percent: int
    near: SeedSong


@dataclass(frozen=True, slots=True)
class Blend:
    """A mix of songs, and songs near each of the added ones in turn.

    Attributes:
        artist_sounds: of the mixed songs that are located by their artists' sound.
        name: of the list that was mixed; None where the songs were named.
    """

    added: tuple[SeedSong, ...]
    removed: tuple[SeedSong, ...]
    songs: tuple[BlendedSong, ...]
    artist_sounds: tuple[ArtistSound, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class RadioSong:
    """A song played by a channel's radio.

    Attributes:
        began_with: the radio's first song; of a radio of a list one without artists, with the list's name.
        number: its number since then, from 1.
        percent: its nearness to `near`, or to the previous song.
        near: the song of the list that it was chosen for.
        steering: the directions of the radio's songs.
        artist_sound: given with the first song of a radio that starts from an artist's sound.
    """

    track: Track
    began_with: SeedSong
    number: int
    percent: int
    near: Track | None = None
    steering: Steering = NOT_STEERED
    artist_sound: ArtistSound | None = None


def splits_of_path(text: str) -> list[tuple[str, str]]:
    """The possible splits of `Bohemian Rhapsody to Mr. Brightside`, most likely first.

    Arrows and bars give one split. Otherwise each "to" is a possible separator, then each joining sign or
    word, in English and German.
    """
    for arrow in _ARROWS:
        start, found, end = text.partition(arrow)
        if found:
            return [(start.strip(), end.strip())] if start.strip() and end.strip() else []
    words = _words(text)
    if len(words) > 2 and words[0].casefold() in _FROM:
        words = words[1:]
    return [split for joining in (_TO, _AND) for split in _split_at(words, joining)]


def _split_at(words: Sequence[str], joining: frozenset[str]) -> list[tuple[str, str]]:
    return [
        (_joined(words[:at]), _joined(words[at + 1 :]))
        for at in range(1, len(words) - 1)
        if words[at].casefold() in joining
    ]


def parts_of_mix(text: str, names: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """Parse `a + b - c` into added parts, which may contain " - ", and parts after "without" or "minus".

    Without a plus and without subtracted parts, "and", "with", "&" and commas separate parts as well.

    Args:
        names: case-folded names that contain a sign or such a word and must not be split there.
    """
    words = _words(text)
    signs = {"+", *_WITHOUT}
    if not signs & {word.casefold() for word in words} and _DASH not in text:
        signs |= _AND
    added: list[str] = []
    removed: list[str] = []
    target, part = added, list[str]()
    inside = _inside(words, names)
    for at, word in enumerate([*words, "+"]):
        sign = word.casefold()
        if at in inside or sign not in signs:
            part.append(word)
            continue
        if part:
            target.append(_joined(part))
        part = []
        if sign in _WITHOUT:
            target = removed
    return added, removed


def names_with_signs(text: str) -> set[str]:
    """Candidate names with a joining sign or word inside, such as `Florence + The Machine`."""
    words = _words(text)
    joining = {"+", "-", *_AND}
    return {
        _joined(words[first:last])
        for at, word in enumerate(words)
        if word.casefold() in joining
        for first in range(max(0, at - LONGEST_NAME), at)
        for last in range(at + 2, min(len(words), at + 1 + LONGEST_NAME) + 1)
        if words[first].casefold() not in joining and words[last - 1].casefold() not in joining
    }


def _inside(words: Sequence[str], names: Collection[str]) -> set[int]:
    """Positions of words inside one of the names, except its first word."""
    places: set[int] = set()
    for first in range(len(words)):
        for last in range(first + 3, min(len(words), first + 2 * LONGEST_NAME + 1) + 1):
            if _joined(words[first:last]).casefold() in names:
                places |= set(range(first + 1, last))
    return places


def _words(text: str) -> list[str]:
    """Split into words and signs; a comma inside a number is no sign."""
    return _COMMA.sub(" , ", text).split()


def _joined(words: Sequence[str]) -> str:
    return " ".join(words).replace(" ,", ",").strip(" ,")
