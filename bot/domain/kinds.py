"""Kinds of songs that are recommended for their own kind only: seasonal, sped up, karaoke, and so on.

Detected from title, album and artists. Doubtful songs count as ordinary: *Lullaby* by The Cure, *Karaoke*
by Drake, *White Noise* by Disclosure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag
from functools import lru_cache

from bot.domain.spelling import normalise


class Kind(IntFlag):
    """Bits, as they are stored in models."""

    SEASON = 1
    SPED_UP = 2
    SLOWED = 4
    KARAOKE = 8
    TRIBUTE = 16
    LULLABY = 32
    CHIPTUNE = 64
    NOISE = 128
    CHILDREN = 256


NO_KIND = Kind(0)


@dataclass(frozen=True)
class _Signs:
    """The phrases that tell a kind, separated by lines or commas; a star matches the rest of a word.

    Attributes:
        title: anywhere in a title.
        about: in a title, but not the whole title.
        aside: in a bracket or after a dash of a title.
        album: anywhere in an album's name.
        artist: in an artist's name.
    """

    title: str = ""
    about: str = ""
    aside: str = ""
    album: str = ""
    artist: str = ""


_CHRISTMAS = """
christmas, christmases, christmastime, xmas, x mas, navidad, navidades, navideno, navidena, navidenos,
navidenas, villancico, villancicos, weihnacht*, natale, feliz natal, de natal, noite de natal, joyeux
noel, pere noel, papa noel, de noel, vive le vent, god jul, gledelig jul, glaedelig jul, julen, julesang*,
julsang*, julafton, joulu*, kerst, kerstmis, kerstfeest, kerstliedjes, karacsony*, vanoce, vanoc*, koleda,
koledy, boze narodzenie, craciun*, colinde*, paskong, pasko, рождеств*, новым годом, χριστουγεννα,
クリスマス*, 圣诞*, 聖誕*, 크리스마스*, santa claus
"""
_CAROLS = """
silent night, stille nacht, noche de paz, noite feliz, douce nuit, o holy night, minuit chretiens, jingle
bell, jingle bells, jingle bell rock, let it snow, winter wonderland, frosty the snowman, red nosed
reindeer, deck the halls, o come all ye faithful, o come o come emmanuel, adeste fideles, hark the
herald*, away in a manger, good king wenceslas, we three kings, sleigh ride, auld lang syne, mistletoe, o
tannenbaum, leise rieselt der schnee, carol of the bells, mary did you know, angels we have heard on high,
little drummer boy, god rest ye merry*, god rest you merry*, first noel, its beginning to look a lot like,
holly jolly, santa baby, santa tell me, saw mommy kissing santa, tu scendi dalle stelle, baby its cold
outside, happy holidays, most wonderful time of the year, los peces en el rio, campana sobre campana, el
burrito sabanero, mi burrito sabanero, rodolfo el reno, kling glockchen*, ihr kinderlein kommet, o du
frohliche, tochter zion, it came upon a midnight clear, it came upon the midnight clear, underneath the
tree, fairytale of new york
"""
_ORDINARY = re.compile(r"merry christmas mr lawrence|christmas island|\b(?:not|non|no) christmas\b")
"""Titles and albums that only look seasonal."""

_TABLE: dict[Kind, _Signs] = {
    Kind.SEASON: _Signs(title=f"{_CHRISTMAS}, {_CAROLS}", album=_CHRISTMAS.replace("de noel,", "")),
    Kind.SPED_UP: _Signs(
        about="sped up, spedup, nightcore, speed up version, sped up version", artist="nightcore"
    ),
    Kind.SLOWED: _Signs(
        about="""
            slowed reverb, slowed and reverb, slowed n reverb, slowed down version, slowed version, super
            slowed
        """,
        aside="slowed, slowed down",
    ),
    Kind.KARAOKE: _Signs(
        about="karaoke version, karaoke instrumental, instrumental karaoke",
        aside="karaoke, backing track",
        album="karaoke version, karaoke versions, karaoke hits, best of karaoke, karaoke party",
        artist="karaoke",
    ),
    Kind.TRIBUTE: _Signs(
        about="made famous by, originally performed by, in the style of, as made famous",
        aside="tribute to, tribute version, a tribute",
        album="""
            made famous by, originally performed by, in the style of, string quartet tribute, piano
            tribute
        """,
        artist="tribute band, tribute stars, tribute players, tribute team, string tribute, piano tribute",
    ),
    Kind.LULLABY: _Signs(
        about="""
            lullaby version, lullaby rendition, lullaby renditions, lullaby cover, baby lullaby, baby
            lullabies
        """,
        album="""
            lullaby renditions, lullaby versions, baby lullaby, baby lullabies, piano lullabies, lullaby
            music, lullabies for baby, lullabies for babies, lullabies for children, lullabies for kids,
            lullabies for bedtime, lullabies for sleep, baby sleep, sleepy time
        """,
        artist="""
            baby lullaby, baby lullabies, lullaby players, rockabye baby, baby sleep, lullabies for deep
            sleep
        """,
    ),
    Kind.CHIPTUNE: _Signs(
        about="8 bit version, 8bit version, 16 bit version, 8 bit cover, 8 bit remix, chiptune version",
        aside="8 bit, 8bit, chiptune",
        artist="8 bit arcade, 8 bit universe, 8 bit misfits, chiptune",
    ),
    Kind.NOISE: _Signs(
        about="""
            loopable, rain sounds, ocean sounds, sleep sounds, nature sounds, white noise for*, white
            noise sleep, white noise baby, white noise hoover, clean white noise, pure white noise, soft
            white noise, brown noise, pink noise
        """,
        album="""
            loopable, rain sounds, sleep sounds, nature sounds, white noise for*, white noise sleep, white
            noise baby, baby sleep white noise, brown noise
        """,
        artist="""
            white noise for*, white noise baby, natural white noise, vacuum cleaner white noise, white
            noise therapy, white noise meditation, rain sounds, nature sounds, sleep sounds, ocean sounds
        """,
    ),
    Kind.CHILDREN: _Signs(
        title="nursery rhyme, nursery rhymes, baby shark, kinderlied, kinderlieder, cancion infantil",
        about="for kids, for toddlers, for babies, fur kinder, para ninos, pour les enfants, per bambini",
        album="""
            nursery rhymes, nursery rhyme, kids songs, childrens songs, songs for kids, songs for
            children, kinderlieder, canciones infantiles, musica infantil,
            comptines, baby shark, toddler*, kidz bop*, mini pop kids*, disney junior
        """,
        artist="""
            kidz bop kids, mini pop kids, cocomelon, pinkfong, super simple songs, the wiggles, chuchu tv,
            the countdown kids, little baby bum, mother goose club, peppa pig, toddler fun learning,
            nursery rhymes*, kids songs, songs for children, kinderlieder*
        """,
    ),
}
_ASIDE = re.compile(r"[(\[{（【]([^)\]}）】]*)|\s[-–—]\s*([^(\[{（【]*)|\w[-–—]\s([^(\[{（【]*)")
_ASIDE_BEGINS = frozenset("([{（【-–—")
_PREFIX = 2
"""The number of letters by which phrases with a star are looked up."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    goes_on: bool
    kind: Kind
    whole: bool

    def stands_in(self, text: str) -> bool:
        """Whether the phrase occurs in a normalised text."""
        if not self.whole and self.text == text:
            return False
        return f" {self.text}{'' if self.goes_on else ' '}" in f" {text} "


def _phrases(whole: str, about: str = "") -> dict[str, list[_Phrase]]:
    """The phrases of one or two columns, by their first word."""
    found: dict[str, list[_Phrase]] = {}
    for kind, signs in _TABLE.items():
        for field in filter(None, (whole, about)):
            for written in filter(
                None, (" ".join(part.split()) for part in getattr(signs, field).split(","))
            ):
                text, goes_on = normalise(written.removesuffix("*")), written.endswith("*")
                first = text.split()[0]
                phrase = _Phrase(text, goes_on, kind, field == whole)
                found.setdefault(first[:_PREFIX] if goes_on and first == text else first, []).append(phrase)
    return found


_IN_TITLES, _IN_ASIDES = _phrases("title", "about"), _phrases("aside")
_IN_ALBUMS, _IN_ARTISTS = _phrases("album"), _phrases("artist")


def kinds_of(title: str, album: str | None, artists: Iterable[str]) -> Kind:
    """The kinds that title, album or an artist's name tell plainly; none for an ordinary song."""
    words = normalise(title)
    if "christmas" in words and _ORDINARY.search(words):
        return NO_KIND
    kinds = _told(_IN_TITLES, words)
    if not _ASIDE_BEGINS.isdisjoint(title):
        for found in _ASIDE.findall(title):
            for aside in filter(None, found):
                kinds |= _told(_IN_ASIDES, normalise(aside))
    if album:
        kinds |= _of_album(album)
    for artist in artists:
        kinds |= _of_artist(artist)
    return kinds


@lru_cache(maxsize=65_536)
def _of_album(album: str) -> Kind:
    words = normalise(album)
    if "christmas" in words and _ORDINARY.search(words):
        return NO_KIND
    return _told(_IN_ALBUMS, words)


@lru_cache(maxsize=65_536)
def _of_artist(artist: str) -> Kind:
    return _told(_IN_ARTISTS, normalise(artist))


def _told(phrases: dict[str, list[_Phrase]], text: str) -> Kind:
    """The kinds whose phrases occur in a normalised text."""
    told = NO_KIND
    for word in text.split():
        for key in (word, word[:_PREFIX]):
            if key in phrases:
                for phrase in phrases[key]:
                    if phrase.stands_in(text):
                        told |= phrase.kind
    return told
