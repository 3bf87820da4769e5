"""A way from song to song, a mix of songs, a radio."""

from dataclasses import dataclass

from bot.domain.explorations import SimilarSong
from bot.domain.recommendations import SeedSong
from bot.domain.tracks import Track


@dataclass(frozen=True, slots=True)
class Journey:
    """A way from one song to another.

    Attributes:
        songs: in between, each with how near it is to the one before, in percent.
        last_percent: how near the end is to the song before it.
    """

    start: SeedSong
    end: SeedSong
    songs: tuple[SimilarSong, ...]
    last_percent: int

    @property
    def tracks(self) -> tuple[Track, ...]:
        """All songs that have a track, from start to end."""
        ends = [seed.track for seed in (self.start, self.end)]
        between = [song.track for song in self.songs]
        return tuple(track for track in (ends[0], *between, ends[1]) if track is not None)


@dataclass(frozen=True, slots=True)
class Blend:
    """The songs nearest to a mix, nearest first."""

    added: tuple[SeedSong, ...]
    removed: tuple[SeedSong, ...]
    songs: tuple[SimilarSong, ...]


@dataclass(frozen=True, slots=True)
class RadioSong:
    """A song that a channel's radio plays.

    Attributes:
        began_with: the title and artists the radio began with.
        number: which song it is since then, from 1.
        percent: how near it is to the one before.
    """

    track: Track
    began_with: str
    number: int
    percent: int


def splits_of_path(text: str) -> list[tuple[str, str]]:
    """The ways to read `Bohemian Rhapsody to Mr. Brightside`: arrows and bars first, then each " to "."""
    for arrow in ("→", "->", "|"):
        start, found, end = text.partition(arrow)
        if found:
            return [(start.strip(), end.strip())] if start.strip() and end.strip() else []
    words = text.split()
    return [
        (" ".join(words[:at]), " ".join(words[at + 1 :]))
        for at in range(1, len(words) - 1)
        if words[at].casefold() == "to"
    ]


def parts_of_mix(text: str) -> tuple[list[str], list[str]]:
    """`a + b - c` as what is added, each perhaps still with " - " in it, and what is "without" or "minus"."""
    added: list[str] = []
    removed: list[str] = []
    target, words = added, list[str]()
    for word in [*text.split(), "+"]:
        sign = word.casefold()
        if sign not in ("+", "without", "minus"):
            words.append(word)
            continue
        if words:
            target.append(" ".join(words))
        words = []
        if sign != "+":
            target = removed
    return added, removed
