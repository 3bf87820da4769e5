"""Twice as many commands as the bot can answer: what is answered comes in time, and nothing twice.

`python -m tests.soak.overload --minutes 5` measures what the bot can do here, then asks twice that.
"""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from tests.soak.checks import at_share, show
from tests.soak.talk import CHANNELS, GUILDS, Talk
from tests.support.bot_process import free_port, read, running
from tests.support.catalogues import songs_in
from tests.support.settings import samewave
from tests.support.stand_ins.discord_service import payloads
from tests.support.stand_ins.discord_service.service import DiscordService, open_discord, until

INTERACTION_SECONDS, TEXT_SECONDS = 3.0, 30.0
"""What counts as in time: Discord's limit, and a person's."""
WARM_SECONDS, MEASURED_SECONDS = 10.0, 20.0
OUTSTANDING = 128
"""Commands without an answer at any time while it is measured what the bot can do."""
IN_TIME = 0.99


@dataclass
class Timed(Talk):
    """Notes for each question when the first sign of an answer came.

    Attributes:
        sent: when each was asked. first: seconds to the first sign.
        busy: how often the bot said that it is overloaded.
    """

    sent: dict[int, float] = field(default_factory=dict)
    first: dict[int, float] = field(default_factory=dict)
    busy: int = 0
    _posted: int = 0
    _signs: set[int] = field(default_factory=set)

    def note(self, number: int, kind: str, guild: int) -> None:
        super().note(number, kind, guild)
        self.sent[number] = self.waiting[number]

    def look(self) -> None:
        """Note what has come since the last look."""
        now, posted = monotonic(), self.service.rest.posted
        new = [one.answers for one in posted[self._posted :] if one.answers is not None]
        self.busy += sum("more than I can answer" in one.text for one in posted[self._posted :])
        self._posted = len(posted)
        signs = self.service.rest.signs.keys() - self._signs
        self._signs |= signs
        for number in (*new, *signs):
            if number in self.sent:
                self.first.setdefault(number, now - self.sent[number])
        self.take_answers()

    async def watch(self) -> None:
        """Look often, for ever."""
        while True:
            self.look()
            await asyncio.sleep(0.02)


async def capacity(talk: Timed) -> float:
    """Answers a second with so many questions open at any time."""
    began, known = monotonic(), -1
    while (passed := monotonic() - began) < WARM_SECONDS + MEASURED_SECONDS:
        if known < 0 and passed >= WARM_SECONDS:
            known = len(talk.first)
        if len(talk.sent) - len(talk.first) < OUTSTANDING:
            await talk.ask()
        else:
            await asyncio.sleep(0.002)
    return (len(talk.first) - known) / MEASURED_SECONDS


async def flood(talk: Timed, per_second: float, seconds: float) -> None:
    """Ask evenly; where this side is late, it asks at once what it missed."""
    began, number = monotonic(), 0
    while (passed := monotonic() - began) < seconds:
        if number >= passed * per_second:
            await asyncio.sleep(0.002)
            continue
        number += 1
        await talk.ask()


def report(talk: Timed, interactions: set[int], rate: float, asked: float, dropped: str) -> bool:
    """Print the figures; whether all held."""
    late = [
        number
        for number, seconds in talk.first.items()
        if seconds > (INTERACTION_SECONDS if number in interactions else TEXT_SECONDS)
    ]
    print(f"late: {len(interactions & set(late))} interactions, {len(set(late) - interactions)} messages")
    share = 1 - len(late) / max(1, len(talk.first))
    took = sorted(talk.first.values())
    print(f"{rate:.0f} answers a second when it is asked no more than it can do; then asked {asked:.0f}")
    print(f"{len(talk.sent)} asked, {len(talk.first)} answered, {talk.busy} times busy, {dropped} dropped")
    print(f"first sign: half in {at_share(took, 0.5):.2f} s, 99 % in {at_share(took, 0.99):.2f} s")
    checks = {
        "answered in time": (f"{share:.2%}", share >= IN_TIME),
        "answered twice": (talk.answered_twice, talk.answered_twice == 0),
        "errors that reached a chatter": (len(talk.errors), not talk.errors),
        "still answering": (f"{len(talk.first) / max(1, len(talk.sent)):.0%}", len(talk.first) > 0),
    }
    return show(checks)


async def overload(state: Path, minutes: float, times: float, seed: int) -> bool:
    """Measure, flood, report; whether all held."""
    port = free_port()
    async with open_discord() as service:
        service.gateway.guilds = [payloads.guild(guild, CHANNELS[guild]) for guild in GUILDS]
        changes = {"SAMEWAVE_METRICS_PORT": str(port), "SAMEWAVE_LOG_LEVEL": "ERROR"}
        async with running(service, state, **changes) as process:
            return await _overload(service, process, port, state, minutes, times, seed)


async def _overload(
    service: DiscordService,
    process: Process,
    port: int,
    state: Path,
    minutes: float,
    times: float,
    seed: int,
) -> bool:
    await until(lambda: service.gateway.connected and bool(service.rest.synced), seconds=120)
    chance, songs = random.Random(seed), songs_in(state)
    warm = Timed(service, songs, chance)
    watching = asyncio.create_task(warm.watch())
    rate = await capacity(warm)
    await asyncio.sleep(5)
    watching.cancel()
    talk = Timed(service, songs, chance, pressable=warm.pressable)
    talk.read = talk._posted = len(service.rest.posted)
    talk._signs = set(service.rest.signs)
    watching = asyncio.create_task(talk.watch())
    began = monotonic()
    await flood(talk, times * rate, minutes * 60)
    asked = len(talk.sent) / (monotonic() - began)
    await asyncio.sleep(TEXT_SECONDS + 5)
    watching.cancel()
    page = await asyncio.to_thread(read, f"http://127.0.0.1:{port}/metrics")
    dropped = next(line.split()[1] for line in page.splitlines() if line.startswith("samewave_dropped "))
    process.send_signal(signal.SIGTERM)
    said, _ = await process.communicate()
    print(said.decode()[-4_000:])
    return report(talk, set(service.rest.where), rate, asked, dropped)


def main() -> int:
    """Parse, make a state, flood."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--times", type=float, default=2)
    parser.add_argument("--seed", type=int, default=20_261_121)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samewave-overload-") as place:
        state = Path(place) / "state"
        made = samewave("build", state=state)
        assert made.returncode == 0, made.stderr
        return 0 if asyncio.run(overload(state, wanted.minutes, wanted.times, wanted.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
