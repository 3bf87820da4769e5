"""A song that a query may mean, with the measures of how well it fits."""

from dataclasses import dataclass
from enum import Enum

from bot.domain.recommendations import SeedSong

WELL_KNOWN, FAMOUS = 50, 75
"""The popularity from which an unusual spelling, or a part of the title, may mean the song."""
_WORDS_OF_A_PART = 2
_SHARE_OF_A_PART = 0.45
_SURE_LIKENESS = 0.74
PARTLY = 0.97
"""The value of an artist's name of which only one word is given."""
_SURELY_LIKE, _MOST_OF_A_TITLE = 0.9, 0.6
"""The similarity of a title, or the share of it typed, from which it may be meant."""


class Match(Enum):
    """A match of a title in a query, with its value."""

    EXACT = 1.0
    NAME = 0.95
    """By an alternative name: the words in brackets, or the title with them."""
    PART = 0.85
    TYPO = 0.9


class Spelling(Enum):
    """The spelling of a title with the same key."""

    SAME = "same"
    ARTICLE = "article"
    """Without its article."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Fit:
    """How a song fits.

    Attributes:
        title, artist: positions of the query words that name them.
        share: of the title that the query names, 0 to 1.
        likeness: 1 for a title spelt right. artist_likeness: the same for the artist named.
        unexplained: name words that match neither title nor artist.
        explained: the share of the query's letters that are explained.
        aside: words around the names that the song does not contain.
        weak: whether words remain that may be a part of a name.
        spelling: of the title.
        version: the number of matching version words minus that of the others.
        dropped: whether the query asks for another version.
        words: the number of words of the title with three letters or more.
        foreign: whether the title was named in another script.
        at_end: whether the title ends with what was named.
        plural: whether they differ only by one letter at the end.
        half_typed: whether it begins with what was named, the last word perhaps half typed.
    """

    match: Match
    title: frozenset[int]
    artist: frozenset[int]
    share: float
    likeness: float
    artist_likeness: float
    unexplained: frozenset[int]
    explained: float
    aside: int
    weak: bool
    spelling: Spelling
    version: int
    dropped: bool
    words: int
    foreign: bool
    at_end: bool
    half_typed: bool
    plural: bool

    @property
    def named(self) -> bool:
        """Whether the query names the artist."""
        return bool(self.artist)

    @property
    def partly(self) -> bool:
        """Whether only a word of the artist's name is there."""
        return self.artist_likeness == PARTLY

    @property
    def score(self) -> float:
        """Explained letters of the query × named share of the title, minus small penalties; 0 to 1."""
        fit = self.explained * self.share * self.match.value * self.likeness * self.artist_likeness
        faults = 0.01 * self.aside + 0.02 * (self.spelling is Spelling.OTHER) + 0.02 * max(0, -self.version)
        return max(0.0, fit - faults)

    def certain(self, popularity: int) -> bool:
        """Whether this can be the answer without asking, if no other song fits as well.

        Args:
            popularity: of the song; without an artist, an inexact title can only mean a well known song.
        """
        if self.unexplained or (self.weak and not self.named):
            return False
        known = popularity >= WELL_KNOWN
        match self.match:
            case Match.EXACT if self.named:
                return True
            case Match.EXACT if self.dropped:
                return self.spelling is Spelling.SAME and known
            case Match.EXACT:
                enough = WELL_KNOWN if self.words >= _WORDS_OF_A_PART else FAMOUS
                return self.spelling is Spelling.SAME or (
                    self.spelling is Spelling.ARTICLE and popularity >= enough
                )
            case Match.NAME:
                return self.named or self.foreign or (known if self.at_end else popularity >= FAMOUS)
            case Match.PART:
                part = self.words >= _WORDS_OF_A_PART and self.share >= _SHARE_OF_A_PART
                return part and ((self.named and not self.partly) or (self.at_end and popularity >= FAMOUS))
            case Match.TYPO:
                return (
                    self.named and not self.partly and self.likeness * self.artist_likeness >= _SURE_LIKENESS
                )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A song with its fit.

    Attributes:
        respelt: whether the query differs from its title only in words that occur in no title.
    """

    song: SeedSong
    popularity: int
    fit: Fit
    respelt: bool = False

    @property
    def score(self) -> float:
        """The score of the fit with a small bonus for popularity, 0 to 1."""
        return min(1.0, self.fit.score + 0.0005 * self.popularity)

    @property
    def certain(self) -> bool:
        """Whether it can be the answer if no other song fits as well."""
        return self.respelt or self.fit.certain(self.popularity)

    @property
    def in_catalogue(self) -> bool:
        """Whether the song is in the catalogue: not fetched lately, and not only on the hot list."""
        return self.song.track is not None and self.song.track.row is not None

    @property
    def maybe_respelt(self) -> bool:
        """Whether it differs so little from the query that it is meant if the differing words are none."""
        fit = self.fit
        spelt = fit.match is Match.TYPO and fit.likeness >= _SURELY_LIKE and not fit.plural
        half_typed = fit.match is Match.PART and fit.half_typed and fit.share >= _MOST_OF_A_TITLE
        return (spelt or half_typed) and not (fit.named or fit.unexplained or fit.weak) and fit.words > 1
