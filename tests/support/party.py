"""A listening session in the simulated Discord, its people and a clock of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord

from bot.domain.sessions import Session
from tests.support.reading import everything_in
from tests.support.settings import settings_for
from tests.support.world import World, open_world


@dataclass
class Party:
    """A channel with a session, its people and a clock of its own."""

    world: World
    clock: list[float]
    people: list[Any] = field(default_factory=list)

    async def session(self) -> Session:
        found = await self.world.services.sessions.listen.newest_in(self.world.music.id)
        assert found is not None
        return found

    def messages(self) -> list[discord.Message]:
        return [message for message in self.world.music.history() if message.author.bot]

    async def panel(self) -> discord.Message:
        session = await self.session()
        [panel] = [message for message in self.messages() if message.id == session.panel]
        return panel

    async def panel_text(self) -> str:
        return everything_in((await self.panel()).embeds[0])

    async def press(self, who: Any, what: str) -> Any:
        """Press a button of the panel as it stands; `what` is the word in its id."""
        panel = await self.panel()
        [custom_id] = [custom_id for custom_id in custom_ids(panel) if f":{what}:" in custom_id]
        return await who.click(panel, custom_id=custom_id)

    async def join(self, *people: Any) -> None:
        for one in people:
            await self.press(one, "join")

    async def add(self, who: Any, song: str) -> Any:
        return await who.submit_modal(await self.press(who, "add"), {"song": song})

    async def say(self, who: Any, text: str) -> discord.Message:
        return await self.world.say(who, text)

    async def pass_time(self, seconds: float) -> None:
        self.clock[0] += seconds
        await self.world.services.sessions.timers.run_due()
        await self.world.env.settle()

    def posts(self) -> list[str]:
        """The songs' posts in order."""
        return [message.content for message in self.messages() if message.content.startswith("▶")]


def custom_ids(message: discord.Message) -> list[str]:
    return [part.custom_id for row in message.components for part in row.children]  # type: ignore[union-attr]


@asynccontextmanager
async def party(state: Path, people: int = 3, *, begin: str | None = "") -> AsyncIterator[Party]:
    """A server in which the first of some people opened a session."""
    clock = [1_800_000_000.0]
    async with open_world(settings_for(state), clock=lambda: clock[0]) as world:
        opened = Party(world, clock)
        opened.people = [
            world.guild.add_member(world.env.create_user(f"person-{number}")) for number in range(people)
        ]
        if begin is not None:
            await opened.people[0].send(world.music, f"!session start {begin}")
        yield opened
