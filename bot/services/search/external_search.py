"""Searches outside: all services side by side, with all readings, judged as the catalogue's songs are."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.candidates import SongCandidate
from bot.domain.errors import SourceUnavailable
from bot.domain.links import is_spotify_id
from bot.domain.recommendations import deezer_ref
from bot.domain.spelling import normalise
from bot.domain.titles import artist_keys
from bot.domain.tracks import Track, TrackSource
from bot.services.search.find import Finding, judge_tracks
from bot.services.search.query import Query
from bot.services.search.readings import Reading
from bot.sources.guard import SourceBlocked, SourceClosed
from bot.sources.protocols import CandidateSearch

log = logging.getLogger(__name__)

GRACE_SECONDS = 0.5
"""How long to wait for the other services once one has found the song."""
_READINGS, _TITLES = 3, 4
"""Readings sent to a service that finds words in any order, and to one that searches titles only."""
_DEEZER_RANKS = 10_000
"""Deezer's rank goes to a million; popularity to 100."""


class ExternalSearch:
    """Queries all services at once.

    Args:
        seconds: the time for all of them together.
    """

    def __init__(self, services: Sequence[CandidateSearch], *, seconds: float) -> None:
        self.services = tuple(services)
        self._seconds = seconds

    async def __call__(
        self, query: Query, readings: Sequence[Reading], *, seconds: float | None = None
    ) -> tuple[Finding, list[str]]:
        """Resolve the query among all results that arrive in time.

        Args:
            seconds: a shorter time limit than usual.

        Returns:
            what was found, and the services that could not be asked, so that "unknown" is not certain.
        """
        found: list[SongCandidate] = []
        answered: set[str] = set()  # the likeliest reading; the others are guesses
        names = {
            asyncio.ensure_future(self._ask(one, query, readings, found, answered)): one.name
            for one in self.services
        }
        asking = set(names)
        missed: list[str] = []
        clock = asyncio.get_running_loop().time
        end = clock() + min(self._seconds, seconds or self._seconds)
        try:
            while asking:
                done, asking = await asyncio.wait(
                    asking, timeout=max(0.0, end - clock()), return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    break
                missed += [names[task] for task in done if not task.result()]
                if asking and judge_tracks(query, tracks_of(found)).sure:
                    end = min(end, clock() + GRACE_SECONDS)
        finally:
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
        missed += {names[task] for task in asking} - answered
        return judge_tracks(query, tracks_of(found)), missed

    async def _ask(
        self,
        service: CandidateSearch,
        query: Query,
        readings: Sequence[Reading],
        found: list[SongCandidate],
        answered: set[str],
    ) -> bool:
        """Query one service with the readings until it finds the song; returns whether it answered."""
        mine: list[SongCandidate] = []
        titles = list(dict.fromkeys(title for title, _ in readings))
        asked: Sequence[Reading] = (
            [(title, None) for title in titles[:_TITLES]] if service.title_only else _likeliest(readings)
        )
        for title, artist in asked:
            try:
                some = await service.candidates(title, artist)
            except SourceUnavailable as failure:
                expected = isinstance(failure, SourceBlocked | SourceClosed)
                log.log(
                    logging.DEBUG if expected else logging.WARNING,
                    "%s failed: %s",
                    service.name,
                    failure.detail,
                )
                return False
            mine += some
            found += some
            answered.add(service.name)
            if judge_tracks(query, tracks_of(mine)).sure:
                break
        return True


def _likeliest(readings: Sequence[Reading]) -> Sequence[Reading]:
    """The first readings, and all words as a title: known artists may be words of it."""
    first = readings[:_READINGS]
    whole = next((reading for reading in readings if reading[1] is None), None)
    return first if whole is None or whole in first else [*first[:-1], whole]


def tracks_of(found: Iterable[SongCandidate]) -> list[Track]:
    """Candidates as tracks: one for the same title and artist at several services, the best known first."""
    merged: dict[tuple[str, str], Track] = {}
    for candidate in found:
        track = _track(candidate)
        key = normalise(track.title), min(artist_keys(track.artists[:1]), default="")
        known = merged.get(key)
        merged[key] = track if known is None else _both(known, track)
    return sorted(merged.values(), key=lambda track: -(track.popularity or 0))


_TOLD = ("album", "popularity", "duration_ms", "release_year", "explicit", "isrc")


def _both(one: Track, other: Track) -> Track:
    """Merge two tracks of one song; a Spotify id is preferred to a Deezer id."""
    first, second = (other, one) if one.source == "deezer" and other.source != "deezer" else (one, other)
    more = {name: getattr(second, name) for name in _TOLD if getattr(first, name) is None}
    artists = max((first.artists, second.artists), key=len)
    ids = dict.fromkeys((*first.other_ids, second.id, *second.other_ids))
    others = tuple(one for one in ids if one != first.id and is_spotify_id(one))
    return replace(first, artists=artists, other_ids=others, **more)


_SOURCES: dict[str, TrackSource] = {"spotify": "spotify", "reccobeats": "reccobeats"}


def _track(candidate: SongCandidate) -> Track:
    source = _SOURCES.get(candidate.source, "deezer")
    popularity = candidate.popularity
    if popularity is not None and source == "deezer":
        popularity = min(100, popularity // _DEEZER_RANKS)
    return Track(
        id=candidate.track_id or deezer_ref(candidate.source_id),
        title=candidate.title,
        artists=candidate.artists,
        album=candidate.album,
        popularity=popularity,
        duration_ms=candidate.duration_ms,
        release_year=candidate.release_year,
        explicit=candidate.explicit,
        isrc=candidate.isrc,
        source=source,
    )
