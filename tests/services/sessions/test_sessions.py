"""Sessions under random sequences of actions: what must hold after every one of them, restarts included."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.domain.errors import NoSession, SamewaveError, SessionRefused
from bot.domain.recommendations import Choice
from bot.domain.sessions import (
    ANSWER_SECONDS,
    ARTIST_PAUSE,
    AWAY_SECONDS,
    IDLE_SECONDS,
    MOST_PEOPLE,
    POLL_SECONDS,
    At,
    Played,
    Session,
)
from bot.services.scope import Scope
from bot.services.sessions.display import Reach, SessionDisplay
from bot.services.sessions.planner import ARTIST_REST
from bot.services.use_cases import Services
from bot.wiring import open_services
from tests.support.model import is_best
from tests.support.settings import settings_for

PEOPLE = st.integers(1, 5)
MODES = ("fair", "blend", "hot", "journey")


class Crowd(SessionDisplay):
    """A display that remembers what was shown, with people who vote as they are told."""

    def __init__(self) -> None:
        self.began: list[Played] = []
        self.ballot: tuple[int, ...] = ()
        self.asked: list[int] = []

    def reach(self, session: Session) -> Reach:
        return "open"

    def listening(self, session: Session) -> dict[int, str]:
        return {}

    async def song_began(self, session: Session, played: Played) -> None:
        self.began.append(played)

    async def ask_whether_there(self, session: Session, user: int) -> None:
        self.asked.append(user)

    async def open_poll(self, session: Session) -> int | None:
        return 77

    async def votes(self, session: Session) -> tuple[int, ...]:
        return self.ballot


class SessionMachine(RuleBasedStateMachine):
    """Real services on a real database; only the clock and Discord are stand-ins."""

    state: Path
    asked_titles: tuple[str, ...]
    channel = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).channel += 1
        self.at = At(self.channel)
        self.now = 1_000_000.0
        self.crowd = Crowd()
        self.runner = asyncio.Runner()
        self.waited: dict[int, int] = {}
        self.most: dict[int, int] = {}
        self.refused = 0
        self.services = self.run(self.opened())

    def who(self, user: int) -> int:
        """Likes are remembered beyond a session: each machine has people of its own."""
        return 10 * self.channel + user

    def scope(self) -> Scope:
        return self.services.scope.nowhere

    def run(self, coroutine: Any) -> Any:
        return self.runner.run(coroutine)

    async def opened(self) -> Services:
        self.stack = AsyncExitStack()
        services = await self.stack.enter_async_context(
            open_services(settings_for(self.state), rng=np.random.default_rng(7), clock=lambda: self.now)
        )
        await services.models.load()
        services.sessions.listen.display = self.crowd
        return services

    def teardown(self) -> None:
        self.run(self.services.sessions.timers.leave_guild(5))
        self.run(self.stack.aclose())
        self.runner.close()

    def session(self) -> Session | None:
        found: Session | None = self.run(self.services.sessions.listen.open_in(self.channel))
        return found

    def attempt(self, coroutine: Any) -> None:
        """Do something that may be refused: then nothing has changed."""
        before, shown = self.session(), len(self.crowd.began)
        try:
            self.run(coroutine)
        except SamewaveError:
            assert self.session() == before
            assert len(self.crowd.began) == shown
            self.refused += 1
        self.count(before)

    def count(self, before: Session | None) -> None:
        """Note how long everybody has waited, by the songs that were shown."""
        session = self.session()
        if session is None:
            self.waited.clear()
            return
        here = {person.user for person in session.people}
        for number in range(len(before.songs) if before else 0, len(session.songs)):
            served = session.songs[number].pick.user
            for user in self.waited:
                if user == served:
                    self.waited[user] = self.most[user] = 0
                elif user in here:
                    self.waited[user] += 1
                    assert self.waited[user] <= self.most[user], "one waits longer than all people plus one"
        for user in list(self.waited):
            if user not in here:
                del self.waited[user]
        for user in here:
            self.waited.setdefault(user, 0)
            self.most[user] = max(self.most.get(user, 0) if self.waited[user] else 0, len(here))

    @initialize(mode=st.sampled_from(MODES), auto=st.booleans())
    def start(self, mode: Any, auto: bool) -> None:
        start = self.services.sessions.listen.start
        self.run(
            start(
                self.channel,
                5,
                self.who(1),
                self.scope(),
                mode=mode,
                auto=auto,
                voice=900 + self.channel,
            )
        )
        self.count(None)

    @rule(user=PEOPLE)
    def join(self, user: int) -> None:
        self.attempt(self.services.sessions.listen.join(self.at, self.who(user)))

    @rule(user=PEOPLE)
    def leave(self, user: int) -> None:
        self.attempt(self.services.sessions.listen.leave(self.at, self.who(user)))

    @rule(user=PEOPLE, times=st.integers(1, 6))
    def comes_and_goes(self, user: int, times: int) -> None:
        for _ in range(times):
            self.leave(user)
            self.join(user)
            self.next(user)

    @rule(user=PEOPLE, song=st.integers(0, 39))
    def add(self, user: int, song: int) -> None:
        self.attempt(
            self.services.sessions.requests.add(
                self.at, self.who(user), self.asked_titles[song], self.scope()
            )
        )

    @rule(user=PEOPLE)
    def next(self, user: int) -> None:
        self.attempt(self.services.sessions.listen.next(self.at, self.who(user), leads=True))

    @rule(user=PEOPLE)
    def next_pressed_by_two_at_once(self, user: int) -> None:
        before = self.session()
        if before is None:
            return
        seen = len(before.songs)

        async def press_twice() -> None:
            press = self.services.sessions.listen.next
            await asyncio.gather(
                *(press(self.at, self.who(one), leads=True, after=seen) for one in (user, user + 1))
            )

        self.attempt(press_twice())
        after = self.session()
        assert after is not None
        assert len(after.songs) <= seen + 1

    @rule(user=PEOPLE)
    def skip(self, user: int) -> None:
        self.attempt(self.services.sessions.listen.skip(self.at, self.who(user)))

    @rule(user=PEOPLE, liked=st.booleans())
    def rate(self, user: int, liked: bool) -> None:
        session = self.session()
        number = len(session.songs) if session else 1
        rate = self.services.sessions.listen.rate
        self.attempt(rate(self.at, self.who(user), number, self.scope(), liked=liked))

    @rule(user=PEOPLE)
    def vote(self, user: int) -> None:
        self.attempt(self.services.sessions.listen.vote(self.at, self.who(user)))

    @rule(user=PEOPLE, ballot=st.lists(st.integers(0, 3), min_size=4, max_size=4), songs=st.integers(0, 6))
    def hold_a_poll(self, user: int, ballot: list[int], songs: int) -> None:
        self.vote(user)
        for _ in range(songs):
            self.next(user)
        before = self.session()
        if before is None or before.poll is None:
            return
        self.crowd.ballot = tuple(ballot)
        self.time_passes(POLL_SECONDS)
        after = self.session()
        if after is None:
            return
        assert after.poll is None
        if after.upcoming and after.upcoming[0].why == "poll":
            chosen = before.poll.songs.index(after.upcoming[0].song)
            able = [at for at, song in enumerate(before.poll.songs) if before.may_follow(song)]
            assert ballot[chosen] == max(ballot[at] for at in able) or before.auto
        self.next(user)

    @rule(seconds=st.sampled_from((1.0, 30.0, 200.0, AWAY_SECONDS, ANSWER_SECONDS, IDLE_SECONDS / 2)))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.attempt(self.services.sessions.timers.run_due())

    @rule(user=PEOPLE)
    def leaves_the_voice_channel(self, user: int) -> None:
        self.attempt(self.services.sessions.timers.voice_left(900 + self.channel, self.who(user)))

    @rule(user=PEOPLE)
    def enters_the_voice_channel(self, user: int) -> None:
        self.attempt(self.services.sessions.timers.voice_joined(900 + self.channel, self.who(user)))

    @rule()
    def restart(self) -> None:
        before = self.session()
        self.run(self.stack.aclose())
        self.services = self.run(self.opened())
        assert self.session() == before

    @invariant()
    def every_song_of_the_state_was_shown_once(self) -> None:
        session = self.session()
        if session is not None:
            assert list(session.songs) == [
                song if not session.songs[at].skipped else session.songs[at]
                for at, song in enumerate(self.crowd.began[-len(session.songs) :] if session.songs else [])
            ]
            assert [song.number for song in session.songs] == list(range(1, len(session.songs) + 1))

    @invariant()
    def nothing_comes_twice(self) -> None:
        session = self.session()
        if session is None:
            return
        songs = [*(played.song for played in session.songs), *(pick.song for pick in session.upcoming)]
        for at, song in enumerate(songs):
            assert not any(song.is_version_of(other) for other in songs[:at])
            assert not any(song.shares_artist(other) for other in songs[max(0, at - ARTIST_PAUSE) : at])

    @invariant()
    def whoever_waits_for_a_turn_takes_part(self) -> None:
        session = self.session()
        if session is None:
            return
        here = {person.user for person in session.people}
        assert here
        assert session.host in here
        assert {wanted.user for wanted in session.queue} <= here
        assert not any(session.heard(wanted.song) for wanted in session.queue)
        assert {pick.user for pick in session.upcoming} <= here | {None}
        assert session.skips <= here
        assert session.mode != "hot" or session.touched_at + IDLE_SECONDS > self.now - 1


@pytest.mark.slow
def test_whatever_happens_the_rules_of_a_session_hold(state: Path) -> None:
    asked = asyncio.run(known_ids(state))

    class Machine(SessionMachine):
        pass

    Machine.state, Machine.asked_titles = state, asked
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=35,
            derandomize=True,
            phases=(Phase.generate,),  # a failing run ends soon: each step opens transactions
            suppress_health_check=list(HealthCheck),
        ),
    )


async def test_while_discord_is_not_reached_nothing_ends(state: Path) -> None:
    now = 1_000_000.0
    async with open_services(
        settings_for(state), rng=np.random.default_rng(1), clock=lambda: now
    ) as services:
        await services.models.load()
        await services.sessions.listen.start(4, 5, 6, services.scope.nowhere)
        now += 3 * IDLE_SECONDS
        await services.sessions.timers.run_due()
        assert await services.sessions.listen.open_in(4) is not None
        services.sessions.listen.display = Crowd()
        await services.sessions.timers.run_due()
        assert await services.sessions.listen.open_in(4) is None


async def test_a_start_that_fails_leaves_no_session_without_people(state: Path) -> None:
    """Its process may end while it plans: `next` would then find nothing to play, for nobody."""

    class Unreachable(Crowd):
        def listening(self, session: Session) -> dict[int, str]:
            raise ConnectionError

    async with open_services(settings_for(state), rng=np.random.default_rng(1)) as services:
        await services.models.load()
        listen, at, scope = services.sessions.listen, At(4), services.scope.nowhere
        listen.display = Unreachable()
        with pytest.raises(ConnectionError):
            await listen.start(4, 5, 6, scope)
        listen.display = Crowd()
        with pytest.raises(SessionRefused, match="full"):
            await listen.start(4, 5, 6, scope, present=range(100, 100 + MOST_PEOPLE))
        with pytest.raises(NoSession):
            await listen.next(at, 7, leads=True)
        await listen.start(4, 5, 6, scope)
        assert (await listen.next(at, 7, leads=True)).now is not None


async def test_where_everybody_is_forgotten_the_next_one_to_go_on_takes_part(state: Path) -> None:
    async with open_services(settings_for(state), rng=np.random.default_rng(1)) as services:
        await services.models.load()
        listen, at = services.sessions.listen, At(4)
        await listen.start(4, 5, 6, services.scope.nowhere)
        await services.guilds.privacy.forget(6)
        assert not (await listen.show(at)).people
        session = await listen.next(at, 7, leads=False)
        assert session.now is not None
        assert session.host == 7


async def test_a_poll_and_a_song_asked_for_do_not_both_come_out_of_turn(state: Path) -> None:
    """On a journey all of whose songs are one person's: the poll keeps the room, the song waits."""
    song_refs = await known_ids(state)
    now = 1_000_000.0
    async with open_services(
        settings_for(state), rng=np.random.default_rng(1), clock=lambda: now
    ) as services:
        await services.models.load()
        services.sessions.listen.display = Crowd()
        listen, at, asker = services.sessions.listen, At(4), 1
        await listen.start(4, 5, asker, services.scope.nowhere, mode="journey", present=(2, 3))
        for song_ref in song_refs[:3]:
            await services.sessions.requests.add(at, asker, song_ref, services.scope.nowhere)
        for _ in range(4):
            await listen.next(at, asker, leads=True)
        assert (await listen.show(at)).upcoming[0].why == "asked"
        await listen.vote(at, asker)
        await listen.next(at, asker, leads=True)
        now += POLL_SECONDS
        await services.sessions.timers.run_due()
        for _ in range(6):
            session = await listen.next(at, asker, leads=True)
            assert all(session.waits(person) <= len(session.people) for person in session.people)
        assert "poll" in [played.pick.why for played in session.songs]


@pytest.mark.parametrize("mode", ["blend", "fair"])
async def test_distant_tastes_are_served_in_turn_and_not_in_between(state: Path, mode: Any) -> None:
    """Queen, Metallica and Kendrick Lamar: each song is near one of them."""
    wishes = ("Bohemian Rhapsody by Queen", "Enter Sandman by Metallica", "HUMBLE. by Kendrick Lamar")
    async with open_services(settings_for(state), rng=np.random.default_rng(1)) as services:
        await services.models.load()
        listen, at, scope = services.sessions.listen, At(4), services.scope.nowhere
        await listen.start(4, 5, 1, scope, mode=mode, present=(2, 3))
        recommender, rows_of = scope.serving.recommender, scope.serving.tracks.rows_of
        seeds = []
        for user, wish in enumerate(wishes, start=1):
            added = await services.sessions.requests.add(at, user, wish, scope)
            assert not isinstance(added, Choice), wish
            seeds += [seed for row in rows_of([added[1].song_ref]) if (seed := recommender.seed_of_row(row))]
        assert len(seeds) == 3
        for _ in range(3 + 9):
            session = await listen.next(at, 1, leads=True)
        chosen = session.songs[3:]
        places = recommender.points_of(rows_of([played.song.song_ref for played in chosen]))
        away = np.linalg.norm(places[:, None] - np.array([seed.point for seed in seeds])[None], axis=2)
        nearest = away.argmin(axis=1).tolist()
        for at_once in range(0, 9, 3):
            assert sorted(nearest[at_once : at_once + 3]) == [0, 1, 2]
        assert (away.min(axis=1) < recommender.usual_distance / 2).all()
        for number, played in enumerate(session.songs):
            rested = session.songs[max(0, number - ARTIST_REST) : number]
            assert number < 3 or not any(played.song.shares_artist(other.song) for other in rested)
            [row] = rows_of([played.song.song_ref])
            assert number < 3 or is_best(recommender, row)


async def known_ids(state: Path) -> tuple[str, ...]:
    async with open_services(settings_for(state), rng=np.random.default_rng(1)) as services:
        tracks = await services.scope.nowhere.serving.tracks.popular(400)
    return tuple(track.id for track in tracks[::6])[:40]
