"""Finds the song, the choice, the artist or the nearest songs for a query in the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.domain.charts import ChartEntry
from bot.domain.recommendations import SeedSong
from bot.domain.titles import artist_keys, is_imitation, title_key
from bot.domain.tracks import Track
from bot.services.search.candidates import Artist, Candidates
from bot.services.search.fit import Candidate, Spelling
from bot.services.search.judge import candidates_of, seeds_of
from bot.services.search.query import Query, read_query
from bot.storage.catalogue.tracks import Tracks

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
_NEAR = 0.55
_LIKELY = 0.72
_NAMED_AS_NEAR = 3


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

    @property
    def sure(self) -> bool:
        """Whether the query is understood as a song, or as several with that name."""
        return self.outcome in ("song", "choice") and not self.unsure


async def find_songs(text: str, tracks: Tracks, entries: Sequence[ChartEntry] = ()) -> Finding:
    """Find songs for a text: all candidates in one list, ranked, without outside services.

    Args:
        entries: entries of the hot list, which may be missing in the catalogue.
    """
    query = read_query(text)
    if not query.names:
        return Finding(query, "unknown")
    candidates = Candidates(tracks.names, query)
    others = seeds_of(await tracks.fetched_titled(list(query.spans)))
    is_fetched = bool(others)
    hot = [SeedSong(entry.title, (entry.artist,), None, entry) for entry in entries]
    others += [song for song in hot if title_key(song.title) in query.spans]
    found = _songs([*candidates.named(), *candidates.respelt(candidates_of(query, others))])
    if not is_fetched and not _certain(found):
        near = seeds_of(await tracks.fetched_near(query.key(query.names)))
        found = _songs([*found, *candidates.respelt(candidates_of(query, near))])
    artist = candidates.artist()
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
        found = _songs([*found, *candidates.respelt([*guesses, *candidates_of(query, hot)])])
        if not _certain(found) and not artist:
            artist = candidates.first_artist(artists)
            if artist and not any(_is_likelier(one, artist[1]) for one in found):
                return Finding(query, "artist", (), *artist)
    if not artist and not (_certain(found) and found[0].in_catalogue):
        artist = candidates.artist_beside()
    return _decided(query, found, artist, farther)


def _is_likelier(one: Candidate, tracks: Sequence[Track]) -> bool:
    """Whether a guessed song is more likely than the artist of these songs."""
    return one.score >= _LIKELY and one.popularity > (tracks[0].popularity or 0)


def judge_tracks(query: Query, tracks: Iterable[Track]) -> Finding:
    """Resolve a query among some tracks."""
    return _decided(query, _songs(candidates_of(query, seeds_of(tracks))), None, ())


def judge_beside(found: Finding, outside: Finding) -> Finding:
    """Resolve a query among the catalogue's songs and the services' songs of that name."""
    decided = _decided(found.query, _songs([*found.songs, *outside.songs]), None, found.nearest)
    return decided if decided.sure else found


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
    best = max(versions, key=_by_version)
    return replace(best, popularity=max(version.popularity for version in versions))


def _by_fit(one: Candidate) -> tuple[bool, float, int]:
    return not one.certain, -one.score, -one.popularity


def _by_version(one: Candidate) -> tuple[bool, int, bool, bool, int]:
    track = one.song.track
    heard = track is not None and track.features is not None
    return one.certain, one.fit.version, track is not None, heard, one.popularity


def _certain(found: Sequence[Candidate]) -> bool:
    return bool(found) and found[0].certain


def _artist_or_song(query: Query, artist: Artist, found: Sequence[Candidate]) -> Finding | None:
    """The artist, unless a song with that name is more popular."""
    name, tracks = artist
    songs = [one for one in found if one.certain and not one.fit.named]
    best = max(songs, key=lambda one: one.popularity, default=None)
    known = (tracks[0].popularity or 0) + (_FULL_NAME if " " in name.strip() else 0)
    self_titled = best is not None and bool(artist_keys(name) & artist_keys(best.song.artists))
    if query.by_artist or best is None or best.popularity < known or self_titled:
        return Finding(query, "artist", tuple(songs), name, tracks)
    return None


def _decided(
    query: Query, found: Sequence[Candidate], artist: Artist | None, farther: Sequence[SeedSong]
) -> Finding:
    name, tracks = artist or (None, ())
    sure = [
        one
        for one in found
        if one.certain
        and (one.fit.named or query.version or not is_imitation(one.song.title, one.song.artists))
    ]
    if not sure:
        near = [one for one in found if one.score >= _NEAR and not one.fit.unexplained][:MOST_SONGS]
        likely = [one for one in near if one.score >= _LIKELY]
        nearest = tuple(_distinct([*(one.song for one in (*near, *found)), *farther])[:_NAMED_AS_NEAR])
        if likely:
            return Finding(query, "choice", tuple(likely), name, tracks, nearest, unsure=True)
        return Finding(query, "unknown", (), name, tracks, nearest)
    tier = [one for one in sure if one.fit.score >= sure[0].fit.score - _TIE]
    tier = [one for one in tier if not any(_is_longer(other, one) for other in tier)]
    tier = [one for one in tier if not one.fit.dropped] or tier
    tier.sort(key=lambda one: (-one.popularity - 15 * (one.fit.spelling is not Spelling.OTHER), -one.score))
    songs = tuple([*tier, *(one for one in sure if one not in tier)][:MOST_SONGS])
    clear = len(tier) < 2 or _clearly_first(tier)
    return Finding(query, "song" if clear else "choice", songs, name, tracks)


def _is_longer(one: Candidate, other: Candidate) -> bool:
    """Whether a title has the words that speak of a version of the other: "Dance Remix", "Dance (Remix)"."""
    more = one.fit.title - other.fit.title
    return bool(more) and other.fit.title < one.fit.title and more.isdisjoint(other.fit.artist)


def _clearly_first(tier: Sequence[Candidate]) -> bool:
    first, second = tier[0], tier[1]
    if first.fit.named and second.fit.named:
        return True
    match first.in_catalogue + second.in_catalogue:
        case 2:
            ahead = _LEAST_AHEAD if first.popularity >= _KNOWN else _AHEAD
        case 1:
            ahead = _AHEAD_OF_OTHERS
        case _:
            ahead = _AHEAD_OUTSIDE
    return first.popularity - second.popularity >= ahead


def _distinct(songs: Iterable[SeedSong]) -> list[SeedSong]:
    """Remove duplicates, keeping the order."""
    seen: dict[tuple[str, frozenset[str]], SeedSong] = {}
    for song in songs:
        seen.setdefault((title_key(song.title), artist_keys(song.artists)), song)
    return list(seen.values())
