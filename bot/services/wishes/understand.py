"""Parses wishes: the vocabulary first, then semantic similarity for words it does not have."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.domain.spelling import folded
from bot.domain.wishes import OCCASIONS, SOUNDS, Part, Wish
from bot.services.wishes.meaning import Meaning
from bot.services.wishes.vocabulary import BREAK, Found, Phrases, listed, listed_phrases, tokens_of, words_of
from bot.services.wishes.years import take_years

_KINDS: Mapping[str, Literal["sound", "genre", "mark"]] = {
    "sounds": "sound",
    "occasions": "sound",
    "marks": "mark",
    "genres": "genre",
}
_JOINS = frozenset(tokens_of("and or nor und oder noch y o ni e ou et i lub ani"))
_GRAMMAR = re.compile(r"[぀-ゟ]+")
"""Japanese words in hiragana are mostly grammar; the others are in the vocabulary."""
_MOST_TEXT = 500
_MOST_GUESSED = 4
"""Groups of unknown words whose meaning is guessed; a wish of people has one or two."""


class Words:
    """Understands wishes for the genres of one catalogue."""

    def __init__(self, genres: Iterable[str], meaning: Meaning | None = None) -> None:
        """Args:
        genres: the names of the catalogue's genres.
        meaning: the semantic model; None if it is not installed.
        """
        vocabulary = listed()
        self._names_of: dict[str, list[str]] = {}
        for name in genres:
            words = tokens_of(name)
            found = vocabulary.at(words, 0)
            whole = found is not None and found.end == len(words)
            if found is None or not whole:
                self._names_of.setdefault(" ".join(words), []).append(name)
            elif found.section == "genres":
                self._names_of.setdefault(found.name, []).append(name)
        own = [("genres", key, key) for key in self._names_of]
        self._phrases = Phrases([*listed_phrases(), *own])
        self._meaning = meaning

    def __call__(self, text: str) -> Wish:
        """Parse a wish. Blocks for some 50 ms if meanings are compared, else for less than one."""
        rest, spans = take_years(text[:_MOST_TEXT])
        reading = _Reading(rest, self._phrases)
        parts = [*reading.parts, *(Part("years", f"{first}-{last}") for first, last in spans)]
        unknown = [run for run in reading.unknown if not _GRAMMAR.fullmatch(run.own)]
        for part in [part for part in parts if part.kind == "genre" and not self.genres_of(part.value)]:
            parts.remove(part)
            unknown.append(_Unknown(tokens_of(part.value), part.negated, part.value))
        # A genre guessed beside one that was named is mostly wrong: "hard techno" is no hard rock.
        has_genre = any(part.kind == "genre" and not part.negated for part in parts)
        said, not_guessed = Wish(tuple(parts)).targets(), []
        for at, run in enumerate(unknown):
            guesses: list[Part] = []
            if self._meaning is not None and at < _MOST_GUESSED:
                guesses = self._meaning.guess(run.text, list(self._names_of))
            guessed = [
                part
                for part in guesses
                if not (_is_against(part, said) if part.kind == "sound" else has_genre)
            ]
            named = {(part.kind, part.value) for part in parts}
            parts += [
                replace(part, negated=run.negated) for part in guessed if (part.kind, part.value) not in named
            ]
            if not guessed:
                not_guessed.append(run.text)
        return Wish(tuple(dict.fromkeys(parts)), tuple(not_guessed))

    def genres_of(self, genre: str) -> list[str]:
        """The names under which the catalogue has a genre; where it has none, those that end with its words.

        Empty where the catalogue has nothing of the kind.
        """
        if (names := self._names_of.get(genre)) is not None:
            return names
        ending = f" {genre}"
        return [name for key, names in self._names_of.items() if key.endswith(ending) for name in names]


@dataclass(slots=True)
class _Unknown:
    """Words without meaning for the vocabulary, with the fillers between them."""

    words: list[str]
    negated: bool
    own: str = ""
    """The words without the fillers, joined."""

    @property
    def text(self) -> str:
        return _joined(self.words)


class _Reading:
    """The parts of a text that the vocabulary has, and the words between them."""

    def __init__(self, text: str, phrases: Phrases) -> None:
        self._phrases = phrases
        self._written = [*words_of(text), BREAK]
        self._words = [folded(word) for word in self._written]
        self._negating = False
        self.parts: list[Part] = []
        self.unknown: list[_Unknown] = []
        at, run_end = 0, None
        while at < len(self._words):
            if self._words[at] == BREAK:
                self._negating, run_end = False, None
                at += 1
            elif (found := self._phrases.at(self._words, at)) is None:
                if run_end is None:
                    self.unknown.append(_Unknown([], self._negating))
                self.unknown[-1].words += self._written[at if run_end is None else run_end : at + 1]
                self.unknown[-1].own += self._written[at]
                at = run_end = at + 1
            else:
                run_end = run_end if found.name == "filler" else None
                at = self._take(found)

    def _take(self, found: Found) -> int:
        """Take a phrase; returns the number of the next word."""
        negated = self._negating
        if found.section in _KINDS:
            is_against = negated and found.name not in OCCASIONS
            self.parts.append(Part(_KINDS[found.section], found.name, negated=is_against))
            self._negating = negated and not _JOINS.isdisjoint(self._words[found.end : found.end + 1])
        elif found.section == "decades":
            self.parts.append(Part("years", f"{found.name}-{int(found.name) + 9}"))
        elif found.name == "negation":
            self._negating = True
        elif found.name == "negation_behind" and self.parts:
            self.parts[-1] = replace(self.parts[-1], negated=True)
        elif found.name == "contrast":
            self._negating = False
        elif found.name == "like":
            return self._like(found.end)
        elif found.name == "like_behind" and self.unknown:
            self.parts.append(Part("like", self.unknown.pop().text))
        return found.end

    def _like(self, start: int) -> int:
        """Take the name of a song or an artist, up to the end of the clause."""
        end = start
        while self._words[end] != BREAK:
            found = self._phrases.at(self._words, end)
            if found is not None and self._ends_name(found, is_first=end == start):
                break
            end += 1
        at = start
        while at < end and (found := self._phrases.at(self._words, at)) is not None:
            at = found.end
        if at >= end:  # the vocabulary has all words: "like jazz" names no song
            return start
        self.parts.append(Part("like", _joined(self._written[start:end])))
        return end

    def _ends_name(self, found: Found, *, is_first: bool) -> bool:
        """Whether a name ends before a phrase; it may begin with a sound, as Snow Patrol does."""
        if found.section not in {"sounds", "occasions"}:
            return found.name == "contrast"
        is_followed = self._words[found.end] != BREAK and self._phrases.at(self._words, found.end) is None
        return not (is_first and is_followed)


def _joined(words: Sequence[str]) -> str:
    return ("" if all(len(word) == 1 for word in words) else " ").join(words)


def _is_against(guess: Part, said: Mapping[str, float]) -> bool:
    """Whether a guessed sound is the opposite of what was said in energy or mood."""
    amounts = SOUNDS.get(guess.value, {})
    return any(amounts.get(feature, 0.0) * said.get(feature, 0.0) < 0 for feature in ("energy", "valence"))
