"""Explains how queries are understood, with candidates, scores and reasons."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from bot.domain.errors import BadQuery
from bot.domain.links import first_link, is_spotify_id
from bot.domain.recommendations import Basis, SeedSong
from bot.domain.tracks import Track
from bot.services.scope import Scope
from bot.services.search.find import MOST_SONGS, Finding, Outcome, find_songs
from bot.services.search.fit import Fit
from bot.services.search.query import Query
from bot.services.search.resolve import checked_query
from bot.storage.state.charts import Charts


@dataclass(frozen=True, slots=True)
class ScoredSong:
    """A song with its score and the reason in words."""

    song: SeedSong
    popularity: int
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query is understood, without outside services.

    Attributes:
        songs: the song and alternatives, a choice, or an artist's most popular songs.
        unsure: whether the songs are guesses.
        title, named_artist, version: the words of the query understood as such.
        refusal: why it was refused.
    """

    query: str
    outcome: Outcome | Literal["refused"]
    songs: tuple[ScoredSong, ...] = ()
    artist: str | None = None
    nearest: tuple[str, ...] = ()
    unsure: bool = False
    title: str = ""
    named_artist: str = ""
    version: str = ""
    refusal: str = ""

    @property
    def basis(self) -> Basis | None:
        """The basis of an answer without outside services; None without an answer."""
        first = self.songs[0].song if self.songs and not self.unsure else None
        if self.outcome in ("song", "choice") and first is not None:
            heard = first.track is not None and first.track.features is not None
            return "features" if heard else "chart" if first.entry is not None else None
        return "artist" if self.artist is not None else None


class ExplainQuery:
    """Explains queries, using the same code as all commands."""

    def __init__(self, charts: Charts) -> None:
        self._charts = charts

    async def __call__(self, query: str, scope: Scope) -> Explanation:
        """Explain a query."""
        try:
            text = checked_query(query)
        except BadQuery as error:
            return Explanation(query, "refused", refusal=str(error))
        link = first_link(text)
        track_id = text if is_spotify_id(text) or text.startswith("local:") else link.id if link else ""
        if track_id and (track := await scope.serving.tracks.by_id(track_id)):
            return Explanation(query, "song", (_of_track(track, "its id"),))
        if link is not None and link.name is None:
            if link.service == "Spotify" and link.kind == "track":
                return Explanation(query, "unknown")
            refusal = f"a link to {link.service or 'a page'} ({link.kind})"
            return Explanation(query, "refused", refusal=refusal)
        stored = await self._charts.current()
        text = link.name if link and link.name else text
        entries = stored.chart.entries if stored else ()
        return _explained(query, await find_songs(text, scope.serving.tracks, entries))


def _explained(text: str, found: Finding) -> Explanation:
    query, fit = found.query, found.songs[0].fit if found.songs else None
    explained = Explanation(
        text,
        found.outcome,
        tuple(ScoredSong(one.song, one.popularity, one.score, _why(one.fit, query)) for one in found.songs),
        found.artist if found.outcome == "unknown" or found.unsure else None,
        tuple(song.name for song in found.nearest),
        found.unsure,
        _typed(query, fit.title if fit else query.names),
        _typed(query, fit.artist if fit else ()),
        " ".join(sorted(query.version)),
    )
    if found.outcome != "artist":
        return explained
    return replace(
        explained,
        songs=tuple(_of_track(track, "the artist") for track in found.artist_songs[:MOST_SONGS]),
        artist=found.artist,
        title=explained.title if fit else "",
        named_artist=found.artist or "",
    )


def _typed(query: Query, places: Iterable[int]) -> str:
    return " ".join(query.words[at].spelt for at in sorted(places))


def _of_track(track: Track, why: str) -> ScoredSong:
    return ScoredSong(SeedSong(track.title, track.artists, track), track.popularity or 0, 1.0, why)


def _why(fit: Fit, query: Query) -> str:
    parts = [f"{fit.match.name.lower()} title “{_typed(query, fit.title)}”"]
    if fit.share < 1.0:
        parts.append(f"{round(100 * fit.share)} % of the title")
    if fit.likeness < 1.0:
        parts.append(f"{round(100 * fit.likeness)} % alike")
    if fit.named:
        parts.append(f"artist “{_typed(query, fit.artist)}”")
    if fit.unexplained:
        parts.append(f"not explained: “{_typed(query, fit.unexplained)}”")
    if fit.version:
        parts.append("another version" if fit.version < 0 else "the version asked for")
    return ", ".join(parts)
