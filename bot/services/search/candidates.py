"""Finds candidates for a query: by title, by artist and title, by a part of a title, misspelt."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.domain.recommendations import SeedSong
from bot.domain.spelling import ARTICLES, name_key, name_keys, normalise
from bot.domain.titles import base_title, credited_names, title_key
from bot.domain.tracks import Track
from bot.services.search.fit import Candidate
from bot.services.search.judge import candidates_of, seeds_of
from bot.services.search.phrases import Kind
from bot.services.search.query import Query
from bot.services.search.typos import allowed_typos, spelt
from bot.storage.catalogue.names import Name, NameIndex

_TITLED, _TITLED_BY, _TITLED_OTHERS = 40, 12, 15
"""Tracks looked at of one title: alone, by a named artist, where the rest may be a misspelt artist."""
_MOST_LOOKED_AT = 90
_ARTISTS_LOOKED_AT = 3
_TRACKS_OF_AN_ARTIST = 400
_TITLES_OF_AN_ARTIST = 8
_BY_WORDS = 15
_ALIKE_NAMES, _NAMES_LOOKED_AT = 120, 12
_NAME_LIKE, _NEAR_AT_ALL = 75.0, 62.0
_NAMED_AS_NEAR = 3
_JOINING = frozenset({"x", "with", "vs", "feat", "ft", "featuring"})
_LONG_NAME, _SHORTEST_FAME, _SONGS_OF_FAME, _POPULARITY_OF_FAME = 7, 5, 5, 65
_SONGS_OF_AN_ARTIST = 50

Artist = tuple[str, tuple[Track, ...]]
"""An artist's name as credited, and the most popular tracks."""


class Candidates:
    """Finds candidates, with the most precise method first."""

    def __init__(self, names: NameIndex, query: Query) -> None:
        self._index = names
        self._query = query
        self._places, self._weak = frozenset(query.names), frozenset(query.weak)
        self._titles = names.titles(list(query.spans))
        self._artists = names.artists(list(query.spans))

    def named(self) -> list[Candidate]:
        """Songs whose complete title is in the query."""
        wanted: dict[int, None] = {}
        others: dict[str, Sequence[int]] = {}
        for key, ranks in sorted(self._titles.items(), key=lambda found: -len(found[0])):
            for start, end in self._query.spans[key]:
                left = self._places.difference(range(start, end))
                if (self._places | self._weak).isdisjoint(range(start, end)):
                    continue
                if not left:
                    wanted.update(dict.fromkeys(ranks[:_TITLED]))
                    continue
                wanted.update(dict.fromkeys(self._by_named_artist(ranks, range(start, end))[:_TITLED_BY]))
                if min(self._places) in range(start, end) or max(self._places) in range(start, end):
                    others[key] = ranks[:_TITLED_OTHERS]
        found = self._judged(list(wanted)[:_MOST_LOOKED_AT])
        # Beside a song that is certain, only its own versions may be meant.
        certain = {title_key(one.song.title) for one in found if one.certain}
        more = [rank for key in others if not certain or key in certain for rank in others[key]]
        return found + self._judged(
            [rank for rank in more if rank not in wanted][: _MOST_LOOKED_AT - len(found)]
        )

    def _by_named_artist(self, ranks: Sequence[int], span: range) -> list[int]:
        by = [
            found
            for key, found in self._artists.items()
            for start, end in self._query.spans[key]
            if (end <= span.start or start >= span.stop) and not self._places.isdisjoint(range(start, end))
        ]
        if not by:
            return []
        theirs = set().union(*by)
        return [rank for rank in ranks if rank in theirs]

    def by_artist(self) -> list[Candidate]:
        """Songs of a named artist whose titles resemble or contain the rest of the query."""
        ranks: list[int] = []
        for key, (start, end) in self._named_artists()[:_ARTISTS_LOOKED_AT]:
            left = sorted((self._places | self._weak).difference(range(start, end)))
            if not left:
                continue
            between = range(left[0], left[-1] + 1)
            rest = self._query.spelt(between if end <= between.start or start >= between.stop else left)
            titles = self._index.titles_at(self._artists[key][:_TRACKS_OF_AN_ARTIST])
            keys = [spelt(base_title(title)) for _, title in titles]
            alike = process.extract(
                rest, keys, scorer=fuzz.ratio, limit=_TITLES_OF_AN_ARTIST, score_cutoff=_NAME_LIKE
            )
            held = [at for at, name in enumerate(keys) if len(rest) >= 3 and rest in name][
                :_TITLES_OF_AN_ARTIST
            ]
            ranks += [titles[at][0] for at in (*(at for _, _, at in alike), *held)]
        return self._judged(ranks)

    def _named_artists(self) -> list[tuple[str, tuple[int, int]]]:
        """Keys of artists in the query with their positions, longest first."""
        return sorted(
            (
                (key, span)
                for key in self._artists
                for span in self._query.spans[key]
                if not self._places.isdisjoint(range(*span))
            ),
            key=lambda named: (-len(named[0]), named[1]),
        )

    async def by_words(self) -> list[Candidate]:
        """Songs with the words as a phrase in the title, or with all words in title and artists."""
        words = [word for word in self._query.plain if any(map(str.isalnum, word))]
        if not words or len("".join(words)) < 3:
            return []
        ranks = await self._index.with_phrase(words, _BY_WORDS)
        if len(words) > 1:
            ranks += await self._index.with_words(words, _BY_WORDS)
        return self._judged(ranks)

    async def misspelt(self) -> tuple[list[Candidate], list[str], list[SeedSong]]:
        """Names with a similar spelling.

        Returns:
            songs with names similar to the query, its start or its end; keys of such artists; songs with the
            most similar titles, at any distance.
        """
        key = self._query.key(range(min(self._places), max(self._places) + 1))
        found = [*await self._index.one_typo_away(key), *await self._index.alike(key, _ALIKE_NAMES)]
        wider = _nearest(key, dict.fromkeys(found))
        near = [name for likeness, name in wider if likeness >= _NAME_LIKE][:_NAMES_LOOKED_AT]
        farther = [name for _, name in wider if not name.artist]
        titles = self._index.titles([name.key for name in near if not name.artist])
        artists = [
            name.key
            for name in near
            if name.artist
            and self._is_misspelt(name.key)
            and OSA.distance(key, name.key) <= allowed_typos(min(len(key), len(name.key)))
        ]
        ranks = [rank for name in near if not name.artist for rank in titles.get(name.key, ())[:5]]
        return self._judged(ranks), artists, self._best_known(farther[:_NAMED_AS_NEAR])

    def _is_misspelt(self, artist: str) -> bool:
        """Whether the words that differ from an artist's name occur in no title."""
        words = [word for word in self._query.plain if word not in ARTICLES and word not in artist]
        return self._index.unknown_words(words) == set(words)

    def _best_known(self, names: Sequence[Name]) -> list[SeedSong]:
        """The best known song of each title."""
        ranks = self._index.titles([name.key for name in names])
        tracks = self._index.tracks([found[0] for found in ranks.values()])
        return seeds_of(tracks[ranks[name.key][0]] for name in names if name.key in ranks)

    def respelt(self, found: Iterable[Candidate]) -> list[Candidate]:
        """Mark candidates whose titles are certainly meant, because the differing words occur in no title."""
        guesses = list(found)
        if not any(one.maybe_respelt for one in guesses):
            return guesses
        unknown = self._index.unknown_words(self._query.plain)
        return [
            replace(one, respelt=True)
            if one.maybe_respelt
            and unknown
            and unknown >= set(self._query.plain).difference(normalise(one.song.title).split())
            else one
            for one in guesses
        ]

    def artist(self) -> Artist | None:
        """The artist if the query is only a name."""
        for key, (start, end) in self._named_artists():
            if self._places <= set(range(start, end)):
                return self._with_songs(key)
        return None

    def first_artist(self, keys: Iterable[str]) -> Artist | None:
        """The first artist of some with songs."""
        return next(filter(None, map(self._with_songs, keys)), None)

    def artist_beside(self) -> Artist | None:
        """The artist next to an unknown title: of a credit, a part between separators, the start or end."""
        names = credited_names((self._query.before_dash,))
        known = self._index.artists([name_key(name) for name in names])
        if first := next((key for name in names if (key := name_key(name)) in known), None):
            return self._with_songs(first)
        last = max(self._query.words[at].part for at in self._places)
        parts = {self._query.words[at].part for at in self._places}
        for key, (start, end) in self._named_artists():
            span = set(range(start, end))
            inside = {self._query.words[at].part for at in span & self._places}
            whole = {at for at in self._places if self._query.words[at].part in inside} <= span
            edge = min(self._places) in span or max(self._places) in span
            long = len(span & self._places) > 1 and len(key) >= _LONG_NAME
            if names and last in inside and (len(names) > 1 or not self._is_known(key)):
                continue  # a title that is also an artist's name
            if whole if len(parts) > 1 else edge and (long or self._is_famous(key)):
                return self._with_songs(key)
        return self._in_credit(parts) if len(parts) > 1 else None

    def _in_credit(self, parts: Iterable[int]) -> Artist | None:
        """The first known artist of a piece that credits several: "Drake & 21 Savage"."""
        for part in sorted(parts):
            names: list[list[int]] = []
            for at, word in enumerate(self._query.words):
                if word.part != part or word.kind not in (Kind.NAME, Kind.FEATURING, Kind.LIGHT):
                    continue
                joins = word.spelt.startswith("and") and not word.text.startswith("and")
                parted = word.kind is Kind.LIGHT and word.text not in ARTICLES
                if not names or joins or word.text in _JOINING or parted:
                    names.append([])
                if word.text not in _JOINING:
                    names[-1].append(at)
            keys = [self._query.key(name) for name in names if name]
            known = [key for key in keys if key in self._artists]
            # A title may have "and" in it; guests and what stands first are mostly artists.
            credit = part == min(parts) or any(
                word.part == part and word.kind is Kind.FEATURING for word in self._query.words
            )
            if len(keys) > 1 and known and (credit or known == keys or any(map(self._is_famous, known))):
                return self._with_songs(known[0])
        return None

    def _is_famous(self, key: str) -> bool:
        """Whether a word is an artist rather than the end of a title: "rihanna", not "lights"."""
        enough = len(key) >= _SHORTEST_FAME and len(self._artists[key]) >= _SONGS_OF_FAME
        return enough and self._is_known(key)

    def _is_known(self, key: str) -> bool:
        best = self._index.tracks(self._artists[key][:1])
        return any((track.popularity or 0) >= _POPULARITY_OF_FAME for track in best.values())

    def _with_songs(self, key: str) -> Artist | None:
        """The artist whose name has this key, with the songs; None if there is no such artist."""
        ranks = self._artists.get(key) or self._index.artists([key]).get(key, [])
        tracks = list(self._index.tracks(ranks[:_SONGS_OF_AN_ARTIST]).values())
        tracks.sort(key=lambda track: -(track.popularity or 0))
        names = (name for track in tracks for name in track.artists if key in name_keys(name))
        name = next(names, None)
        return None if name is None else (name, tuple(tracks))

    def _judged(self, ranks: Iterable[int]) -> list[Candidate]:
        wanted = list(dict.fromkeys(ranks))
        tracks = self._index.tracks(wanted) if wanted else {}
        return candidates_of(self._query, seeds_of(tracks[rank] for rank in wanted if rank in tracks))


def _nearest(key: str, names: Iterable[Name]) -> list[tuple[float, Name]]:
    """The names that a key, its start or its end resembles, with the likeness (0-100), longest first."""
    scored = []
    for name in names:
        parts = (key, key[: len(name.key)], key[-len(name.key) :])
        likeness = max(fuzz.ratio(part, name.key) for part in parts)
        if likeness >= _NEAR_AT_ALL:
            scored.append((likeness, name))
    return sorted(scored, key=lambda one: -one[0] * len(one[1].key))
