"""Parses wishes: the vocabulary first, then semantic similarity for words it does not have."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from bot.domain.spelling import folded
from bot.domain.wishes import OCCASIONS, SOUNDS, Part, Wish
from bot.services.wishes.meaning import Meaning
from bot.services.wishes.vocabulary import BREAK, Found, Phrases, sections, tokens_of, words_of
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


class Words:
    """Understands wishes for the genres of one catalogue."""

    def __init__(self, genres: Iterable[str], meaning: Meaning | None = None) -> None:
        """Args:
        genres: the names of the catalogue's genres.
        meaning: the semantic model; None if it is not installed.
        """
        vocabulary = _vocabulary()
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
        self._phrases = Phrases([*_listed(), *own])
        self._meaning = meaning

    def __call__(self, text: str) -> Wish:
        """Parse a wish. Blocks for some 50 ms if meanings are compared, else for less than one."""
        rest, spans = take_years(text[:_MOST_TEXT])
        reading = _Reading(words_of(rest), self._phrases)
        reading.read()
        parts = [*reading.parts, *(Part("years", f"{first}-{last}") for first, last in spans)]
        unknown = [run for run in reading.unknown if not _GRAMMAR.fullmatch(run.own)]
        for part in [part for part in parts if part.kind == "genre" and not self.genres_of(part.value)]:
            parts.remove(part)
            unknown.append(_Unknown(tokens_of(part.value), part.negated, part.value))
        # A genre guessed beside one that was named is mostly wrong: "hard techno" is no hard rock.
        has_genre = any(part.kind == "genre" and not part.negated for part in parts)
        said, not_guessed = Wish(tuple(parts)).targets(), []
        for run in unknown:
            guessed = [
                part
                for part in self._guesses(run.text)
                if not (_is_against(part, said) if part.kind == "sound" else has_genre)
            ]
            parts += [replace(part, negated=run.negated) for part in guessed if not _has(parts, part)]
            if not guessed:
                not_guessed.append(run.text)
        return Wish(tuple(dict.fromkeys(parts)), tuple(not_guessed))

    def _guesses(self, text: str) -> list[Part]:
        return self._meaning.guess(text, list(self._names_of)) if self._meaning is not None else []

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


@dataclass
class _Reading:
    written: list[str]
    phrases: Phrases
    parts: list[Part] = field(default_factory=list)
    unknown: list[_Unknown] = field(default_factory=list)
    negating: bool = False

    def __post_init__(self) -> None:
        self.words = [folded(word) for word in self.written]

    def read(self) -> None:
        at, run_end = 0, None
        while at < len(self.words):
            found = None if self.words[at] == BREAK else self.phrases.at(self.words, at)
            if self.words[at] == BREAK:
                self.negating, run_end = False, None
                at += 1
            elif found is None:
                if run_end is None:
                    self.unknown.append(_Unknown([], self.negating))
                self.unknown[-1].words += self.written[at if run_end is None else run_end : at + 1]
                self.unknown[-1].own += self.written[at]
                at = run_end = at + 1
            else:
                run_end = run_end if found.name == "filler" else None
                at = self._take(found)

    def _take(self, found: Found) -> int:
        if found.section in _KINDS:
            self.parts.append(
                Part(_KINDS[found.section], found.name, negated=self.negating and found.name not in OCCASIONS)
            )
            self.negating = self.negating and self.words[found.end : found.end + 1] in _JOINING
        elif found.section == "decades":
            self.parts.append(Part("years", f"{found.name}-{int(found.name) + 9}"))
        elif found.name == "negation":
            self.negating = True
        elif found.name == "negation_behind" and self.parts:
            self.parts[-1] = replace(self.parts[-1], negated=True)
        elif found.name == "contrast":
            self.negating = False
        elif found.name == "like":
            return self._like(found.end)
        elif found.name == "like_behind" and self.unknown:
            self.parts.append(Part("like", self.unknown.pop().text))
        return found.end

    def _like(self, start: int) -> int:
        """Take the name of a song or an artist, up to the end of the clause."""
        end = start
        while end < len(self.words) and self.words[end] != BREAK:
            found = self.phrases.at(self.words, end)
            if found is not None and self._ends_name(found, is_first=end == start):
                break
            end += 1
        if self._all_known(start, end):
            return start
        self.parts.append(Part("like", _joined(self.written[start:end])))
        return end

    def _ends_name(self, found: Found, *, is_first: bool) -> bool:
        """Whether a name ends before a phrase; it may begin with a sound, as Snow Patrol does."""
        if found.section in {"sounds", "occasions"}:
            return not (is_first and self._is_unknown(found.end))
        return found.name == "contrast"

    def _is_unknown(self, at: int) -> bool:
        words = self.words[at : at + 1]
        return bool(words) and words != [BREAK] and self.phrases.at(self.words, at) is None

    def _all_known(self, start: int, end: int) -> bool:
        """Whether the vocabulary has all words: "like jazz" names no song."""
        while start < end:
            found = self.phrases.at(self.words, start)
            if found is None:
                return False
            start = found.end
        return True


_JOINING = [[word] for word in sorted(_JOINS)]


def _listed() -> list[tuple[str, str, str]]:
    return [
        (section, name, phrase)
        for section, named in sections().items()
        for name, phrases in named.items()
        for phrase in phrases
    ]


@cache
def _vocabulary() -> Phrases:
    return Phrases(_listed())


def _joined(words: Sequence[str]) -> str:
    return ("" if all(len(word) == 1 for word in words) else " ").join(words)


def _is_against(guess: Part, said: Mapping[str, float]) -> bool:
    """Whether a guessed sound is the opposite of what was said in energy or mood."""
    amounts = SOUNDS.get(guess.value, {})
    return any(amounts.get(feature, 0.0) * said.get(feature, 0.0) < 0 for feature in ("energy", "valence"))


def _has(parts: Sequence[Part], part: Part) -> bool:
    return any(other.kind == part.kind and other.value == part.value for other in parts)
