"""Finds the song, the choice, the artist or the nearest songs for a query in the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from bot.domain.charts import ChartEntry
from bot.domain.recommendations import SeedSong
from bot.domain.titles import artist_keys, is_imitation, title_key
from bot.domain.tracks import Track
from bot.services.search.candidate import Candidate
from bot.services.search.candidates import Candidates
from bot.services.search.fit import Spelling
from bot.services.search.judge import fit
from bot.services.search.query import Query, read_query
from bot.storage.catalogue.names import NameIndex

Outcome = Literal["song", "choice", "artist", "unknown"]
MOST_SONGS = 25
"""The number of options in one menu."""
_TIE = 0.06
"""Candidates whose fits differ by less are one tier: popularity decides among them."""
_AHEAD = 8
"""Points of popularity by which the best known song of a name is clearly meant."""
_LEAST_AHEAD, _KNOWN = 3, 60
_FULL_NAME = 12
"""Points of popularity by which a song must be ahead of an artist with the same name of several words."""
_AHEAD_OUTSIDE, _AHEAD_OF_OTHERS = 15, 25
"""The same for two outside songs; for an outside song and one of the catalogue, whose popularity differs."""
_UNRATED = 49
"""The assumed popularity of an outside song of unknown popularity."""
_NEAR = 0.55
_LIKELY = 0.72
_NAMED_AS_NEAR = 3
_HOT_POPULARITY = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """How a query was understood.

    Attributes:
        songs: the song followed by alternatives, a choice, or the artist's most popular songs.
        nearest: the most similar songs if nothing fits.
        unsure: whether the songs to choose from are guesses.
        artist: the requested artist, or the artist next to an unknown title.
    """

    query: Query
    outcome: Outcome
    songs: tuple[Candidate, ...] = ()
    artist: str | None = None
    artist_songs: tuple[Track, ...] = ()
    nearest: tuple[SeedSong, ...] = ()
    unsure: bool = False


class Fetched(Protocol):
    """Finds songs that were fetched from outside."""

    async def fetched_titled(self, keys: Sequence[str]) -> list[Track]:
        """Those with any of these title keys."""

    async def fetched_near(self, key: str) -> list[Track]:
        """Those whose title keys are one typo away from a key."""


class FindSongs:
    """Ranks all candidates for a query in one list, without outside services."""

    def __init__(self, names: NameIndex, fetched: Fetched) -> None:
        self._names = names
        self._fetched = fetched

    async def __call__(self, text: str, entries: Sequence[ChartEntry] = ()) -> Finding:
        """Find songs for a text.

        Args:
            entries: entries of the hot list, which may be missing in the catalogue.
        """
        query = read_query(text)
        if not query.names:
            return Finding(query, "unknown")
        candidates = Candidates(self._names, query)
        others = _seeds(await self._fetched.fetched_titled(list(query.spans)))
        is_fetched = bool(others)
        hot = [SeedSong(entry.title, (entry.artist,), None, entry) for entry in entries]
        others += [song for song in hot if title_key(song.title) in query.spans]
        found = _songs([*candidates.named(), *candidates.respelt(_fitting(query, others))])
        if not is_fetched and not _certain(found):
            near = _seeds(await self._fetched.fetched_near(query.key(query.names)))
            found = _songs([*found, *candidates.respelt(_fitting(query, near))])
        artist = self._artist(candidates)
        titled = bool(query.weak) and any(one.certain and one.fit.named and not one.fit.weak for one in found)
        if artist and not titled and (decided := _artist_or_song(query, artist, found)):
            return decided
        if not _certain(found):
            found = _songs([*found, *candidates.by_artist()])
        if not _certain(found):
            found = _songs([*found, *candidates.respelt(await candidates.by_words())])
        farther: list[SeedSong] = []
        if not _certain(found):
            guesses, artists, farther = await candidates.misspelt()
            found = _songs([*found, *candidates.respelt([*guesses, *_fitting(query, hot)])])
            if not _certain(found) and not artist:
                artist = self._misspelt_artist(candidates, artists)
                if artist and not any(_is_likelier(one, artist[1]) for one in found):
                    return Finding(query, "artist", (), *artist)
        if not artist and not _is_in_catalogue(found):
            artist = self._artist_beside(candidates)
        return _decided(query, found, artist, farther)

    def _artist(self, candidates: Candidates) -> tuple[str, tuple[Track, ...]] | None:
        found = candidates.artist()
        return self._with_songs(candidates, *found) if found else None

    def _artist_beside(self, candidates: Candidates) -> tuple[str, tuple[Track, ...]] | None:
        found = candidates.artist_beside()
        return self._with_songs(candidates, *found) if found else None

    def _misspelt_artist(
        self, candidates: Candidates, keys: Iterable[str]
    ) -> tuple[str, tuple[Track, ...]] | None:
        for key in keys:
            if found := self._with_songs(candidates, key, candidates.ranks_of(key)):
                return found
        return None

    def _with_songs(
        self, candidates: Candidates, key: str, ranks: Sequence[int]
    ) -> tuple[str, tuple[Track, ...]] | None:
        found = candidates.songs_of(key, ranks, 2 * MOST_SONGS)
        return (found[0], tuple(found[1])) if found else None


def _is_likelier(one: Candidate, tracks: Sequence[Track]) -> bool:
    """Whether a guessed song is more likely than the artist of these songs."""
    return one.score >= _LIKELY and one.popularity > (tracks[0].popularity or 0)


def judge_tracks(query: Query, tracks: Iterable[Track]) -> Finding:
    """Resolve a query among some tracks."""
    return _decided(query, _songs(_fitting(query, _seeds(tracks))), None, ())


def _seeds(tracks: Iterable[Track]) -> list[SeedSong]:
    return [SeedSong(track.title, track.artists, track) for track in tracks]


def judge_beside(found: Finding, outside: Finding) -> Finding:
    """Resolve a query among the catalogue's songs and the services' songs of that name."""
    query = found.query
    decided = _decided(query, _songs([*found.songs, *outside.songs]), None, found.nearest)
    return found if decided.outcome not in ("song", "choice") or decided.unsure else decided


def _fitting(query: Query, songs: Iterable[SeedSong]) -> list[Candidate]:
    """Candidates from outside the catalogue: fetched songs and hot ones."""
    return [
        Candidate(song, _popularity(song), fitting)
        for song in songs
        if (fitting := fit(query, song.title, song.artists)) is not None
    ]


def _popularity(song: SeedSong) -> int:
    if song.entry is not None:
        return max(0, _HOT_POPULARITY - song.entry.rank)
    if song.track is None:
        return 0
    return (
        (0 if song.track.source == "import" else _UNRATED)
        if song.track.popularity is None
        else song.track.popularity
    )


def _songs(found: Iterable[Candidate]) -> list[Candidate]:
    """The best version of each song, best song first."""
    songs: list[list[Candidate]] = []
    seen: dict[tuple[str, str], int] = {}
    for one in sorted(found, key=_by_fit):
        keys = [(title_key(one.song.title), artist) for artist in artist_keys(one.song.artists)]
        at = next((seen[key] for key in keys if key in seen), len(songs))
        if at == len(songs):
            songs.append([])
        songs[at].append(one)
        for key in keys:
            seen.setdefault(key, at)
    return sorted(map(_best_version, songs), key=_by_fit)


def _best_version(versions: Sequence[Candidate]) -> Candidate:
    if len(versions) == 1:
        return versions[0]
    best = max(versions, key=_by_version)
    return replace(best, popularity=max(version.popularity for version in versions))


def _by_fit(one: Candidate) -> tuple[bool, float, int]:
    return not one.certain, -one.score, -one.popularity


def _by_version(one: Candidate) -> tuple[bool, int, bool, bool, int]:
    track = one.song.track
    return one.certain, one.fit.version, track is not None, _is_heard(track), one.popularity


def _is_heard(track: Track | None) -> bool:
    return track is not None and track.features is not None


def _certain(found: Sequence[Candidate]) -> bool:
    return bool(found) and found[0].certain


def _is_in_catalogue(found: Sequence[Candidate]) -> bool:
    """Whether a song is certain and in the catalogue, so that its artist need not be known."""
    return _certain(found) and found[0].song.track is not None and found[0].song.track.row is not None


def _artist_or_song(
    query: Query, artist: tuple[str, tuple[Track, ...]], found: Sequence[Candidate]
) -> Finding | None:
    """The artist, unless a song with that name is more popular."""
    name, tracks = artist
    songs = [one for one in found if one.certain and not one.fit.named]
    best = max((one.popularity for one in songs), default=-1)
    ahead = _FULL_NAME if " " in name.strip() else 0
    if query.by_artist or best < (tracks[0].popularity or 0) + ahead or _self_titled(songs, name):
        return Finding(query, "artist", tuple(songs), name, tracks)
    return None


def _self_titled(songs: Sequence[Candidate], name: str) -> bool:
    best = max(songs, key=lambda one: one.popularity)
    return bool(artist_keys(name) & artist_keys(best.song.artists))


def _decided(
    query: Query,
    found: Sequence[Candidate],
    artist: tuple[str, tuple[Track, ...]] | None,
    farther: Sequence[SeedSong],
) -> Finding:
    name, tracks = artist or (None, ())
    sure = [one for one in found if one.certain and (one.fit.named or not _is_imitation(one, query))]
    if not sure:
        near = [one for one in found if one.score >= _NEAR and not one.fit.unexplained][:MOST_SONGS]
        likely = [one for one in near if one.score >= _LIKELY]
        nearest = tuple(distinct([*(one.song for one in (*near, *found)), *farther])[:_NAMED_AS_NEAR])
        if likely:
            return Finding(query, "choice", tuple(likely), name, tracks, nearest, unsure=True)
        return Finding(query, "unknown", (), name, tracks, nearest)
    tier = [one for one in sure if one.fit.score >= sure[0].fit.score - _TIE]
    tier = [one for one in tier if not any(_is_longer(other, one) for other in tier)]
    tier = [one for one in tier if not one.fit.dropped] or tier
    tier.sort(key=lambda one: (-one.popularity - 15 * (one.fit.spelling is not Spelling.OTHER), -one.score))
    others = [one for one in sure if one not in tier]
    if len(tier) > 1 and not _clearly_first(tier):
        return Finding(query, "choice", tuple([*tier, *others][:MOST_SONGS]), name, tracks)
    return Finding(query, "song", tuple([*tier, *others][:MOST_SONGS]), name, tracks)


def _is_longer(one: Candidate, other: Candidate) -> bool:
    """Whether a title has the words that speak of a version of the other: "Dance Remix", "Dance (Remix)"."""
    more = one.fit.title - other.fit.title
    return bool(more) and other.fit.title < one.fit.title and more.isdisjoint(other.fit.artist)


def _clearly_first(tier: Sequence[Candidate]) -> bool:
    first, second = tier[0], tier[1]
    if first.fit.named and second.fit.named:
        return True
    ahead = first.popularity - second.popularity
    if not (_is_of_catalogue(first) and _is_of_catalogue(second)):
        return ahead >= (
            _AHEAD_OF_OTHERS if _is_of_catalogue(first) or _is_of_catalogue(second) else _AHEAD_OUTSIDE
        )
    return ahead >= (_LEAST_AHEAD if first.popularity >= _KNOWN else _AHEAD)


def _is_of_catalogue(one: Candidate) -> bool:
    return one.song.track is not None and one.song.track.row is not None


def _is_imitation(one: Candidate, query: Query) -> bool:
    return not query.version and is_imitation(one.song.title, one.song.artists)


def distinct(songs: Iterable[SeedSong]) -> list[SeedSong]:
    """Remove duplicates, keeping the order."""
    seen: dict[tuple[str, frozenset[str]], SeedSong] = {}
    for song in songs:
        seen.setdefault((title_key(song.title), artist_keys(song.artists)), song)
    return list(seen.values())
