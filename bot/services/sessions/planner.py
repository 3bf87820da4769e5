"""Plans which songs a session plays next, for whom, and why."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.domain.charts import ChartEntry
from bot.domain.recommendations import hot_ref
from bot.domain.session_moves import begun
from bot.domain.sessions import ARTIST_PAUSE, CANDIDATES, PLANNED, Pick, QueuedSong, Session, SessionSong
from bot.domain.steering import furthest_half
from bot.domain.taste import Unwanted
from bot.domain.tracks import Track
from bot.services.cache import ModelCache
from bot.services.guilds.feedback import Feedback
from bot.services.guilds.scopes import Scopes
from bot.services.scope import Scope
from bot.services.sessions.drawing import draw_near
from bot.services.sessions.taste import SessionTaste
from bot.storage.state.charts import Charts
from ml.serving.group_taste import GroupTaste
from ml.serving.path import journey
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded

CHOSEN_NEAR = 3
"""Liked songs of the person whose turn it is that are used as seeds, so that the others' tastes count too."""
ARTIST_REST = 10
"""Songs before the bot chooses an artist again; if that leaves nothing, the session's own rule applies."""
LEG = 3
"""Songs on the way from one song that was asked for to the next."""
ANY_KIND = -1
"""Bits of all kinds: a planned song was drawn by its seed's."""
POPULAR = 400
"""The popular songs from which one is drawn while nobody's taste is known."""


@dataclass(frozen=True)
class _Table:
    """The data from which songs are chosen."""

    taste: GroupTaste
    scope: Scope
    spare: list[Pick]

    @property
    def recommender(self) -> Recommender:
        """The model used for the choice."""
        return self.scope.serving.recommender


class SessionPlanner:
    """Plans the next songs of a session.

    The session determines whose turn it is; that person's queue comes first. Otherwise `GroupTaste` chooses a
    liked song, and one is drawn near it as for `recommend`: of its cluster, the best version, no artist of
    either, no song of a kind that the liked one is not of. Earlier plans are kept while they still fit.
    """

    def __init__(
        self,
        taste: SessionTaste,
        charts: Charts,
        feedback: Feedback,
        scopes: Scopes,
        *,
        rng: np.random.Generator,
    ) -> None:
        self._taste = taste
        self._charts = charts
        self._feedback = feedback
        self._scopes = scopes
        self._rng = rng
        self._popular = ModelCache(_read_popular)

    async def plan(self, session: Session, listening: Mapping[int, str]) -> Session:
        """Return the session with its next three songs planned; fewer if nothing is left to play.

        Args:
            listening: ids of the tracks that people are listening to now.

        Raises:
            ModelUnavailable: there is no model.
        """
        table = await self._table(session, listening)
        imagined = replace(session, upcoming=())
        picks: list[Pick] = []
        while len(picks) < PLANNED and session.people:
            pick = await self._next(imagined, table)
            if pick is None:
                break
            picks.append(pick)
            imagined = begun(imagined, pick, session.touched_at)
        return replace(session, upcoming=tuple(picks))

    async def candidates(self, session: Session, listening: Mapping[int, str]) -> list[SessionSong]:
        """Up to four songs for a poll, near the tastes of the group in turn, by different artists.

        Raises:
            ModelUnavailable: there is no model.
        """
        table = await self._table(session, listening)
        if session.mode == "hot":
            return [song async for song in self._hot_songs(session, table)][:CANDIDATES]
        planned = session
        for pick in session.upcoming:  # not songs that are already planned
            planned = begun(planned, pick, session.touched_at)
        songs: list[SessionSong] = []
        while len(songs) < CANDIDATES and (drawn := await self._drawn(planned, None, table)) is not None:
            songs.append(drawn.song)
            planned = begun(planned, drawn, session.touched_at)
        return songs

    async def _table(self, session: Session, listening: Mapping[int, str]) -> _Table:
        scope = await self._scopes(
            session.channel, guild=session.guild, user=None, age_restricted=session.age_restricted
        )
        unwanted: Unwanted = scope.unwanted
        for person in session.people:  # songs disliked by any person are excluded for all
            unwanted |= await self._feedback.unwanted_by(person.user)
        taste = await self._taste.of(session, listening, scope)
        spare = [pick for pick in session.upcoming if pick.why != "asked"]
        return _Table(taste, replace(scope, unwanted=unwanted), spare)

    async def _next(self, session: Session, table: _Table) -> Pick | None:
        for pick in table.spare:
            if pick.why == "poll" and session.may_follow(pick.song):
                table.spare.remove(pick)
                return pick
        turn = session.turns()[0].user
        if session.mode == "journey" and session.queue:
            return await self._on_the_way(session, turn, table)
        if (own := await self._own(session, turn, table)) is not None:
            return own
        for pick in table.spare:
            stale = pick.why == "way" or (pick.why == "start" and not table.taste.unknown)
            if pick.user == turn and not stale and self._still_good(pick.song, session, table):
                table.spare.remove(pick)
                return pick
        return await self._drawn(session, turn, table)

    async def _own(self, session: Session, turn: int, table: _Table) -> Pick | None:
        mine = [one for one in session.queue if one.user == turn and session.may_follow(one.song)]
        if not mine:
            return None
        first = mine[0]
        if session.mode == "blend" and len(mine) > 1 and not table.taste.unknown:
            first = await self._nearest_the_mix(mine, table)
        return Pick(turn, "asked", "", first.song)

    async def _nearest_the_mix(self, mine: Sequence[QueuedSong], table: _Table) -> QueuedSong:
        """The queued song that suits the group best; songs that cannot be located come last."""
        seeds = [await self._taste.seed_of(queued.song, table.scope) for queued in mine]
        marks = [-1.0 if seed is None else table.taste.suits_all(seed.point) for seed in seeds]
        return mine[int(np.argmax(marks))]

    async def _drawn(self, session: Session, turn: int | None, table: _Table) -> Pick | None:
        if session.mode == "hot":
            async for hot in self._hot_songs(session, table):
                return Pick(turn, "hot", "", hot)
            return None
        own = turn if session.mode != "blend" and turn is not None and table.taste.knows(turn) else None
        for rest in (ARTIST_REST, ARTIST_PAUSE):
            excluded = self._excluded(session, table, rest)
            if (near := await self._near_a_taste(own, session, excluded, table)) is not None:
                song, cluster = near
                name = table.recommender.profile(cluster).name
                return Pick(turn, "blend" if own is None else "taste", name, song)
            if (known := await self._known_by_all(session, excluded, table)) is not None:
                return Pick(turn, "start", "", known)
        return None

    async def _near_a_taste(
        self, person: int | None, session: Session, excluded: Excluded, table: _Table
    ) -> tuple[SessionSong, int] | None:
        """A song near a liked one, and its cluster.

        Args:
            person: whose taste; None means everyone's in turn.
        """
        recommender, tracks = table.recommender, table.scope.serving.tracks
        served = sum(
            played.pick.why in ("taste", "blend") and person in (None, played.pick.user)
            for played in session.songs
        )
        seeds = table.taste.in_turn(person, served)
        at_once = CHOSEN_NEAR if person is not None and table.taste.of_several else 1
        for begin in range(0, len(seeds), at_once):
            drawn: dict[int, int] = {}
            for seed in seeds[begin : begin + at_once]:
                left = replace(excluded, rows={*excluded.rows, *drawn})
                drawn |= await draw_near(seed, session.steering, left, table.scope, self._rng)
            rows = list(drawn)
            while rows:
                row = rows.pop(table.taste.best(person, recommender.points_of(rows)))
                song = _first_that_may_follow(await tracks.by_rows([row]), session)
                if song is not None:
                    return song, drawn[row]
        return None

    async def _on_the_way(self, session: Session, turn: int, table: _Table) -> Pick | None:
        """The next requested song, once enough songs have led to it, or if someone would wait too long."""
        goal = next((one for one in session.queue if session.may_follow(one.song)), None)
        if goal is None:
            return await self._drawn(replace(session, mode="fair"), turn, table)
        steps = 0
        for played in reversed(session.songs):
            if played.pick.why != "way":
                break
            steps += 1
        begins = not any(played.pick.why == "asked" for played in session.songs)
        out_of_turn = session.poll is None and session.has_room_out_of_turn()
        if (begins or steps >= LEG) and (goal.user == turn or out_of_turn):
            return Pick(goal.user, "asked", "", goal.song)
        for pick in table.spare:
            fits = pick.why == "way" and (pick.user, pick.about) == (turn, goal.song.title)
            if fits and self._still_good(pick.song, session, table):
                table.spare.remove(pick)
                return pick
        song = await self._step(session, goal.song, max(LEG - steps, 1), table)
        if song is None:
            return await self._drawn(replace(session, mode="fair"), turn, table)
        return Pick(turn, "way", goal.song.title, song)

    async def _step(
        self, session: Session, goal: SessionSong, between: int, table: _Table
    ) -> SessionSong | None:
        start = None if session.now is None else await self._taste.seed_of(session.now.song, table.scope)
        end = await self._taste.seed_of(goal, table.scope)
        if start is None or end is None:
            return None
        excluded = self._excluded(session, table, ARTIST_REST).of_kinds(start, end)
        rows = await asyncio.to_thread(journey, table.recommender, start, end, between, excluded)
        return _first_that_may_follow(await table.scope.serving.tracks.by_rows(rows), session)

    async def _hot_songs(self, session: Session, table: _Table) -> AsyncIterator[SessionSong]:
        stored = await self._charts.current()
        entries: Sequence[ChartEntry] = table.scope.hot(stored.chart) if stored else ()
        for at in self._rng.permutation(len(entries)).tolist():
            entry = entries[at]
            track = await table.scope.serving.tracks.by_id(entry.track_id) if entry.track_id else None
            song = (
                SessionSong.of_track(track)
                if track
                else SessionSong(entry.track_id or hot_ref(entry), entry.title, (entry.artist,))
            )
            rating = entry.rating(track.explicit if track else None)
            if table.scope.allows(rating) and session.may_follow(song):
                yield song

    async def _known_by_all(self, session: Session, excluded: Excluded, table: _Table) -> SessionSong | None:
        tracks, popular = table.scope.serving.tracks, await self._popular.of(table.scope)
        songs = furthest_half(popular, session.steering)
        for at in self._rng.permutation(len(songs)).tolist():
            best = table.recommender.allowed(tracks.rows_of([songs[at].id]), excluded)
            song = _first_that_may_follow(await tracks.by_rows(best), session)
            if song is not None:
                return song
        return None

    def _still_good(self, song: SessionSong, session: Session, table: _Table) -> bool:
        if not session.may_follow(song):
            return False
        rows = table.scope.serving.tracks.rows_of([song.song_ref])
        excluded = replace(self._excluded(session, table, ARTIST_PAUSE), kinds=ANY_KIND)
        return not rows or bool(table.recommender.allowed(rows, excluded))

    def _excluded(self, session: Session, table: _Table, rest: int) -> Excluded:
        """Excluded songs and artists: played or queued songs, artists played recently or queued."""
        rows_of = table.scope.serving.tracks.rows_of
        played = rows_of([played.song.song_ref for played in session.songs])
        queued = rows_of([queued.song.song_ref for queued in session.queue])
        resting = rows_of([played.song.song_ref for played in session.songs[-rest:]])
        artists = table.recommender.artists_of([*resting, *queued])
        return table.scope.excluded([*played, *queued], artists=artists)


def _first_that_may_follow(tracks: Iterable[Track], session: Session) -> SessionSong | None:
    songs = map(SessionSong.of_track, tracks)
    return next((song for song in songs if session.may_follow(song)), None)


async def _read_popular(scope: Scope) -> list[Track]:
    return list(await scope.serving.tracks.popular(POPULAR))
