"""ListenBrainz labs: recording search, similar recordings, Spotify ids; every answer is a list of rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from uuid import NAMESPACE_URL, uuid5

from aiohttp import web

from bot.domain.spelling import normalise
from tests.support.stand_ins.faults import StandIn
from tests.support.stand_ins.songs import Song

ALGORITHM = "session_based_days_9000_session_300_contribution_5_threshold_15_limit_50_skip_30"


@dataclass
class ListenBrainzStandIn(StandIn):
    """Answers as the labs do.

    Attributes:
        songs: what it knows.
        together: for a song's id, the songs that people play with it and how often.
    """

    songs: list[Song] = field(default_factory=list)
    together: dict[str, list[tuple[Song, int]]] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/recording-search/json", self._search),
            web.post("/similar-recordings/json", self._similar),
        ]

    async def _search(self, request: web.Request) -> web.Response:
        def rows(question: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
            words = set(normalise(str(question["query"])).split())
            return [
                _recording(song) | {"release_name": song.album, "release_mbid": _mbid("release", song)}
                for song in self.songs
                if words <= set(normalise(f"{song.title} {' '.join(song.artists)}").split())
            ]

        return await _answer(request, {"query"}, rows)

    async def _similar(self, request: web.Request) -> web.Response:
        def rows(question: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
            if question["algorithm"] != ALGORITHM:
                return []
            [asked] = cast("list[str]", question["recording_mbids"])
            found = [
                _recording(song)
                | {
                    "score": score,
                    "reference_mbid": asked,
                    "caa_id": 12_345,
                    "caa_release_mbid": _mbid("release", song),
                }
                for seed in self.songs
                if recording_mbid(seed) == asked
                for song, score in self.together.get(seed.id, [])
            ]
            return found[::-1]  # the order is not promised

        return await _answer(request, {"recording_mbids", "algorithm"}, rows)


async def _answer(
    request: web.Request,
    fields: set[str],
    rows: Callable[[Mapping[str, object]], Sequence[Mapping[str, object]]],
) -> web.Response:
    questions = await request.json()
    if not isinstance(questions, list) or len(questions) != 1 or set(questions[0]) != fields:
        return web.json_response({"error": "Invalid input"}, status=400)
    return web.json_response(rows(questions[0]))


def recording_mbid(song: Song) -> str:
    """The song's MusicBrainz id."""
    return _mbid("recording", song)


def _mbid(kind: str, song: Song) -> str:
    return str(uuid5(NAMESPACE_URL, f"{kind}/{song.id}"))


def _recording(song: Song) -> dict[str, object]:
    return {
        "recording_mbid": recording_mbid(song),
        "recording_name": song.title,
        "artist_credit_name": " feat. ".join(song.artists),
    }
