"""What people type and press while it soaks, and how each is answered."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from tests.support.stand_ins.discord_service.payloads import Json, user
from tests.support.stand_ins.discord_service.rest import Posted
from tests.support.stand_ins.discord_service.service import DiscordService

GUILDS = tuple(range(1_001, 1_041))
CHANNELS = {guild: (guild * 10 + 1, guild * 10 + 2) for guild in GUILDS}
PEOPLE = 2_000
PATIENCE = 30.0
"""Seconds for an answer: discord.py itself waits up to 16 before it repeats what met a server error."""
TEXTS = (
    "!recommend {title}",
    "!recommend {title}",
    "!recommend {artist} - {title}",
    "!recommend {typo}",
    "!recommend {unknown}",
    "!recommend spotify:track:{id}",
    "!similar {title}",
    "!cluster {title}",
    "!clusters",
    "!hotlist",
    "!help",
    "!recommend",
    "!recommend `@everyone` \u202e%s';--",
)


@dataclass
class Talk:
    """Asks so many times a second and counts.

    Attributes:
        songs: id, title and artist of songs the catalogue has.
        guilds: the channels of each server.
        waiting: when each message was sent that has no answer yet. late: waited longer than is decent.
        seconds: how long answers took.
    """

    service: DiscordService
    songs: Sequence[tuple[str, str, str]]
    chance: random.Random
    guilds: Mapping[int, Sequence[int]] = field(default_factory=lambda: CHANNELS)
    asked: int = 0
    waiting: dict[int, float] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    late: list[int] = field(default_factory=list)
    read: int = 0
    pressable: list[Posted] = field(default_factory=list)

    async def go_on(self, until: float, per_second: float) -> None:
        """Ask evenly until then (monotonic)."""
        began, number = monotonic(), 0
        while monotonic() < until:
            number += 1
            await self.ask()
            await asyncio.sleep(max(0.0, began + number / per_second - monotonic()))

    async def listen(self) -> None:
        """Count answers, for ever."""
        while True:
            self.take_answers()
            await asyncio.sleep(0.05)

    def take_answers(self) -> None:
        """Read what was posted since the last time, and note what has waited too long."""
        posted = self.service.rest.posted
        for one in posted[self.read :]:
            if one.answers is not None:
                self.answers[one.answers] += 1
                if (sent := self.waiting.pop(one.answers, None)) is not None:
                    self.seconds.append(monotonic() - sent)
            if "went wrong" in one.text:
                self.errors.append(one.text)
            if one.buttons:
                self.pressable = [*self.pressable[-50:], one]
        self.read = len(posted)
        for number in [number for number, sent in self.waiting.items() if monotonic() - sent > PATIENCE]:
            del self.waiting[number]
            self.late.append(number)

    @property
    def lost(self) -> int:
        """Messages that nobody answered, not even late."""
        return sum(not self.answers[number] for number in (*self.late, *self.waiting))

    @property
    def answered_twice(self) -> int:
        """Messages with more than one answer."""
        return sum(times > 1 for times in self.answers.values())

    def note(self, number: int, kind: str, guild: int) -> None:
        """Something was asked in a server; from now on its answer is waited for."""
        self.asked += 1
        self.kinds[kind] += 1
        self.waiting[number] = monotonic()

    async def ask(self) -> None:
        """Somebody types, uses a slash command or presses a button, somewhere."""
        guild = self.chance.choice(list(self.guilds))
        channel = self.chance.choice(self.guilds[guild])
        who = self._somebody()
        kind = self.chance.random()
        if kind < 0.2:
            title = self.chance.choice(self.songs)[1]
            number = await self.service.slash("recommend", channel=channel, guild=guild, who=who, song=title)
            self.note(number, "slash", guild)
        elif kind < 0.35 and self.pressable:
            under = self.chance.choice(self.pressable)
            buttons = [name for name in under.buttons if name.startswith(("another:", "similar:"))]
            inside = self.service.gateway.guild_of(under.channel)
            if not buttons or inside is None:
                return
            number = await self.service.press(under, self.chance.choice(buttons), who=who)
            self.note(number, "press", inside)
        else:
            number = await self.service.say(self._text(), channel=channel, guild=guild, who=who)
            self.note(number, "text", guild)

    def _somebody(self) -> Json:
        number = self.chance.randrange(PEOPLE)
        return user(10_000_000 + number, f"listener{number}")

    def _text(self) -> str:
        track, title, artist = self.chance.choice(self.songs)
        place = self.chance.randrange(len(title))
        return self.chance.choice(TEXTS).format(
            id=track,
            title=title,
            artist=artist,
            typo=title[:place] + self.chance.choice("aeiou") + title[place + 1 :],
            unknown=f"No Such Song {self.chance.randrange(300)}",
        )
