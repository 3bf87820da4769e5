"""The web app under 50 clients, beside a bare FastAPI hello of the same run.

Answers are counted by the server's processor time, which is the same whatever else the machine does. How long
a client waits is not.
"""

import asyncio
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
from typing import Any, cast
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

import numpy as np

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
        ratio = _rate(drawn) / _rate(bare)
        yield size.figure(
            "web: recommend, answers a second of processor time",
            ratio,
            "× hello",
            f"bare FastAPI hello: {_told(bare)}; ours {_told(drawn)}",
            "≥ 0.5 ×",
            ratio >= 0.5,
            1 / _rate(drawn),
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
    """Every client asks again as soon as it has its answer."""

    parts = urlsplit(server.address)

    async def everybody() -> list[float]:
        taken: list[float] = []
        loop, until = asyncio.get_running_loop(), time.perf_counter() + SECONDS
        clients = [_Client(paths, number, until, taken) for number in range(CLIENTS)]
        for client in clients:
            await loop.create_connection(lambda client=client: client, parts.hostname, parts.port)  # type: ignore[misc]
        await asyncio.gather(*(client.done for client in clients))
        return taken

    before = server.seconds()
    taken = asyncio.run(everybody())
    return _Round(sorted(taken), server.seconds() - before)


def _typed(address: str, titles: Sequence[str]) -> list[float]:
    """Milliseconds until many people who type, letter by letter, have their suggestions; ascending."""
    beginnings = [title[:letters] for title in titles for letters in (1, 2, 4, 7, 11)]
    rng = np.random.default_rng(2)

    async def everybody() -> list[float]:
        taken: list[float] = []
        idle = asyncio.Queue[_Connection]()
        for _ in range(CLIENTS):
            idle.put_nowait(await _Connection.open(address))

        async def one(typed: str) -> None:
            began = time.perf_counter()
            connection = await idle.get()
            await connection.get(f"/api/v1/songs?q={quote(typed)}&size=8")
            taken.append((time.perf_counter() - began) * 1e3)
            idle.put_nowait(connection)

        asking = []
        for number in rng.integers(len(beginnings), size=int(2 * SECONDS * TYPED_PER_SECOND)).tolist():
            asking.append(asyncio.create_task(one(beginnings[number])))
            await asyncio.sleep(1 / TYPED_PER_SECOND)
        await asyncio.gather(*asking)
        while not idle.empty():
            idle.get_nowait().close()
        return taken

    return sorted(asyncio.run(everybody()))


class _Client(asyncio.Protocol):
    """Asks again as soon as it has its answer, for next to nothing: it must cost less than the server."""

    def __init__(self, paths: Sequence[str], number: int, until: float, taken: list[float]) -> None:
        self._paths = paths
        self._at = number * 7_919
        self._until = until
        self._taken = taken
        self._got = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, body = self._got.partition(b"\r\n\r\n")
        if found and len(body) >= int(head.lower().split(b"content-length: ", 1)[1].split(b"\r", 1)[0]):
            assert head.startswith(b"HTTP/1.1 200"), head
            self._taken.append((time.perf_counter() - self._began) * 1e3)
            self._ask()

    def _ask(self) -> None:
        self._began = time.perf_counter()
        if self._began > self._until:
            self._transport.close()
            self.done.set_result(None)
            return
        self._got = b""
        self._at += 1
        path = self._paths[self._at % len(self._paths)]
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())


class _Connection:
    """HTTP/1.1, kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, address: str) -> "_Connection":
        parts = urlsplit(address)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    async def get(self, path: str) -> None:
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{path}: {head.decode('latin-1')}")
        length = int(head.lower().split(b"content-length: ", 1)[1].split(b"\r", 1)[0])
        await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


def _told(rounds: Sequence[_Round]) -> str:
    return f"{_rate(rounds):,.0f} ({median(len(one.taken) for one in rounds) / SECONDS:,.0f} a second)"


def _rate(rounds: Sequence[_Round]) -> float:
    """Answers a second of processor time, of the median round."""
    return median(len(one.taken) / one.seconds for one in rounds)


def _p99(rounds: Sequence[_Round]) -> float:
    """The median round's 99th percentile."""
    return median(percentile(one.taken, 0.99) for one in rounds)


def _get(url: str) -> Any:
    with urlopen(url) as answer:
        return json.load(answer)
