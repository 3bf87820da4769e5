"""The web app under 50 clients, beside a bare FastAPI hello of the same run.

Throughput is measured in the server's CPU time, which other programs do not change; latency in wall-clock
time.
"""

import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import aiohttp
import numpy as np
from yarl import URL

from bench.figure import Figure
from bench.size import Size
from bench.timing import percentile

CLIENTS = 50
ROUNDS = 3
SECONDS = 3.0
SONGS = 400
TYPED_PER_SECOND = 100
POINTS = 100_000


def web_speed(size: Size) -> Iterator[Figure]:
    """Recommend and similar for many songs, suggestions for their beginnings, the map's points."""
    with _serving("hello") as hello, _serving(str(size.state)) as ours:
        songs = _songs(ours.address)
        recommend = [f"/api/v1/songs/{song['id']}/recommendation" for song in songs]
        similar = [f"/api/v1/songs/{song['id']}/similar" for song in songs]
        bare, drawn, near = [], [], []
        for _ in range(ROUNDS):
            bare.append(_hammered(hello, ["/"]))
            drawn.append(_hammered(ours, recommend))
            near.append(_hammered(ours, similar))
        cost = 1 / _rate(drawn)
        yield size.figure(
            "web: recommend, processor time of an answer",
            cost * 1e3,
            "ms",
            f"bare FastAPI hello: {1e3 / _rate(bare):.2f} ms",
            "≤ 1 ms",
            cost <= 1e-3,
            cost,
        )
        for name, rounds in (("recommend", drawn), ("similar", near)):
            late = _p99(rounds)
            yield size.figure(
                f"web: {name}, p99 of {CLIENTS} clients",
                late,
                "ms",
                f"bare FastAPI hello: {_p99(bare):.1f} ms; {SONGS} songs, again and again",
                "≤ 50 ms",
                late <= 50,
            )
        before = ours.seconds()
        typed = _typed(ours.address, [song["title"] for song in songs])
        late = percentile(typed, 0.99)
        each = (ours.seconds() - before) / len(typed) * 1e3
        yield size.figure(
            "web: suggestions, p99",
            late,
            "ms",
            f"{TYPED_PER_SECOND} a second, {each:.1f} ms of processor time each",
            "≤ 20 ms",
            late <= 20,
        )
        count, weight = _map_weight(ours.address)
        scaled = weight * POINTS / count / 1e6
        yield size.figure(
            "web: the map's points",
            scaled,
            "MB at 100,000",
            f"{weight:,} bytes for {count:,} points, compressed",
            "≤ 2 MB",
            scaled <= 2,
        )


@dataclass(frozen=True)
class _Server:
    address: str
    process: int

    def seconds(self) -> float:
        """The processor time it has used."""
        fields = Path(f"/proc/{self.process}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class _Round:
    """Milliseconds of every answer, ascending; the server's processor time for all of them."""

    taken: list[float]
    seconds: float


@contextmanager
def _serving(what: str) -> Iterator[_Server]:
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.web_server", what], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        yield _Server(server.stdout.readline().strip(), server.pid)
    finally:
        server.terminate()
        server.wait(20)


def _songs(address: str) -> list[dict[str, str]]:
    """Songs of the whole map, whichever."""
    about = _get(f"{address}/api/v1/map")
    rng = np.random.default_rng(1)
    points = rng.integers(about["points"], size=SONGS)
    found: list[dict[str, str]] = [
        _get(f"{address}/api/v1/map/{about['model']}/songs/{point}") for point in points.tolist()
    ]
    return found


def _map_weight(address: str) -> tuple[int, int]:
    about = _get(f"{address}/api/v1/map")
    points = Request(address + about["points_url"], headers={"accept-encoding": "gzip"})
    with urlopen(points) as answer:
        return about["points"], len(answer.read())


def _hammered(server: _Server, paths: Sequence[str]) -> _Round:
    """Every client sends the next request when it has a response."""

    async def client(session: aiohttp.ClientSession, first: int, until: float, taken: list[float]) -> None:
        for number in itertools.count(first):
            began = time.perf_counter()
            if began > until:
                return
            await _read(session, paths[number % len(paths)])
            taken.append((time.perf_counter() - began) * 1e3)

    async def everybody() -> list[float]:
        taken: list[float] = []
        async with _session(server.address) as session:
            until = time.perf_counter() + SECONDS
            await asyncio.gather(*(client(session, 7_919 * one, until, taken) for one in range(CLIENTS)))
        return taken

    before = server.seconds()
    taken = asyncio.run(everybody())
    return _Round(sorted(taken), server.seconds() - before)


def _typed(address: str, titles: Sequence[str]) -> list[float]:
    """Milliseconds until many people who type, letter by letter, have their suggestions; ascending."""
    prefixes = [title[:letters] for title in titles for letters in (1, 2, 4, 7, 11)]
    rng = np.random.default_rng(2)

    async def one(session: aiohttp.ClientSession, typed: str) -> float:
        began = time.perf_counter()
        await _read(session, f"/api/v1/songs?q={quote(typed)}&size=8")
        return (time.perf_counter() - began) * 1e3

    async def everybody() -> list[float]:
        asking = []
        async with _session(address) as session:
            for number in rng.integers(len(prefixes), size=int(2 * SECONDS * TYPED_PER_SECOND)).tolist():
                asking.append(asyncio.create_task(one(session, prefixes[number])))
                await asyncio.sleep(1 / TYPED_PER_SECOND)
            return await asyncio.gather(*asking)

    return sorted(asyncio.run(everybody()))


def _session(address: str) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=CLIENTS)
    return aiohttp.ClientSession(address, connector=connector, raise_for_status=True)


async def _read(session: aiohttp.ClientSession, path: str) -> None:
    async with session.get(URL(path, encoded=True)) as answer:
        await answer.read()


def _rate(rounds: Sequence[_Round]) -> float:
    """Answers a second of processor time, of the median round."""
    return median(len(one.taken) / one.seconds for one in rounds)


def _p99(rounds: Sequence[_Round]) -> float:
    """The median round's 99th percentile."""
    return median(percentile(one.taken, 0.99) for one in rounds)


def _get(url: str) -> Any:
    with urlopen(url) as answer:
        return json.load(answer)
