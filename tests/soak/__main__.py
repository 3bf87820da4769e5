"""Runs `samewave run` on stand-ins of Discord and of the services, with faults, and watches what it holds."""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic

from tests.soak.checks import at_share, show
from tests.soak.talk import CHANNELS, GUILDS, PATIENCE, Talk
from tests.support.bot_process import counted, free_port, kill, read, resident, start
from tests.support.catalogues import songs_in
from tests.support.outside import Outside, open_outside
from tests.support.settings import samewave
from tests.support.stand_ins.discord_service import payloads
from tests.support.stand_ins.discord_service.rest import Trouble
from tests.support.stand_ins.discord_service.service import DiscordService, open_discord, until
from tests.support.stand_ins.faults import Fault, StandIn
from tests.support.stand_ins.songs import made_up_song
from tests.support.stand_ins.spotify import CLIENT_ID, CLIENT_SECRET

TROUBLES = (
    Trouble.BUCKET,
    Trouble.GLOBAL,
    Trouble.UNAVAILABLE,
    Trouble.BAD_GATEWAY,
    Trouble.DONE_BUT_SERVER_ERROR,
    Trouble.DONE_BUT_DROPPED,
)


@dataclass(frozen=True)
class Held:
    """What the process holds at a moment; bytes, and counts."""

    resident: int
    threads: int
    files: int
    tasks: int


async def held(process: Process, port: int) -> Held:
    """Read it off the kernel and off its own figures."""
    assert process.returncode is None, f"it ended with {process.returncode}"
    return await asyncio.to_thread(_held, process, port)


def _held(process: Process, port: int) -> Held:
    page = read(f"http://127.0.0.1:{port}/metrics")
    tasks = next(float(line.split()[1]) for line in page.splitlines() if line.startswith("samewave_tasks "))
    return Held(resident(process), counted(process, "task"), counted(process, "fd"), int(tasks))


async def disturb_discord(service: DiscordService, chance: random.Random) -> None:
    """Every few seconds something that Discord does on a bad day, for ever."""
    while True:
        await asyncio.sleep(chance.uniform(2, 6))
        kind = chance.random()
        if kind < 0.5:
            service.rest.troubles.append(chance.choice(TROUBLES))
        elif kind < 0.7:
            service.gateway.again = chance.randrange(20)
            async with service.gateway.dropped():
                await asyncio.sleep(chance.uniform(0, 0.5))
        elif kind < 0.85:
            await service.gateway.ask_to_reconnect()
        else:
            await service.gateway.invalidate(resumable=True)


async def disturb_services(services: list[StandIn], chance: random.Random) -> None:
    """A fault of a few seconds, here and there, for ever."""
    while True:
        await asyncio.sleep(chance.uniform(1, 5))
        one = chance.choice(services)
        one.fault = chance.choice(list(Fault))
        await asyncio.sleep(chance.uniform(1, 5))
        one.fault = None


async def soak(state: Path, minutes: float, per_second: float, seed: int) -> bool:
    """Run, report; whether all held."""
    chance, port = random.Random(seed), free_port()
    songs = [made_up_song(number, f"Made Up Tune {number}", "Nobody") for number in range(900, 960)]
    async with open_discord() as service, open_outside(state, songs) as outside:
        service.gateway.guilds = [payloads.guild(guild, CHANNELS[guild]) for guild in GUILDS]
        changes = {
            "SAMEWAVE_METRICS_PORT": str(port),
            "SAMEWAVE_LOG_LEVEL": "ERROR",
            "SPOTIPY_CLIENT_ID": CLIENT_ID,
            "SPOTIPY_CLIENT_SECRET": CLIENT_SECRET,
            "SAMEWAVE_SPOTIFY_API_URL": outside.spotify.api_url,
            "SAMEWAVE_SPOTIFY_TOKEN_URL": outside.spotify.token_url,
            "SAMEWAVE_RECCOBEATS_URL": outside.reccobeats.api_url,
            "SAMEWAVE_BILLBOARD_URL": outside.charts.url,
            "SAMEWAVE_APPLE_URL": outside.charts.url,
            "SAMEWAVE_DEEZER_URL": outside.charts.url,
        }
        process = await start(service, state, None, **changes)
        try:
            return await _soak(service, outside, process, port, chance, minutes, per_second, songs_in(state))
        finally:
            await kill(process)


async def _soak(
    service: DiscordService,
    outside: Outside,
    process: Process,
    port: int,
    chance: random.Random,
    minutes: float,
    per_second: float,
    songs: list[tuple[str, str, str]],
) -> bool:
    await until(lambda: service.gateway.connected or process.returncode is not None, seconds=120)
    await until(lambda: bool(service.rest.synced), seconds=30)
    made_up = [(song.id, song.title, song.artists[0]) for song in outside.spotify.songs]
    talk = Talk(service, [*songs, *made_up], chance)
    began, end = monotonic(), monotonic() + minutes * 60
    beside = [
        asyncio.create_task(work)
        for work in (
            talk.listen(),
            disturb_discord(service, chance),
            disturb_services([outside.spotify, outside.reccobeats, outside.charts], chance),
        )
    ]
    quiet = await held(process, port)
    asking = asyncio.create_task(talk.go_on(end, per_second))
    samples: list[Held] = []
    while not asking.done():
        await asyncio.wait([asking], timeout=5)
        samples.append(await held(process, port))
        now = samples[-1]
        print(
            f"{monotonic() - began:6.0f} s: {talk.asked} asked, {len(talk.seconds)} answered, "
            f"{len(talk.late)} late, {now.resident / 2**20:.1f} MiB, "
            f"{now.threads} threads, {now.files} files, {now.tasks} tasks",
            flush=True,
        )
    await asking
    for task in beside[1:]:
        task.cancel()
    service.rest.troubles.clear()
    for stand_in in (outside.spotify, outside.reccobeats, outside.charts):
        stand_in.fault = None
    await asyncio.sleep(35)  # the last answers, and connections that are kept for a while
    after = await held(process, port)
    beside[0].cancel()
    process.send_signal(signal.SIGTERM)
    code = await asyncio.wait_for(process.wait(), 30)
    return report(talk, quiet, samples, after, code)


def report(talk: Talk, quiet: Held, samples: list[Held], after: Held, code: int) -> bool:
    """Print the figures; whether all held."""
    part = max(1, len(samples) // 10)
    middle = len(samples) // 2
    early = median(sample.resident for sample in samples[middle : middle + part])
    late = median(sample.resident for sample in samples[-part:])
    took = sorted(talk.seconds)
    checks = {
        "errors that reached a chatter": (len(talk.errors), not talk.errors),
        "answered twice": (talk.answered_twice, talk.answered_twice == 0),
        "without an answer": (talk.lost, talk.lost == 0),
        f"answers later than {PATIENCE:.0f} s": (len(talk.late), not talk.late),
        "memory, second half: last tenth against first (ratio)": (
            round(late / early, 4),
            late / early <= 1.05,
        ),
        "threads left over": (after.threads - quiet.threads, after.threads - quiet.threads <= 40),
        "tasks left over": (after.tasks - quiet.tasks, after.tasks - quiet.tasks <= 2),
        "files and connections left over": (after.files - quiet.files, after.files - quiet.files <= 4),
        "exit code after SIGTERM": (code, code == 0),
        "requests nobody knows": (len(talk.service.rest.unknown), not talk.service.rest.unknown),
    }
    print(f"\n{talk.asked} commands ({dict(talk.kinds)}), {len(talk.service.gateway.resumed)} resumes")
    print(f"answers within {at_share(took, 0.5):.3f} s (half), {at_share(took, 0.99):.3f} s (99 %)")
    print(f"memory {early / 2**20:.1f} MiB at half time, {late / 2**20:.1f} MiB at the end")
    print(f"before: {quiet}\nafter:  {after}")
    well = show(checks)
    for line in {*talk.errors[:5], *talk.service.rest.unknown[:5]}:
        print(f"  {line}")
    return well


def main() -> int:
    """Parse, make a state, soak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--per-second", type=float, default=50)
    parser.add_argument("--seed", type=int, default=20_261_121)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samewave-soak-") as place:
        state = Path(place) / "state"
        made = samewave("build", state=state)
        assert made.returncode == 0, made.stderr
        return 0 if asyncio.run(soak(state, wanted.minutes, wanted.per_second, wanted.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
