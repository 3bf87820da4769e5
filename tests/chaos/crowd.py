"""What people do during a chaos run: single commands, and errands of several steps whose outcome is noted."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from tests.chaos.ledger import Explicit, Ledger, Opened
from tests.soak.talk import PATIENCE, Talk
from tests.support.stand_ins.discord_service.payloads import Json, user
from tests.support.stand_ins.discord_service.rest import Posted
from tests.support.stand_ins.discord_service.service import until

MENU_ANSWERS = 2
"""A menu of the settings changes its message, and says what changed."""
_RULES: dict[str, Explicit] = {
    "default": None,
    "never": "never",
    "age-restricted": "age-restricted",
    "always": "always",
}
_WRITTEN_SECONDS = 3.0
_BUSY = "more than I can answer"
_UNKNOWN = 1_000_000_000


@dataclass(frozen=True)
class Asked:
    """A command or press.

    Attributes:
        most: how many answers it has, if it was processed once.
    """

    kind: str
    guild: int
    most: int


class Pace:
    """Hands out so many turns a second, evenly."""

    def __init__(self, per_second: float) -> None:
        self._between = 1 / per_second
        self._next = monotonic()

    async def take(self) -> None:
        """Wait for the next turn; turns missed are not made up for."""
        self._next = max(self._next + self._between, monotonic())
        await asyncio.sleep(self._next - monotonic())


@dataclass
class Crowd(Talk):
    """People in the servers of all shards.

    Attributes:
        halls: of each server the channel in which people listen together.
        asks: everything that was asked, by its id. ledger: what was confirmed.
        strangers: answers that contradict what was confirmed before.
    """

    pace: Pace = field(default_factory=lambda: Pace(40))
    halls: dict[int, int] = field(default_factory=dict)
    asks: dict[int, Asked] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    strangers: list[str] = field(default_factory=list)
    _people: int = 20_000_000
    _busy: defaultdict[int, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _errands: set[asyncio.Task[None]] = field(default_factory=set)

    def note(self, number: int, kind: str, guild: int, most: int = 1) -> None:
        self.asked += 1
        self.kinds[kind] += 1
        self.asks[number] = Asked(kind, guild, most)

    async def crowd(self, over: Callable[[], bool]) -> None:
        """Ask at the pace until it is over, and finish what was begun."""
        errands: list[tuple[float, Callable[[], Coroutine[Any, Any, None]]]] = [
            (0.08, self._opinion),
            (0.05, self._rule),
            (0.20, self._session),
            (0.05, self._playlist),
            (0.03, self._forget),
        ]
        while not over():
            await self.pace.take()
            dice = self.chance.random()
            for share, errand in errands:
                dice -= share
                if dice < 0:
                    self._begin(errand())
                    break
            else:
                await self.ask()
        await asyncio.gather(*self._errands)

    async def settled(self) -> None:
        """Wait for the last answers, and for what is written behind them."""
        await until(lambda: not self._awaited())
        await asyncio.sleep(_WRITTEN_SECONDS)

    @property
    def answered(self) -> int:
        return sum(bool(self.service.answers_to(number)) for number in self.asks)

    def _awaited(self) -> bool:
        late = monotonic() - PATIENCE
        return any(
            self.service.sent[number] > late and not self.service.answers_to(number) for number in self.asks
        )

    def _begin(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _answer(self, number: int, answers: int = 1) -> Posted | None:
        """The last of so many answers, if they come."""
        late = monotonic() + PATIENCE
        while len(self.service.answers_to(number)) < answers:
            if monotonic() > late:
                return None
            await asyncio.sleep(0.05)
        return self.service.answers_to(number)[answers - 1]

    async def _slash(self, name: str, guild: int, channel: int, who: Json) -> Posted | None:
        number = await self.service.slash(name, guild=guild, channel=channel, who=who)
        self.note(number, name, guild)
        return await self._answer(number)

    async def _press(
        self, under: Posted, button: str, who: Json, guild: int, *values: str, most: int = 1
    ) -> Posted | None:
        await self.pace.take()
        number = await self.service.press(under, button, *values, who=who)
        self.note(number, button.partition(":")[0], guild, most)
        return await self._answer(number, most)

    async def _recommended(self, who: Json, guild: int) -> Posted | None:
        """A recommendation for somebody."""
        title = self.chance.choice(self.songs)[1]
        channel = self.chance.choice(self.guilds[guild])
        number = await self.service.say(f"!recommend {title}", guild=guild, channel=channel, who=who)
        self.note(number, "text", guild)
        return await self._answer(number)

    async def _opinion(self) -> None:
        """Somebody who never came before gets a song, and says once whether they like it."""
        guild, who = self._somewhere(), self._new_person()
        if (song := await self._recommended(who, guild)) is not None:
            await self._rate(song, who, guild)

    async def _rate(self, song: Posted, who: Json, guild: int) -> None:
        liked = self.chance.random() < 0.5
        said = await self._pressed_once(song, "like:" if liked else "dislike:", who, guild)
        if said is not None and "Noted" in said.text:
            self.ledger.opinions[int(who["id"])] = (guild, liked)
        elif said is not None and "Taken back" in said.text:
            self.strangers.append(f"one press counted twice: {said.text}")

    async def _pressed_once(self, under: Posted, button: str, who: Json, guild: int) -> Posted | None:
        names = [name for name in under.buttons if name.startswith(button)]
        return await self._press(under, names[0], who, guild) if names else None

    async def _rule(self) -> None:
        """A moderator changes the server's rule for explicit songs."""
        guild = self._somewhere()
        if self._busy[guild].locked():
            return
        async with self._busy[guild]:
            who = self._new_person()
            panel = await self._slash("settings show", guild, self.guilds[guild][0], who)
            if panel is None or "settings:explicit" not in panel.buttons:
                return
            choice = self.chance.choice(list(_RULES))
            self.ledger.explicit.setdefault(guild, {None}).add(_RULES[choice])
            said = await self._press(panel, "settings:explicit", who, guild, choice, most=MENU_ANSWERS)
            if said is not None and said.text.strip().startswith(("✅", "Nothing changed")):
                self.ledger.explicit[guild] = {_RULES[choice]}

    async def _playlist(self) -> None:
        guild = self._somewhere()
        channel = self.chance.choice(self.guilds[guild])
        title = self.chance.choice(self.songs)[1]
        number = await self.service.say(
            f"!playlist {title}", guild=guild, channel=channel, who=self._new_person()
        )
        self.note(number, "playlist", guild)
        if (said := await self._answer(number)) is not None:
            ids = [name.split(":")[1] for name in said.buttons if name.startswith("links:")]
            self.ledger.playlists.update(ids)

    async def _forget(self) -> None:
        """Somebody uses the bot in two servers, and asks in a third to be forgotten."""
        who = self._new_person()
        for guild in (self._somewhere(), self._somewhere()):
            await self.pace.take()
            song = await self._recommended(who, guild)
            if song is None:
                return
            await self._pressed_once(song, self.chance.choice(("like:", "dislike:")), who, guild)
        guild = self._somewhere()
        await self.pace.take()
        asked = await self._slash("forgetme", guild, self.guilds[guild][0], who)
        if asked is not None:
            said = await self._pressed_once(asked, "forgetme:", who, guild)
            if said is not None and "I have forgotten you" in said.text:
                self.ledger.forgotten.add(int(who["id"]))

    async def _session(self) -> None:
        """Somebody begins a session, joins one, goes on to the next song or, now and then, ends it."""
        guild = self._somewhere()
        hall = self.halls[guild]
        if self._busy[hall].locked():
            return
        async with self._busy[hall]:
            opened = self.ledger.sessions.get(hall)
            if opened is None:
                await self._open(guild, hall)
                return
            what = self.chance.choices(("join", "next", "end"), (10, 10, 1))[0]
            await self._in_session(guild, hall, opened, what)

    async def _open(self, guild: int, hall: int) -> None:
        who = self._new_person()
        self.ledger.ended.discard(hall)  # from here on there may be one
        said = await self._slash("session start", guild, hall, who)
        if said is None or _BUSY in said.text:
            return
        if "The session is open" in said.text:
            self.ledger.sessions[hall] = Opened(people={int(who["id"])})
        elif "open in this channel already" in said.text:  # an answer was lost
            self.ledger.sessions[hall] = Opened(tried=_UNKNOWN)
        else:
            self.strangers.append(f"session start: {said.text}")

    async def _in_session(self, guild: int, hall: int, opened: Opened, what: str) -> None:
        who = self._new_person()
        opened.tried += what == "next"
        over = opened.end_tried
        opened.end_tried |= what == "end"
        said = await self._slash(f"session {what}", guild, hall, who)
        if said is None or _BUSY in said.text:
            return
        if "You are in" in said.text:
            opened.people.add(int(who["id"]))
        elif "On it goes" in said.text:
            opened.songs += 1
        elif "That was it" in said.text:
            del self.ledger.sessions[hall]
            self.ledger.ended.add(hall)
        elif "o session" in said.text and over:
            del self.ledger.sessions[hall]
        else:
            self.strangers.append(f"session {what}: {said.text}")

    def _somewhere(self) -> int:
        return self.chance.choice(list(self.guilds))

    def _new_person(self) -> Json:
        self._people += 1
        return user(self._people, f"person{self._people}")

    def doubles(self) -> Counter[str]:
        """What was answered more often than it should, by kind."""
        answers = self.service.rest.answers
        return Counter(one.kind for number, one in self.asks.items() if len(answers[number]) > one.most)
