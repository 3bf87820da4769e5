"""ReccoBeats: audio features, tracks and analysis of clips, without a key."""

import logging
from collections.abc import Mapping, Sequence

import aiohttp

from bot.domain.candidates import SongCandidate
from bot.domain.errors import SourceUnavailable
from bot.domain.links import is_spotify_id
from bot.domain.tracks import Track
from bot.sources.external_values import name, names, whole_number
from bot.sources.features.matching import track_candidate
from bot.sources.http import json_object
from bot.sources.http_source import HttpSource
from bot.sources.rate_limit import RateLimit
from ml.features import AudioFeatures, InvalidFeatures

log = logging.getLogger(__name__)

NAME = "ReccoBeats"
RATE_LIMIT = RateLimit(5, 2.0)
"""No limit is published; two requests a second are accepted."""

_SHORTEST_SEARCH, _LONGEST_SEARCH = 3, 1000
_RESULTS, _MOST_IDS = 50, 40
_UNSUPPORTED = 400
_ANALYSIS_SECONDS = 20.0


class ReccoBeats(HttpSource):
    """A `FeatureSource`, a `TrackLookup`, a `CandidateSearch` and a `ClipAnalysis`.

    Its guard has `RATE_LIMIT`. A look-up makes at most two requests.
    """

    name = NAME
    title_only = True
    url = "https://api.reccobeats.com/v1"

    async def features_of(self, track: Track) -> AudioFeatures | None:
        """Return the features by Spotify ids, then by ISRC; None when it knows none or they are not valid."""
        ids = [one for one in (track.id, *track.other_ids) if is_spotify_id(one)][:_MOST_IDS]
        if ids:
            found = await self.ask("audio-features", _rows, params={"ids": ",".join(ids)})
            rows = {_spotify_id(row): row for row in found}
            if (known := next((one for one in ids if one in rows), None)) is not None:
                return _features(rows[known], known)
        return await self._features_by_isrc(track.isrc) if track.isrc else None

    async def _features_by_isrc(self, isrc: str) -> AudioFeatures | None:
        nothing: list[dict[str, object]] = []
        for row in await self.ask(
            "audio-features", _rows, params={"ids": isrc}, instead={_UNSUPPORTED: nothing}
        ):
            if str(row.get("isrc")).upper() == isrc.upper():
                return _features(row, isrc)
        return None

    async def candidates(self, title: str, artist: str | None) -> Sequence[SongCandidate]:
        """Search by title alone, whatever the artist; a title of less than three characters finds nothing."""
        words = title.strip()[:_LONGEST_SEARCH]
        if len(words) < _SHORTEST_SEARCH:
            return []
        params = {"searchText": words, "page": "0", "size": str(_RESULTS)}
        rows = await self.ask("track/search", _rows, params=params)
        return [track_candidate(track) for row in rows if (track := _track(row))]

    async def track(self, track_id: str) -> Track | None:
        """Return the track of a Spotify id, or None when it does not know it."""
        if not is_spotify_id(track_id):
            return None
        rows = await self.ask("track", _rows, params={"ids": track_id})
        found = (track for row in rows if (track := _track(row)) and track.id == track_id)
        return next(found, None)

    async def analyse(self, name: str, audio: bytes) -> AudioFeatures | None:
        """Have the first 30 s of a file of at most 5 MB analysed; None when it cannot read the file."""

        def form() -> aiohttp.FormData:
            form = aiohttp.FormData()
            form.add_field("audioFile", audio, filename=name)
            return form

        return await self.ask(
            "analysis/audio-features",
            lambda text: _features(json_object(text, NAME), "an audio clip"),
            method="POST",
            form=form,
            seconds=_ANALYSIS_SECONDS,
            instead={_UNSUPPORTED: None},
        )


def _rows(text: str) -> list[dict[str, object]]:
    content = json_object(text, NAME).get("content")
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise SourceUnavailable(NAME, "no list of objects under 'content'")
    return content


def _features(row: Mapping[str, object], song_name: str) -> AudioFeatures | None:
    try:
        return AudioFeatures.from_mapping(row)
    except InvalidFeatures as error:
        log.warning("%s has no usable features for %s: %s", NAME, song_name, error)
        return None


def _track(row: Mapping[str, object]) -> Track | None:
    """Read a track; None without a Spotify id, a title or an artist."""
    track_id, title = _spotify_id(row), name(row.get("trackTitle"))
    artists = names(row.get("artists"))
    if track_id is None or not title or not artists:
        return None
    return Track(
        id=track_id,
        title=title,
        artists=artists,
        popularity=whole_number(row.get("popularity"), most=100),
        duration_ms=whole_number(row.get("durationMs")),
        isrc=name(row.get("isrc")) or None,
        source="reccobeats",
    )


def _spotify_id(row: Mapping[str, object]) -> str | None:
    href = row.get("href")
    last = href.rstrip("/").rpartition("/")[2] if isinstance(href, str) else ""
    return last if is_spotify_id(last) else None
