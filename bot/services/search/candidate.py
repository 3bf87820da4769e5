"""A song that a query may mean, with its score."""

from dataclasses import dataclass

from bot.domain.recommendations import SeedSong
from bot.services.search.fit import Fit, Match

_SURELY_LIKE, _MOST_OF_A_TITLE = 0.9, 0.6
"""The similarity of a title, or the share of it typed, from which it may be meant."""


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
    def maybe_respelt(self) -> bool:
        """Whether it differs so little from the query that it is meant if the differing words are none."""
        fit = self.fit
        spelt = fit.match is Match.TYPO and fit.likeness >= _SURELY_LIKE and not fit.plural
        half_typed = fit.match is Match.PART and fit.half_typed and fit.share >= _MOST_OF_A_TITLE
        return (spelt or half_typed) and not (fit.named or fit.unexplained or fit.weak) and fit.words > 1
