"""Measures how many songs of a chart are answered, on which basis, and correctly; the services are stand-ins.

usage: python -m bench.chart_coverage CHART STATE [--songs N] [--since YEAR] [--down] [--keyless]
                                      [--heard SHARE] [--namesakes TABLE] [--list FILE]

CHART         CSV with title and performer (chart_week, peak_pos, wks_on_chart where known)
STATE         a state folder with a catalogue and a model; what is fetched is deleted afterwards
--down        no service answers
--namesakes   CSV (.gz) with track_name, artists, popularity: songs that the services know beside the chart's
--list        write every answer there, one JSON object a line

Songs of the catalogue are left out. Around each song stand what every search finds beside it: covers with the
bare title, karaoke, live versions, other songs of that title.
"""

import argparse
import asyncio
import csv
import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from bot.domain.errors import SamewaveError
from bot.domain.recommendations import Choice, SeedSong
from bot.domain.spelling import name_key
from bot.domain.titles import artist_keys, base_title, title_key
from bot.services.scope import Scope
from bot.services.use_cases import Services
from bot.settings import Settings
from bot.sources.features import reccobeats
from bot.sources.identity import deezer
from bot.sources.rate_limit import RateLimit
from bot.storage.sqlite import SqliteDatabase
from bot.storage.state.retention import expire
from bot.wiring import open_services
from tests.support.outside import Outside, open_outside
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.songs import Song, made_up_song

HEARD_SHARE = 0.75
"""ReccoBeats knew 60 to 85 % of the songs in two samples."""
FORMS = {"artist - title": "{artist} - {title}", "title": "{title}"}
_UNPACED = RateLimit(1_000_000, 1.0, burst=10_000)


def chart_songs(table: Path, since: int) -> list[Song]:
    """The distinct songs of a chart; popularity as Deezer's rank, by weeks and peak."""
    best: dict[tuple[str, str], tuple[str, str, int]] = {}
    for row in _rows(table):
        if int(row.get("chart_week", "9999")[:4]) < since:
            continue
        weeks, peak = (int(row.get(name) or at) for name, at in (("wks_on_chart", 1), ("peak_pos", 50)))
        rank = 650_000 + 10_000 * min(25, weeks) + 700 * (100 - peak)
        key = name_key(row["title"]), name_key(row["performer"])
        if key not in best or best[key][2] < rank:
            best[key] = row["title"], row["performer"], rank
    return [
        replace(made_up_song(at, title), artists=(artist,), popularity=rank)
        for at, (title, artist, rank) in enumerate(best.values(), start=1_000)
    ]


def _rows(table: Path) -> Iterator[dict[str, str]]:
    opened: Any = gzip.open if table.suffix == ".gz" else open
    lines: TextIO
    with opened(table, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


class World:
    """What the services know."""

    def __init__(self, songs: Iterable[Song], namesakes: Path | None) -> None:
        self._by_word: dict[str, list[Song]] = defaultdict(list)
        for song in songs:
            self._add(song)
        for at, row in enumerate(_rows(namesakes) if namesakes else (), start=500_000):
            if row["track_name"] and row["artists"]:
                song = made_up_song(at, row["track_name"])
                rank = 10_000 * int(row["popularity"] or 0)
                self._add(replace(song, artists=tuple(row["artists"].split(";")), popularity=rank))

    def _add(self, song: Song) -> None:
        self._by_word[title_key(song.title)].append(song)

    def around(self, song: Song, number: int) -> list[Song]:
        """The song, those of its title, and what imitates it; the most popular first."""
        rank, artist = song.popularity or 0, song.artists[0]
        bare = base_title(song.title)
        others = [
            (bare, "The Cover Collective", 0.55 * rank),
            (f"{bare} (Originally Performed by {artist}) [Karaoke Version]", "Karaoke Planet", 0.3 * rank),
            (f"{bare} (Live)", artist, 0.7 * rank),
            (f"{bare} - Sped Up", artist, 0.6 * rank),
            (f"{bare} (Piano Version)", "Piano Tribute Players", 0.35 * rank),
            (f"{bare} Forever", "A Namesake", 0.9 * rank),
            (bare, "A Namesake", 0.2 * rank),
        ]
        made = [
            replace(made_up_song(number + at, title), artists=(by,), popularity=round(popularity))
            for at, (title, by, popularity) in enumerate(others)
        ]
        found = [*self._by_word[title_key(song.title)], *made]
        return sorted(found, key=lambda one: -(one.popularity or 0))


def tell(outside: Outside, songs: Sequence[Song], rng: random.Random, heard: float) -> None:
    """Let the services know some songs, each as it does: ranks to a million, to 100, or only the order."""
    ids = {song.id: rng.random() < heard for song in songs}
    outside.charts.songs = list(songs)
    outside.spotify.songs = [replace(song, popularity=None) for song in songs]
    outside.reccobeats.songs = [
        replace(song, popularity=(song.popularity or 0) // 10_000) for song in songs if ids[song.id]
    ]


def is_meant(seed: SeedSong, song: Song) -> bool:
    """Whether it is that song, in any version."""
    return title_key(seed.title) == title_key(song.title) and bool(
        artist_keys(seed.artists) & artist_keys(song.artists)
    )


async def ask(services: Services, scope: Scope, query: str, song: Song) -> dict[str, Any]:
    """One answer and what it is worth."""
    told: dict[str, Any] = {"query": query, "title": song.title, "artist": song.artists[0]}
    try:
        answer = await services.recommend.song(query, scope)
    except SamewaveError as error:
        return told | {"verdict": "not answered", "said": str(error)}
    if isinstance(answer, Choice):
        names = [one.name for one in answer.songs[:4]]
        right = any(is_meant(one, song) for one in answer.songs)
        kind = "guessed" if answer.unsure else "asked"
        return told | {"verdict": f"{kind}, right among them" if right else f"{kind}, others", "said": names}
    seed = answer.seed
    by = artist_keys(seed.artists) & artist_keys(song.artists)
    verdict: str = answer.basis if by else "wrong artist"
    if by and seed.title and not is_meant(seed, song) and seed.artist_ref is None:
        verdict = "wrong song"
    return told | {
        "verdict": verdict,
        "seed": seed.name,
        "songs": answer.artist_sound.songs if answer.artist_sound else 0,
        "going by": answer.artist_sound.artist if answer.artist_sound else None,
        "pick": answer.pick.name,
    }


async def measure(asked: argparse.Namespace) -> list[tuple[str, Mapping[str, Any]]]:
    """All forms of all songs."""
    deezer.RATE_LIMIT = reccobeats.RATE_LIMIT = _UNPACED
    results: list[tuple[str, Mapping[str, Any]]] = []
    rng = random.Random(7)
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(open_outside(asked.state))
        settings: Settings = outside.settings(spotify=not asked.keyless, covers=False, outside_seconds=10.0)
        if asked.down:
            outside.spotify.fault = outside.reccobeats.fault = outside.charts.fault = Fault.SERVER_ERROR
        services = await stack.enter_async_context(open_services(settings, rng=np.random.default_rng(7)))
        await services.models.load()
        scope = services.scope.nowhere
        songs = chart_songs(asked.chart, asked.since)
        world = World(songs, asked.namesakes)
        unknown = [song for song in songs if not await _is_known(song, scope)]
        rng.shuffle(unknown)
        print(f"{len(songs)} songs, {len(unknown)} not in the catalogue")
        for at, song in enumerate(unknown[: asked.songs]):
            tell(outside, world.around(song, 10_000_000 + 10 * at), rng, asked.heard)
            for form, made in FORMS.items():
                query = made.format(artist=song.artists[0], title=song.title)
                results.append((form, await ask(services, scope, query, song)))
                await _forget(asked.state)
    return results


async def _is_known(song: Song, scope: Scope) -> bool:
    ranks = scope.serving.tracks.names.titles([title_key(song.title)]).get(title_key(song.title), [])
    tracks = scope.serving.tracks.names.tracks(ranks)
    return any(artist_keys(track.artists) & artist_keys(song.artists) for track in tracks.values())


async def _forget(state: Path) -> None:
    database = await SqliteDatabase.open(state / "state.db")
    await expire(database, "fetched songs", float("inf"))
    for table in ("unknown_songs", "source_blocks"):
        await database.execute(f"DELETE FROM {table}")
    await database.close()


def main() -> None:
    """Measure, and print the shares."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("chart", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--songs", type=int, default=500)
    parser.add_argument("--since", type=int, default=2023)
    parser.add_argument("--down", action="store_true")
    parser.add_argument("--keyless", action="store_true", help="without Spotify's credentials")
    parser.add_argument("--namesakes", type=Path)
    parser.add_argument("--heard", type=float, default=HEARD_SHARE, help="share of songs that have features")
    parser.add_argument("--list", type=Path)
    asked = parser.parse_args()
    results = asyncio.run(measure(asked))
    for form in FORMS:
        counts = Counter(one["verdict"] for which, one in results if which == form)
        total = sum(counts.values()) or 1
        shares = ", ".join(f"{verdict} {100 * n / total:.1f} %" for verdict, n in counts.most_common())
        print(f"{form} ({total}): {shares}")
    if asked.list:
        with asked.list.open("w", encoding="utf-8") as lines:
            lines.writelines(
                json.dumps({"form": form, **one}, ensure_ascii=False) + "\n" for form, one in results
            )


if __name__ == "__main__":
    main()
