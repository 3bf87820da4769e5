"""Groups genres by the word that their names end with."""

from collections.abc import Collection

_SHORTEST = 3
"""Letters of a family's name: fewer end too many words."""


def families_of(genres: Collection[str]) -> dict[str, str]:
    """The family of each genre: the shortest genre of the catalogue that its name ends with, often itself.

    Where "house" is a genre, "deep-house" belongs to it; where "pop" is one, "cantopop" does.
    """
    heads = sorted((genre for genre in genres if len(genre) >= _SHORTEST), key=len)
    return {genre: next((head for head in heads if genre.endswith(head)), genre) for genre in genres}
