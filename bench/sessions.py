"""Two hundred listening sessions of five people, side by side."""

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path

import numpy as np

from bench.figure import Figure
from bench.state import offline_settings
from bot.domain.errors import SessionRefused
from bot.domain.sessions import At
from bot.services.use_cases import Services
from bot.wiring import open_services

SESSIONS, PEOPLE, ROUNDS = 200, 5, 3


async def session_speed(state: Path) -> list[Figure]:
    """Everybody adds a song; then songs, votes to skip and likes, in all sessions at once."""
    async with open_services(offline_settings(state), rng=np.random.default_rng(1)) as services:
        await services.models.load()
        song_refs = [track.id for track in await services.scope.nowhere.serving.tracks.popular(1_000)]
        took: list[float] = []
        started = time.perf_counter()
        await asyncio.gather(
            *(_evening(services, channel, song_refs, took) for channel in range(1, SESSIONS + 1))
        )
        seconds = time.perf_counter() - started
        in_turn: list[float] = []
        await _evening(services, SESSIONS + 1, song_refs, in_turn)
    actions, slowest, alone = len(took) / seconds, max(took), 1e3 * float(np.median(in_turn))
    return [
        Figure(
            f"{SESSIONS} sessions of {PEOPLE} people",
            actions,
            "actions/s",
            f"one session alone: {alone:.1f} ms an action",
            "≥ 100",
            actions >= 100,
        ),
        Figure(
            "… slowest answer",
            slowest,
            "s",
            f"median {np.median(took):.2f} s, all at once",
            "≤ 3, Discord's limit",
            slowest <= 3.0,
        ),
    ]


async def _evening(services: Services, channel: int, song_refs: list[str], took: list[float]) -> None:
    """One session; each person does one thing after the other, all five at once."""
    listen, at = services.sessions.listen, At(channel)
    scope = services.scope.nowhere
    rng = np.random.default_rng(channel)
    people = range(PEOPLE * channel, PEOPLE * channel + PEOPLE)
    started = time.perf_counter()
    await listen.start(channel, 1, people[0], scope, present=people)
    took.append(time.perf_counter() - started)

    async def person(user: int, song_ref: str) -> None:
        await timed(services.sessions.requests.add(at, user, song_ref, scope))
        for _ in range(ROUNDS):
            session = await listen.show(at)
            song = len(session.songs)
            if user == people[0]:
                await timed(listen.next(at, user, leads=True, after=song))
            elif song:
                await timed(listen.skip(at, user, song=song))
                await timed(listen.rate(at, user, song, scope, liked=True))

    async def timed(action: Awaitable[object]) -> None:
        began = time.perf_counter()
        with suppress(SessionRefused):  # somebody else was faster, which is an answer too
            await action
        took.append(time.perf_counter() - began)

    chosen = rng.choice(len(song_refs), PEOPLE, replace=False)
    await asyncio.gather(
        *(person(user, song_refs[song]) for user, song in zip(people, chosen.tolist(), strict=True))
    )
