"""From what somebody typed to the song they mean."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from rapidfuzz import fuzz, process

from bot.domain.charts import ChartEntry, find_entries
from bot.domain.clips import clip_track
from bot.domain.errors import BadQuery, SongGone, SongNotFound, SourceUnavailable
from bot.domain.links import is_spotify_id, spotify_reference
from bot.domain.recommendations import HOT, Choice, SeedSong, hot_ref
from bot.domain.titles import artist_keys, normalise, query_key, title_key
from bot.domain.tracks import Track, distinct_songs
from bot.services.scope import Scope
from bot.services.search.external_lookup import LookOutside
from bot.storage.catalogue.tracks import Tracks
from bot.storage.catalogue.typo_search import typos_between
from bot.storage.state.charts import Charts

LONGEST_QUERY = 200
MOST_CHOICES = 25
"""What one select menu holds."""
_TITLED, _TITLED_WITH_ARTIST = 50, 100
"""Tracks of one title that are read; there are hundreds of some."""

_PREFIXED_REF = re.compile("(?:hot|local|clip):[0-9A-Za-z]{1,64}")
_SEPARATORS = (" - ", " – ", " — ", " by ", ": ", ", ")
_MISSPELT = 84.0
"""Similarity (0-100) from which a title counts as misspelt: one slip in seven letters."""
_NEAR = 65.0
"""Similarity from which a title is worth naming as near."""


class ResolveSong:
    """Finds the song: link or id; else exact title, artist and title, beginning, misspelling; else outside.

    Several different songs of one name are given back as a `Choice`, never guessed.
    """

    def __init__(self, charts: Charts, outside: LookOutside) -> None:
        self._charts = charts
        self._outside = outside

    async def __call__(self, query: str, scope: Scope) -> SeedSong | Choice:
        """The song meant, or the songs to choose from.

        Args:
            query: what somebody typed, or a song reference, as buttons, menus and suggestions carry it.

        Raises:
            BadQuery: empty, too long, or a link to something that is no track.
            SongNotFound: nobody knows it; the nearest titles are in the error.
        """
        text = " ".join(query.split())
        if not text:
            raise BadQuery("Tell me a song, for example: Bohemian Rhapsody.")
        if len(text) > LONGEST_QUERY:
            raise BadQuery("That is too long for a song; {most} characters are enough.", most=LONGEST_QUERY)
        if _is_song_ref(text):
            return await self.of_ref(text, scope)
        if reference := spotify_reference(text):
            return await self._linked(*reference, scope)
        return await self._named(text, scope)

    async def of_ref(self, song_ref: str, scope: Scope) -> SeedSong:
        """The song of a reference: an id, `hot:…`, `local:…` or `clip:…`, never a title.

        Raises:
            SongGone: it is gone (dropped off the hot list, or expired).
        """
        if song_ref.startswith(HOT):
            stored = await self._charts.current()
            for entry in stored.chart.entries if stored else ():
                if hot_ref(entry) == song_ref:
                    return _seed_of_entry(entry)
            raise SongGone("That song has left the hot list; ask for another.")
        if clip := clip_track(song_ref):
            return SeedSong(clip.title, clip.artists, clip)
        track = await scope.serving.tracks.by_id(song_ref)
        if track is None and is_spotify_id(song_ref):
            track = await self._outside.track(song_ref, scope)
        if track is None:
            raise SongGone("I do not know that song any more; ask for it by its name.")
        return await self.of_track(track)

    async def _linked(self, kind: str, found: str, scope: Scope) -> SeedSong:
        if kind == "short link":
            raise BadQuery(
                "I cannot open short links; open it in Spotify and paste the link of the song itself."
            )
        if kind != "track":
            raise BadQuery("That is a link to a Spotify {kind}; paste the link of one song.", kind=kind)
        if not is_spotify_id(found):
            raise BadQuery("That Spotify link is not complete; copy it again from the song's share menu.")
        track = await scope.serving.tracks.by_id(found) or await self._outside.track(found, scope)
        if track is None:
            raise SongNotFound(f"spotify:track:{found}")
        return await self.of_track(track)

    async def _named(self, text: str, scope: Scope) -> SeedSong | Choice:
        tracks = scope.serving.tracks
        songs = (
            await self._artist_and_title(text, tracks)
            or await self._songs(query_key(text), None, tracks)
            or await self._all_words(text, tracks)
            or await _beginning(text, tracks)
        )
        if not songs:
            alike = await self._alike(text, tracks)
            songs = [song for song, score in alike if score >= _MISSPELT and score >= alike[0][1] - 1.0]
            nearest = _names(song for song, score in alike if score >= _NEAR)
            if not songs:
                songs = await self._outside_songs(text, nearest, scope)
        if len(songs) == 1:
            return songs[0]
        return Choice(text, tuple(songs[:MOST_CHOICES]))

    async def _artist_and_title(self, text: str, tracks: Tracks) -> list[SeedSong]:
        """`Queen - Bohemian Rhapsody`, `Bohemian Rhapsody - Queen`, `Bohemian Rhapsody by Queen`."""
        for separator in _SEPARATORS:
            if separator not in text:
                continue
            for first, _, second in _splits(text, separator):
                for title, artist in ((second, first), (first, second)):
                    if songs := await self._songs(title_key(title), artist, tracks):
                        return songs
        return []

    async def _songs(self, key: str, artist: str | None, tracks: Tracks) -> list[SeedSong]:
        entries = await self._charts.titled(key)
        if artist is None:
            found = await tracks.titled(key, limit=_TITLED)
        else:
            wanted = artist_keys(artist)
            # One whose name is of signs alone ("!!!") has none in the key of several artists.
            named = wanted if all(any(map(str.isalnum, name)) for name in wanted) else ()
            found = await tracks.titled(key, artists=named, limit=_TITLED_WITH_ARTIST)
            found = [track for track in found if artist_keys(track.artists) & wanted]
            entries = [entry for entry in entries if artist_keys(entry.artist) & wanted]
        return _merged(distinct_songs(found), entries)

    async def _all_words(self, text: str, tracks: Tracks) -> list[SeedSong]:
        """`bohemian rhapsody queen`: a whole title, and the words left over name the artist."""
        words = normalise(text).split()
        if len(words) < 2:
            return []
        asked = set(words)
        found = []
        for track in await tracks.with_words(words):
            title = set(title_key(track.title).split())
            artist = {word for name in track.artists for word in normalise(name).split()}
            if title <= asked and asked - title <= artist | set(normalise(track.title).split()):
                found.append(track)
        stored = await self._charts.current()
        entries = [
            entry
            for entry in (stored.chart.entries if stored else ())
            if (title := set(title_key(entry.title).split())) <= asked
            and asked - title <= set(normalise(entry.artist).split())
        ]
        return _merged(distinct_songs(found), entries)

    async def _alike(self, text: str, tracks: Tracks) -> list[tuple[SeedSong, float]]:
        key = query_key(text)
        stored = await self._charts.current()
        entries = list(stored.chart.entries) if stored else []
        numbers = _numbers(key)
        for find in (tracks.one_typo_away, tracks.alike):
            songs = [
                song
                for song in _merged(distinct_songs(await find(key)), entries)
                if _numbers(title_key(song.title)) == numbers
            ]
            slips = typos_between(key, list(map(_title, songs)))
            if slipped := [song for song, far in zip(songs, slips, strict=True) if far <= 1]:
                return _scored_slips(key, slipped)
        scores: dict[int, float] = {}
        for spelling in (_title, _title_and_artist, _artist_and_title):
            for _, score, place in process.extract(
                key, [spelling(song) for song in songs], scorer=fuzz.ratio, limit=10
            ):
                scores[place] = max(score, scores.get(place, 0.0))
        return [(songs[place], score) for place, score in sorted(scores.items(), key=_best_first)]

    async def _outside_songs(self, text: str, nearest: Sequence[str], scope: Scope) -> list[SeedSong]:
        try:
            found = await self._outside.search(text, scope)
        except SourceUnavailable as error:
            raise SongNotFound(text, nearest, only_here=True) from error
        if not found:
            raise SongNotFound(text, nearest)
        return [SeedSong(track.title, track.artists, track) for track in found]

    async def of_track(self, track: Track) -> SeedSong:
        """A track at hand, with its place on the hot list."""
        entries = find_entries(await self._charts.titled(title_key(track.title)), track.title, track.artists)
        return SeedSong(track.title, track.artists, track, entries[0] if entries else None)


def _is_song_ref(text: str) -> bool:
    """Whether it is no title: 22 characters without a space are an id, unless written as a word."""
    if is_spotify_id(text):
        return not (text.isalpha() and (text.islower() or text.isupper() or text.istitle()))
    return _PREFIXED_REF.fullmatch(text) is not None


async def _beginning(text: str, tracks: Tracks) -> list[SeedSong]:
    words = query_key(text).split()
    if len("".join(words)) < 3:
        return []
    return _merged(distinct_songs(await tracks.beginning_with(words)), [])


def _splits(text: str, separator: str) -> list[tuple[str, str, str]]:
    """Cut at the first and at the last place: both artists and titles may hold the separator."""
    cuts = {text.partition(separator), text.rpartition(separator)}
    return sorted(cut for cut in cuts if cut[1] and cut[0].strip() and cut[2].strip())


def _merged(tracks: Sequence[Track], entries: Sequence[ChartEntry]) -> list[SeedSong]:
    """One seed a song: a track takes its chart entry along; entries without a track stand alone."""
    left = list(entries)
    songs: list[SeedSong] = []
    for track in tracks:
        mine = next((entry for entry in left if entry.is_song(track.title, track.artists)), None)
        left = [entry for entry in left if entry is not mine]
        songs.append(SeedSong(track.title, track.artists, track, mine))
    return [*songs, *(_seed_of_entry(entry) for entry in left)]


def _seed_of_entry(entry: ChartEntry) -> SeedSong:
    return SeedSong(entry.title, (entry.artist,), None, entry)


def _scored_slips(key: str, songs: Sequence[SeedSong]) -> list[tuple[SeedSong, float]]:
    """Any slip is as likely as another in a long title; in a short one a letter too many or too few is."""
    alike = 100.0 * (1.0 - 1.0 / len(key))
    if alike >= _MISSPELT:
        return [(song, alike) for song in songs]
    scored = [(song, fuzz.ratio(key, _title(song))) for song in songs]
    return sorted(scored, key=_score, reverse=True)


def _score(scored: tuple[SeedSong, float]) -> float:
    return scored[1]


def _numbers(key: str) -> set[str]:
    """What a slip of the finger does not change: "Symphony No. 5" is not "No. 6" misspelt."""
    return {word for word in key.split() if word.isdigit()}


def _title(song: SeedSong) -> str:
    return title_key(song.title)


def _title_and_artist(song: SeedSong) -> str:
    return f"{title_key(song.title)} {normalise(song.artists[0])}"


def _artist_and_title(song: SeedSong) -> str:
    return f"{normalise(song.artists[0])} {title_key(song.title)}"


def _best_first(item: tuple[int, float]) -> tuple[float, int]:
    place, score = item
    return -score, place


def _names(songs: Iterable[SeedSong]) -> list[str]:
    return [song.name for song in islice(songs, 3)]
