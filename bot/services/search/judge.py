"""Computes how well a song fits a query: coverage of the query and of the title."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.domain.recommendations import SeedSong
from bot.domain.spelling import ARTICLES, keyed_words, name_keys, normalise
from bot.domain.titles import VERSION_WORDS, base_title, title_key, title_names, work_keys
from bot.domain.tracks import Track
from bot.services.search.fit import FAMOUS, Candidate, Fit, Match, Spelling
from bot.services.search.named_artists import COMMON, artists_in
from bot.services.search.phrases import Kind
from bot.services.search.query import Query
from bot.services.search.typos import likeness, spellings_of, words_of

_UNRATED = 49
"""The assumed popularity of an outside song of unknown popularity."""
_HOT_POPULARITY = 100
_SHORTEST_NAME = 3
_LONGEST_ARTIST = 6
"""Words of a misspelt artist before or after a title."""
_SAME_RECORDING = "remaster remastered remasterizado remasterizada edition anniversary recorded explicit"
_REMASTERED = frozenset(_SAME_RECORDING.split())
_LOOSE = frozenset({"to", "too", "for"})
"""Words that digits may stand for, although they are no numbers."""
_DIGITS = re.compile(r"\d+")


def seeds_of(tracks: Iterable[Track]) -> list[SeedSong]:
    """Tracks as songs that may be meant."""
    return [SeedSong(track.title, track.artists, track) for track in tracks]


def candidates_of(query: Query, songs: Iterable[SeedSong]) -> list[Candidate]:
    """Those of the songs that fit a query at all."""
    return [
        Candidate(song, _popularity(song), fitting)
        for song in songs
        if (fitting := _best_fit(query, song.title, song.artists)) is not None
    ]


def _popularity(song: SeedSong) -> int:
    if song.entry is not None:
        return max(0, _HOT_POPULARITY - song.entry.rank)
    if song.track is None or song.track.popularity is None:
        return 0 if song.track is None or song.track.source == "import" else _UNRATED
    return song.track.popularity


def _best_fit(query: Query, title: str, artists: tuple[str, ...]) -> Fit | None:
    """The best fit of a song to a query, None if nothing fits."""
    places, weak = frozenset(query.names), frozenset(query.weak)
    found: list[Fit] = []
    for at, name in enumerate(title_names(title)):
        for start, end in query.spans.get(name, ()):
            span = frozenset(range(start, end))
            if not span & (places | weak):
                continue
            base = base_title(title)
            match = Match.EXACT if at == 0 or name in name_keys(base) | work_keys(base) else Match.NAME
            share = 1.0 if match is Match.EXACT else len(name) / max(map(len, title_names(title)))
            found.append(_fit(query, title, artists, match, span, share, 1.0))
    if not found or all(one.unexplained for one in found):
        found += _near_fits(query, title, artists)
    return max(found, key=_by_fit, default=None)


def _by_fit(one: Fit) -> tuple[bool, float]:
    return one.certain(FAMOUS), one.score


def _near_fits(query: Query, title: str, artists: tuple[str, ...]) -> list[Fit]:
    """Fits of a misspelt or partial title in the words without the artist's names."""
    places = frozenset(query.names)
    by_name, _ = artists_in(query, artists, frozenset())
    options = [places - by_name] if by_name else [places]
    if not by_name:
        ordered = sorted(places)
        options += [
            frozenset(some)
            for cut in range(1, len(ordered))
            if min(cut, len(ordered) - cut) <= _LONGEST_ARTIST
            for some in (ordered[:cut], ordered[cut:])
        ]
    fits = []
    no_versions = frozenset(at for at, word in enumerate(query.words) if word.kind is not Kind.VERSION)
    for inside in dict.fromkeys([*(_filled(rest, query) for rest in options if rest), no_versions - by_name]):
        if not inside & (places | set(query.weak)):
            continue
        if alike := _title_likeness(query.spelt(sorted(inside)), title):
            fits.append(_fit(query, title, artists, Match.TYPO, inside, 1.0, alike))
        elif (share := _part_of(query, sorted(inside), title)) is not None:
            fits.append(_fit(query, title, artists, Match.PART, inside, share, 1.0))
    return fits


def _filled(places: frozenset[int], query: Query) -> frozenset[int]:
    """Include light words between the matched words."""
    first, last = min(places), max(places)
    return places | {at for at in range(first, last) if query.words[at].kind in (Kind.LIGHT, Kind.WEAK)}


def _title_likeness(typed: str, title: str) -> float:
    digits = _DIGITS.findall(typed)
    alike = ((likeness(typed, name), name) for name in spellings_of(title))
    return next((one for one, name in alike if one and _DIGITS.findall(name) == digits), 0.0)


def _part_of(query: Query, places: Sequence[int], title: str) -> float | None:
    """The share of the title that these words cover as a phrase."""
    query_words = [query.words[at].text for at in places]
    words = list(words_of(base_title(title)))
    prefix = words[: len(query_words)]
    if (
        len(prefix) == len(query_words)
        and query_words[:-1] == prefix[:-1]
        and len(query_words[-1]) >= _SHORTEST_NAME
        and prefix[-1].startswith(query_words[-1])
    ):
        return len("".join(query_words)) / len("".join(words))
    for start in range(len(words) - len(query_words) + 1):
        if words[start : start + len(query_words)] == query_words:
            return len("".join(query_words)) / len("".join(words))
    if len(query_words) > 2 and set(query_words) <= set(words):  # in another order, or some missing
        shared = Counter(query_words) & Counter(words)
        return 0.9 * len("".join(shared.elements())) / len("".join(words))
    return None


def _fit(
    query: Query,
    title: str,
    artists: tuple[str, ...],
    match: Match,
    span: frozenset[int],
    share: float,
    likeness: float,
) -> Fit:
    names = frozenset(query.names)
    by_artist, artist_likeness = artists_in(query, artists, span)
    left = names - span - by_artist
    full = set(words_of(title))
    beyond = full.difference(words_of(base_title(title)))
    told = {at for at in left if query.words[at].text in beyond}
    if any(query.words[at].text not in COMMON and len(query.words[at].text) >= _SHORTEST_NAME for at in told):
        left -= told
    guests = {at for at in left if query.words[at].kind is Kind.FEATURING}
    main = {at for at in by_artist if query.words[at].kind is not Kind.FEATURING}
    query_words = names
    if guests and main:
        left, query_words = left - guests, names - guests
    letters = sum(len(query.words[at].text) for at in query_words)
    missing = sum(len(query.words[at].text) for at in left)
    matched, known = span | by_artist, beyond | ARTICLES
    around = [
        word
        for at, word in enumerate(query.words)
        if at not in matched and word.kind in (Kind.LIGHT, Kind.WEAK) and word.text not in known
    ]
    key, typed = title_key(title), query.key(sorted(span))
    return Fit(
        match,
        span,
        by_artist,
        share,
        likeness,
        artist_likeness,
        left,
        1.0 - missing / letters if letters else 1.0,
        len(around) + len(guests & (names - query_words)),
        any(word.kind is Kind.WEAK for word in around),
        _spelling(query, span, title),
        sum(1 if word in query.version else -1 for word in _version_words(title)),
        not query.version <= {*full, *(query.words[at].text for at in span)},
        sum(len(query.words[at].spelt) >= _SHORTEST_NAME for at in span),
        not all(query.words[at].text.isascii() for at in span),
        at_end=key.endswith(typed),
        half_typed=key.startswith(typed),
        plural=key[:-1] == typed or key == typed[:-1],
    )


def _spelling(query: Query, span: frozenset[int], title: str) -> Spelling:
    """The spelling of a title; numbers may be words."""
    before = min(span) - 1
    if before >= 0 and query.words[before].text in ARTICLES:
        return Spelling.OTHER  # "The Hills" is not "Hills"
    words = [(word.text, word.spelt) for at, word in enumerate(query.words) if at in span]
    if "".join(text for text, _ in words) in work_keys(base_title(title)):
        return Spelling.SAME
    written = _written(title)
    right = Spelling.SAME
    if written[0][0] == "the" and words[0][0] not in ARTICLES and written[1:]:
        right, written = Spelling.ARTICLE, written[1:]
    typed, meant = ("".join(spelling for _, spelling in some) for some in (words, written))
    if typed == meant:
        return right
    if [key for key, _ in words] != [key for key, _ in written]:
        return Spelling.OTHER
    loose = [spelling for (key, spelling) in (*words, *written) if key.isdecimal() and spelling in _LOOSE]
    respelt = [
        spelling
        for key, spelling in (*words, *written)
        if not key[:1].isdecimal() and spelling not in (key, f"and{key}", f"n{key}")
    ]
    return Spelling.OTHER if loose or respelt else right


@lru_cache(maxsize=8_192)
def _written(title: str) -> tuple[tuple[str, str], ...]:
    """The key words of a base title with their letters."""
    return tuple(keyed_words(normalise(base_title(title)).split()))


@lru_cache(maxsize=8_192)
def _version_words(title: str) -> frozenset[str]:
    beyond = set(normalise(title).split()) - set(normalise(base_title(title)).split())
    return frozenset(beyond & VERSION_WORDS) - _REMASTERED
