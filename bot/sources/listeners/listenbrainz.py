"""ListenBrainz labs: which recordings people play together. Experimental and without a key."""

import re
from collections.abc import Mapping, Sequence

from bot.domain.candidates import Recording
from bot.domain.errors import SourceUnavailable
from bot.sources.external_values import name, whole_number
from bot.sources.http import json_value
from bot.sources.http_source import HttpSource
from bot.sources.rate_limit import RateLimit

NAME = "ListenBrainz"
RATE_LIMIT = RateLimit(30, 10.0, burst=5)

_ALGORITHM = "session_based_days_9000_session_300_contribution_5_threshold_15_limit_50_skip_30"
_MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class ListenBrainz(HttpSource):
    """A `ListenerSource`; its guard has `RATE_LIMIT`."""

    name = NAME
    url = "https://labs.api.listenbrainz.org"

    async def recordings(self, title: str, artist: str | None) -> Sequence[Recording]:
        """Search recordings by words; the results are the service's, unmatched and in its order."""
        words = f"{title} {artist or ''}".strip()
        rows = await self._ask("recording-search", {"query": words}) if words else []
        return [found for row in rows if (found := _recording(row))]

    async def similar(self, mbid: str) -> Sequence[Recording]:
        """Return the recordings that people play together with that one, the highest score first."""
        if not _MBID.fullmatch(mbid):
            return []
        rows = await self._ask("similar-recordings", {"recording_mbids": [mbid], "algorithm": _ALGORITHM})
        found = [recording for row in rows if (recording := _recording(row)) and recording.score > 0]
        return sorted((one for one in found if one.mbid != mbid), key=_score, reverse=True)

    async def _ask(self, query: str, question: dict[str, object]) -> Sequence[dict[str, object]]:
        return await self.ask(f"{query}/json", _rows, method="POST", json=[question])


def _rows(text: str) -> Sequence[dict[str, object]]:
    rows = json_value(text, NAME)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceUnavailable(NAME, "no list of objects")
    return rows


def _recording(row: Mapping[str, object]) -> Recording | None:
    """Read a recording; None without an id, a title or an artist."""
    mbid = row.get("recording_mbid")
    title, artist = name(row.get("recording_name")), name(row.get("artist_credit_name"))
    if not isinstance(mbid, str) or not _MBID.fullmatch(mbid) or not title or not artist:
        return None
    return Recording(mbid, title, artist, whole_number(row.get("score")) or 0, _release(row))


def _release(row: Mapping[str, object]) -> str | None:
    """The release that a search names, or the one of the cover that a similar recording has."""
    named = (row.get("release_mbid"), row.get("caa_release_mbid"))
    return next((one for one in named if isinstance(one, str) and _MBID.fullmatch(one)), None)


def _score(recording: Recording) -> int:
    return recording.score
