"""Resolves a query to a song."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bot.domain.clips import clip_track
from bot.domain.errors import BadQuery, SongGone, SongNotFound, SourceUnavailable
from bot.domain.links import Link, first_link, is_spotify_id
from bot.domain.recommendations import (
    ARTIST,
    HOT,
    Choice,
    SeedSong,
    artist_of_ref,
    artist_ref,
    deezer_id_of,
    hot_ref,
)
from bot.domain.spelling import name_keys
from bot.domain.titles import title_key
from bot.domain.tracks import Track, distinct_songs
from bot.i18n.marking import marked
from bot.services.scope import Scope
from bot.services.search.external_lookup import ExternalLookup
from bot.services.search.find import MOST_SONGS, Finding, find_songs
from bot.services.search.unfound import Unfound
from bot.storage.state.charts import Charts

LONGEST_QUERY = 200
_PREFIXED_REF = re.compile("(?:hot|local|clip|artist):[0-9A-Za-z]{1,64}")
_OTHER_LINKS = {
    "album": marked("That is a link to a Spotify album; paste the link of one song."),
    "artist": marked("That is a link to an artist on Spotify; paste the link of one song."),
    "playlist": marked("That is a link to a Spotify playlist; paste the link of one song."),
    "show": marked("That is a link to a podcast on Spotify; paste the link of one song."),
    "episode": marked("That is a link to a podcast on Spotify; paste the link of one song."),
}
_OTHER_LINK = marked("That Spotify link is not a song's; paste the link of one song.")
_NEAREST = 3
_SURELY_MEANT = 85
"""The popularity from which outside services are not asked for other songs of the same title."""


class ResolveSong:
    """Resolves a link, an id or a name in the catalogue, then in outside services.

    Ambiguous queries give a `Choice`, never a guess.
    """

    def __init__(self, charts: Charts, external: ExternalLookup, unfound: Unfound) -> None:
        self._charts = charts
        self._external = external
        self._unfound = unfound

    async def __call__(self, query: str, scope: Scope, *, any_of_artist: bool = False) -> SeedSong | Choice:
        """Resolve a query to a song or a choice.

        Args:
            query: text, or a song reference from a button, a menu or a suggestion.
            any_of_artist: whether an artist's mean features may replace an unknown song.

        Raises:
            BadQuery: it is empty, too long, or a link to something other than a track.
            SongNotFound: no song matches; the error names the nearest songs.
        """
        text = checked_query(query)
        if _is_song_ref(text):
            found = await self.of_ref(text, scope)
            if found.artist_ref is not None and not any_of_artist:
                raise BadQuery("Tell me one song by {artist}.", artist=found.name)
            return found
        if (link := first_link(text)) is not None:
            if link.name is None:
                return await self._linked(link, scope)
            text = checked_query(link.name)
        return await self._named(text, scope, any_of_artist=any_of_artist)

    async def likeliest(self, query: str, scope: Scope) -> SeedSong:
        """Resolve a query for a command that cannot ask back.

        It gives the song, the most popular of several, or any song of a named artist; never a guess.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        found = await self(query, scope, any_of_artist=True)
        if not isinstance(found, Choice):
            return found
        if found.artist is not None:
            return replace(found.artist, alternatives=found.songs)
        if found.unsure:
            raise SongNotFound(query, found.songs[:3], only_here=found.only_here)
        first, *others = found.songs
        return replace(first, alternatives=tuple(others))

    async def in_catalogue(self, query: str, scope: Scope) -> SeedSong:
        """Resolve a name to the catalogue's likeliest song, else to any song of the artist that is named.

        It is for visitors of the page, who must not cause outside searches.

        Raises:
            BadQuery: it is empty or too long.
            SongNotFound: neither is known.
        """
        text = checked_query(query)
        found = await find_songs(text, scope.serving.tracks)
        for one in found.songs if found.sure else ():
            if one.song.track is not None and one.song.track.source == "import":
                return one.song
        artist = _artist_seed(found, "" if found.outcome == "artist" else text)
        if artist is None:
            raise SongNotFound(text)
        return artist

    async def of_ref(self, song_ref: str, scope: Scope) -> SeedSong:
        """Resolve a song reference: an id, `hot:…`, `local:…`, `clip:…` or `artist:…`.

        Raises:
            SongGone: it left the hot list or expired.
        """
        if song_ref.startswith(HOT):
            stored = await self._charts.current()
            for entry in stored.chart.entries if stored else ():
                if hot_ref(entry) == song_ref:
                    return SeedSong(entry.title, (entry.artist,), None, entry)
            raise SongGone("That song has left the hot list; ask for another.")
        if song_ref.startswith(ARTIST) and song_ref[len(ARTIST)].isdecimal():
            return await self._artist_of_ref(song_ref, scope)
        if clip := clip_track(song_ref):
            return SeedSong(clip.title, clip.artists, clip)
        track = await scope.serving.tracks.by_id(song_ref)
        if track is None and (is_spotify_id(song_ref) or deezer_id_of(song_ref) is not None):
            track = await self._external.track(song_ref, scope)
        if track is None:
            raise SongGone("I do not know that song any more; ask for it by its name.")
        return await self.of_track(track)

    async def _artist_of_ref(self, song_ref: str, scope: Scope) -> SeedSong:
        place, track_id = artist_of_ref(song_ref)
        track = await scope.serving.tracks.by_id(track_id)
        if track is None or place >= len(track.artists):
            raise SongGone("I do not know that song any more; ask for it by its name.")
        return SeedSong("", (track.artists[place],), track, artist_ref=song_ref)

    async def _linked(self, link: Link, scope: Scope) -> SeedSong:
        if not link.service:
            raise BadQuery("I cannot read that link; paste a Spotify link, or type the title.")
        if link.service != "Spotify":
            raise BadQuery(
                "I cannot read links to {service}; paste a Spotify link, or type the title.",
                service=link.service,
            )
        if link.kind == "short link":
            raise BadQuery(
                "I cannot open short links; open it in Spotify and paste the link of the song itself."
            )
        if link.kind != "track":
            raise BadQuery(_OTHER_LINKS.get(link.kind, _OTHER_LINK))
        if not is_spotify_id(link.id):
            raise BadQuery("That Spotify link is not complete; copy it again from the song's share menu.")
        track = await scope.serving.tracks.by_id(link.id) or await self._external.track(link.id, scope)
        if track is None:
            raise SongNotFound(f"spotify:track:{link.id}")
        return await self.of_track(track)

    async def _named(self, text: str, scope: Scope, *, any_of_artist: bool) -> SeedSong | Choice:
        stored = await self._charts.current()
        found = await find_songs(text, scope.serving.tracks, stored.chart.entries if stored else ())
        if _may_be_another(found):
            found = await self._external.namesakes(found)
        if found.sure:
            return await self._answer(text, found, scope)
        if found.outcome == "artist" and not _is_misspelt_artist(found):
            return _artist_choice(text, found, scope)
        if (meant := await self._unfound.meant(found.query, scope)) is not None:
            with suppress(SongGone, SourceUnavailable):
                return await self.of_ref(meant, scope)
        nearest = _allowed(found.nearest, scope)
        outside, only_here = await self._outside(found, scope)
        if outside and outside.sure:
            return await self._answer(text, outside, scope)
        if found.outcome == "artist":
            return _artist_choice(text, found, scope)
        await self._unfound.note(found.query, scope)
        artist = _artist_seed(found, text) if any_of_artist else None
        if artist is not None:
            artist = replace(artist, alternatives=tuple(nearest))
        guesses = [one.song for one in (*found.songs, *(outside.songs if outside else ()))]
        if guesses := _allowed(guesses, scope):
            return Choice(text, tuple(guesses[:MOST_SONGS]), unsure=True, artist=artist, only_here=only_here)
        if artist is not None:
            return artist
        if nearest:
            return Choice(text, tuple(nearest[:_NEAREST]), unsure=True, only_here=only_here)
        raise SongNotFound(text, only_here=only_here)

    async def _answer(self, text: str, found: Finding, scope: Scope) -> SeedSong | Choice:
        """The song with its alternatives, or the songs to choose from."""
        first, *others = [
            one.song if one.song.track is None else await self.of_track(one.song.track) for one in found.songs
        ]
        if found.outcome == "choice":
            return Choice(text, (first, *others))
        return replace(first, alternatives=tuple(_allowed(others, scope)[: MOST_SONGS - 1]))

    async def _outside(self, found: Finding, scope: Scope) -> tuple[Finding | None, bool]:
        """The result of the outside services, and whether one was not available."""
        artists = scope.serving.tracks.names.artists(list(found.query.spans))
        try:
            return await self._external.search(found.query, artists, scope), False
        except SourceUnavailable:
            return None, True

    async def of_track(self, track: Track) -> SeedSong:
        """The seed of a known track, with its chart entry."""
        listed = await self._charts.titled(title_key(track.title))
        entry = next((entry for entry in listed if entry.is_song(track.title, track.artists)), None)
        return SeedSong(track.title, track.artists, track, entry)


def _allowed(songs: Sequence[SeedSong], scope: Scope) -> list[SeedSong]:
    """Those of some songs that the user did not name: explicit ones only where allowed."""
    return [song for song in songs if scope.explicit or (song.track and song.track.explicit is False)]


def _artist_choice(text: str, found: Finding, scope: Scope) -> SeedSong | Choice:
    songs = [SeedSong(track.title, track.artists, track) for track in distinct_songs(found.artist_songs)]
    songs += [one.song for one in found.songs]
    artist = _artist_seed(found)
    shown = _allowed(songs, scope)[:MOST_SONGS]
    return Choice(text, tuple(shown), artist=artist) if shown or artist is None else artist


def checked_query(query: str) -> str:
    """A query with single blanks.

    Raises:
        BadQuery: it is empty or too long.
    """
    text = " ".join(query.split())
    if not text:
        raise BadQuery("Tell me a song, for example: Bohemian Rhapsody.")
    if len(text) > LONGEST_QUERY:
        raise BadQuery("That is too long for a song; {most} characters are enough.", most=LONGEST_QUERY)
    return text


def _artist_seed(found: Finding, text: str = "") -> SeedSong | None:
    """A seed for any song of the artist, identified by the artist's most popular track.

    Args:
        text: the query, if it has an unknown title beside the artist.
    """
    if found.artist is None:
        return None
    for track in found.artist_songs:
        if found.artist in track.artists:
            title = _without(text, found.artist) if text else ""
            return SeedSong(title, (found.artist,), track, artist_ref=artist_ref(track, found.artist))
    return None


def _may_be_another(found: Finding) -> bool:
    """Whether only a title was given, and the catalogue's song may not be the best known of that name."""
    if not found.sure or not (first := found.songs[0]).in_catalogue or first.fit.named:
        return False
    return first.popularity < _SURELY_MEANT or first.fit.dropped


def _is_misspelt_artist(found: Finding) -> bool:
    """Whether the query spells the artist's name differently: it may be the title of an outside song."""
    return found.artist is None or name_keys(found.artist).isdisjoint(found.query.spans)


def _without(text: str, artist: str) -> str:
    """The query without the artist's name: the unknown title."""
    rest = re.sub(re.escape(artist), " ", text, flags=re.IGNORECASE)
    rest = re.sub(r"^[\s\W]*by\b|\bby[\s\W]*$", " ", rest, flags=re.IGNORECASE)
    return " ".join(rest.split()).strip(" -–—|:,") or text


def _is_song_ref(text: str) -> bool:
    """Whether the text is a song reference: 22 characters are an id, unless they look like a word."""
    if is_spotify_id(text):
        return not (text.isalpha() and (text.islower() or text.isupper() or text.istitle()))
    return _PREFIXED_REF.fullmatch(text) is not None
