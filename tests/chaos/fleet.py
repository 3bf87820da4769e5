"""The processes: started, killed, restarted, and when they were away."""

import asyncio
import shutil
import signal
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from time import monotonic

from bot.domain.shards import shards_of
from tests.support.bot_process import free_port, kill, read, resident, start
from tests.support.stand_ins.discord_service.service import DiscordService, until

START_SECONDS = 600.0
_WAITS, _GOES_ON = b"Waiting for up to", b"are free: going on"
"""What a process says while another one has its shards, and then."""
_ERRORS = ("ERROR", "CRITICAL", "Traceback")


@dataclass
class Outage:
    """When a process was away (monotonic): from its end to the moment when all its shards are connected.

    Attributes:
        killed: whether it had no time to finish anything.
    """

    killed: bool
    began: float
    ended: float = inf


@dataclass
class Member:
    """One place in the set.

    Attributes:
        shards: of this place. largest: the most memory it used, in bytes.
        codes: how it exited when it was asked to.
    """

    shards: Sequence[int]
    state: Path
    changes: Mapping[str, str]
    process: Process | None = None
    outages: list[Outage] = field(default_factory=list)
    largest: int = 0
    codes: list[int] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.state.with_suffix(".log")


class Fleet:
    """All of them.

    Attributes:
        members: in the order of their places.
    """

    def __init__(self, service: DiscordService, members: Sequence[Member], count: int) -> None:
        self.members = members
        self._service = service
        self._count = count
        self._started: list[Process] = []

    def owner(self, guild: int) -> Member:
        """Which process serves a server."""
        shard = (guild >> 22) % self._count
        return next(member for member in self.members if shard in member.shards)

    async def start(self) -> None:
        """Start them all and wait until all shards are connected."""
        began = monotonic()
        for member in self.members:
            await self._start(member)
        for member in self.members:
            await self._connected(member, began)

    async def kill(self, member: Member) -> None:
        """Kill one without a warning, start it again and wait for it."""
        assert member.process is not None
        outage = Outage(True, monotonic())
        member.outages.append(outage)
        began = monotonic()
        await kill(member.process)
        await self._start(member)
        await self._connected(member, began)
        outage.ended = monotonic()

    async def restart(self, member: Member, *, successor: bool) -> None:
        """Ask one to end and wait for the next one.

        Args:
            successor: whether the next one is started before, and waits for the shards.
        """
        before, began = member.process, monotonic()
        assert before is not None
        told = member.log.stat().st_size
        if successor:
            await self._start(member)
            await until(lambda: _WAITS in member.log.read_bytes()[told:], seconds=START_SECONDS)
            await self._connected(member, began)
        outage = Outage(False, monotonic())
        member.outages.append(outage)
        await self._end(member, before)
        if successor:
            await until(lambda: _GOES_ON in member.log.read_bytes()[told:], seconds=START_SECONDS)
        else:
            await self._start(member)
            await self._connected(member, began)
        outage.ended = monotonic()

    async def settled(self) -> None:
        """Wait until all are back."""
        outages = [outage for member in self.members for outage in member.outages]
        await until(lambda: all(outage.ended < inf for outage in outages), seconds=START_SECONDS)

    async def figure(self, name: str) -> float:
        """A figure of their metrics, summed up."""
        pages = [
            await asyncio.to_thread(read, f"http://127.0.0.1:{one.changes['SAMEWAVE_METRICS_PORT']}/metrics")
            for one in self.members
        ]
        lines = [line for page in pages for line in page.splitlines()]
        return sum(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    async def end(self) -> None:
        """Ask all to end."""
        await asyncio.gather(
            *(self._end(one, one.process) for one in self.members if one.process is not None)
        )

    async def kill_all(self) -> None:
        for process in self._started:
            await kill(process)

    async def watch_memory(self) -> None:
        """Note how much they use, for ever."""
        while True:
            for member in self.members:
                if member.process is not None and member.process.returncode is None:
                    try:
                        member.largest = max(member.largest, resident(member.process))
                    except (OSError, StopIteration):  # it ends just now
                        continue
            await asyncio.sleep(2)

    def errors(self) -> list[str]:
        """The lines of their logs that tell of errors."""
        return [
            f"{member.log.name}: {line}"
            for member in self.members
            for line in member.log.read_text("utf-8", "replace").splitlines()
            if any(word in line for word in _ERRORS)
        ]

    async def _start(self, member: Member) -> None:
        with member.log.open("ab") as log:
            member.process = await start(self._service, member.state, log, **member.changes)
        self._started.append(member.process)

    async def _end(self, member: Member, process: Process) -> None:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        member.codes.append(await process.wait())

    async def _connected(self, member: Member, since: float) -> None:
        process = member.process
        assert process is not None

        def there() -> bool:
            assert process.returncode is None, f"it ended with {process.returncode}: see {member.log}"
            live = [
                one
                for one in self._service.gateway.sessions.values()
                if one.line is not None and one.began >= since
            ]
            return set(member.shards) <= {one.shard for one in live}

        await until(there, seconds=START_SECONDS)


def fleet_of(
    service: DiscordService, state: Path, folder: Path, url: str, processes: int, shards: int
) -> Fleet:
    """As many processes, each with a copy of a state folder and its part of the shards."""
    members = []
    for place in range(1, processes + 1):
        own = folder / f"process-{place}"
        shutil.copytree(state, own)
        changes = {
            "SAMEWAVE_DATABASE_URL": url,
            "SAMEWAVE_SHARD_COUNT": str(shards),
            "SAMEWAVE_PROCESS": f"{place}/{processes}",
            "SAMEWAVE_METRICS_PORT": str(free_port()),
            "SAMEWAVE_LOG_LEVEL": "WARNING",
        }
        ids = shards_of(None, shards, f"{place}/{processes}", shared=True).ids
        members.append(Member(ids, own, changes))
    return Fleet(service, members, shards)
