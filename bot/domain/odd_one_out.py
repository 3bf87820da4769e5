"""The odd one out: three songs, of which one does not belong to the others."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import SamewaveError
from bot.domain.tracks import Track

ROUND_DAYS = 1
"""How long a round accepts votes, and its songs do not come again in the channel."""


class RoundOver(SamewaveError):
    """The round's answer was shown already, or the round is gone."""

    def __init__(self) -> None:
        super().__init__("That round is over; `{prefix}oddone` begins another.")


@dataclass(frozen=True, slots=True)
class Round:
    """A round.

    Attributes:
        token: its id in buttons.
        songs: three, in the order in which they are shown.
    """

    token: str
    songs: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a round.

    Attributes:
        votes: for each song.
        own: the index of the model's choice.
        winners: people who voted with the majority; a single voter wins by agreeing with the model.
        shared: words for what the two others have in common.
    """

    songs: tuple[Track, ...]
    votes: tuple[int, ...]
    own: int
    winners: tuple[int, ...]
    shared: tuple[str, ...] = ()


def result_of(
    songs: Sequence[Track], choices: Mapping[int, int], own: int, shared: Sequence[str] = ()
) -> Result:
    """Count the votes.

    Args:
        choices: what each person chose, 0 to 2.
        own: the model's choice.
    """
    counts = Counter(choices.values())
    most = max(counts.values(), default=0)
    right = {own} if len(choices) == 1 else {place for place, count in counts.items() if count == most}
    return Result(
        tuple(songs),
        tuple(counts[place] for place in range(len(songs))),
        own,
        tuple(person for person, choice in choices.items() if choice in right),
        tuple(shared),
    )
