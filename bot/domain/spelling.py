"""Normalises names: case, accents, signs, numbers and initials."""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")
_NOT_WORDS = re.compile(r"[\W_]+")
_SIGNS = re.compile(r"[$!@*]")
_LETTER = r"[^\W\d_]"
_INITIALS = re.compile(
    rf"(?<![^\W_])(?:{_LETTER}\.){{2,}}(?:{_LETTER}(?![^\W_]))?|(?<![^\W_])(?:{_LETTER}\.)+{_LETTER}(?![^\W_])"
)
_SIGNS_AS_LETTERS = (
    (re.compile(rf"\$(?={_LETTER})|(?<={_LETTER})\$|(?<=s)\$"), "s"),
    (re.compile(rf"(?<={_LETTER})!(?={_LETTER})"), "i"),
    (re.compile(rf"(?<={_LETTER})@(?={_LETTER})"), "a"),
)
_STARRED = re.compile(rf"(?<![\w*])(?={_LETTER}|\*+{_LETTER})[^\W\d_*]*\*[\w*]*")
_CENSORED = """
fuck fucks fucked fucker fuckers fuckin fucking motherfucker motherfuckers motherfucking shit shits shitty
bullshit bitch bitches ass asshole assholes dick dicks pussy nigga niggas niggaz damn cunt whore whores hoe
hoes sex drugs
"""
_AND = re.compile(r"[&+]")

_BELOW_TWENTY = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_NUMBERS = {word: number for number, word in enumerate(_BELOW_TWENTY.split(), start=1)}
_NAMES_OF_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: number for number, word in zip(range(20, 100, 10), _NAMES_OF_TENS.split(), strict=True)}
_ZEROS = {"hundred": "00", "thousand": "000"}
_ALIKE = {
    "zero": "0",
    "to": "2",
    "too": "2",
    "for": "4",
    "u": "you",
    "ur": "your",
    "pt": "part",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vii": "7",
    "viii": "8",
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
}
ARTICLES = frozenset({"the", "a", "an"})
_JOINING = frozenset({"and", "n"})


def folded(text: str) -> str:
    """Fold case and accents: `"Déjà Vu!"` becomes `"deja vu!"`. Other scripts keep their letters."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)


def normalise(text: str) -> str:
    """Normalise to words separated by one blank: `"P!nk – Déjà Vu!"` becomes `"pink deja vu"`.

    Signs that stand for letters become those, `&` and `+` become "and", initials one word. A text of signs
    alone (a song called "÷") stays as it is, folded, so that it can still be found.
    """
    bare = folded(text)
    signed = _with_letters(bare) if _SIGNS.search(bare) else bare
    words = _words(signed)
    return words or " ".join(bare.split()) or " ".join(text.split())


def _words(bare: str) -> str:
    joined = _INITIALS.sub(lambda found: found[0].replace(".", ""), bare) if "." in bare else bare
    return " ".join(_NOT_WORDS.sub(" ", _AND.sub(_and, _APOSTROPHES.sub("", joined))).split())


def _and(sign: re.Match[str]) -> str:
    return " and " if _NOT_WORDS.sub("", sign.string) else sign[0]


def _with_letters(bare: str) -> str:
    text = _STARRED.sub(_uncensored, bare) if "*" in bare else bare
    for sign, letter in _SIGNS_AS_LETTERS:
        text = sign.sub(letter, text)
    return text


def _uncensored(found: re.Match[str]) -> str:
    """Restore censored words such as `f**k`; other stars, as in `*NSYNC`, are removed."""
    pattern = re.compile(re.escape(found[0]).replace(r"\*", "."))
    shorter = re.compile(re.sub(r"(?:\\\*)+", ".+", re.escape(found[0])))
    for exact in (pattern, shorter):
        for word in _CENSORED.split() if found[0].strip("*") else ():
            if exact.fullmatch(word):
                return word
    return found[0].replace("*", "")


def key_words(words: list[str]) -> list[str]:
    """Normalised words with one spelling for numbers ("seven", "7", "VII"), "and" left out, "u" written out.

    Articles stay. Nothing but such words stays as it is.
    """
    if not any(word in _FOLDED_WORDS for word in words):
        return words
    return [key for key, _ in keyed_words(words)]


def keyed_words(words: list[str]) -> list[tuple[str, str]]:
    """The same, each with the letters that it was made of: `("21", "twentyone")`."""
    result: list[tuple[str, str]] = []
    at, before = 0, ""
    while at < len(words):
        word = words[at]
        following = words[at + 1] if at + 1 < len(words) else ""
        at += 1
        key = _ALIKE.get(word, word)
        if word in _JOINING:
            before += word
            continue
        if word in _TENS and _NUMBERS.get(following, 10) < 10:
            key, word = str(_TENS[word] + _NUMBERS[following]), word + following
            at += 1
        elif (number := _TENS.get(word) or _NUMBERS.get(word)) is not None:
            key = str(number)
        elif word in _ZEROS and result and result[-1][0].isdecimal():
            last = result.pop()
            key, word, before = last[0] + _ZEROS[word], last[1] + before + word, ""
        elif word == "r" and following in ("u", "you"):
            key = "are"
        result.append((key, before + word))
        before = ""
    if before and result:
        result[-1] = result[-1][0], result[-1][1] + before
    return result or [(word, word) for word in words]


_FOLDED_WORDS = frozenset({*_NUMBERS, *_TENS, *_ZEROS, *_ALIKE, *_JOINING, "r"})


def joined(words: list[str]) -> str:
    """Join key words to a key, without blanks and leading article; the "a" of "a-ha" is no article."""
    articled = len(words) > 1 and words[0] in ARTICLES and (words[0] == "the" or len(words[1]) > 2)
    return "".join(words[1:] if articled else words)


@lru_cache(maxsize=16_384)
def name_key(text: str) -> str:
    """A key that is equal for all spellings of a title or an artist's name.

    "AC/DC" and "acdc", "Ke$ha" and "Kesha", "The Beatles" and "Beatles", "Seven Nation Army" and "7 nation
    army", "Y.M.C.A." and "YMCA", "Simon & Garfunkel" and "simon garfunkel".
    """
    return joined(key_words(normalise(text).split()))


def name_keys(text: str) -> frozenset[str]:
    """`name_key` and, where signs stand for letters, the key without them: "pnk" for "P!nk"."""
    bare = folded(text)
    if not _SIGNS.search(bare):
        return frozenset({name_key(text)} - {""})
    without = joined(key_words(_words(_SIGNS.sub("", bare)).split()))
    return frozenset({name_key(text), without} - {""})
