"""A channel's radio: an endless sequence of similar songs."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import NoRadio, NothingToPick, SamewaveError, SongGone
from bot.domain.journeys import RadioSong
from bot.domain.recommendations import Choice, SeedSong
from bot.domain.song_lists import KnownList
from bot.domain.steering import NOT_STEERED, Steering
from bot.domain.tracks import Track
from bot.services.recommend.recommend import track_of_row
from bot.services.recommend.steered_songs import songs_that_way
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from bot.storage.state.playlists import Playlists
from bot.storage.state.radios import Radios, StoredRadio
from ml.serving.draw import rank_for
from ml.serving.radio import next_place, next_song
from ml.serving.seeds import Excluded, Seed, at_point

REMEMBERED = 200
"""Songs of a channel that are not played again."""
ARTIST_REST = 10
"""Songs before an artist may be heard again."""
_LIST = "list:"
"""Before the id of the playlist that a radio began with."""


@dataclass(frozen=True, slots=True)
class _Step:
    """The point from which the next song is searched.

    Attributes:
        here: the last song, or the song whose turn it is. home: as of `next_song`.
        kinds: songs of whose kinds it may be.
        near: the row of the song whose turn it is, in the radio of a list.
    """

    here: Seed
    home: NDArray[np.float32]
    kinds: Sequence[Seed]
    near: int | None = None


class Radio:
    """Plays songs by a random walk per channel, drawn towards songs liked there.

    A radio of a list plays near its songs in turn, and near those liked since: a walk would end between them.

    All state is in the database, so that a restart changes nothing. One lock per channel gives each of
    several simultaneous presses its own song.
    """

    def __init__(
        self,
        resolve: ResolveSong,
        locate: LocateSong,
        radios: Radios,
        playlists: Playlists,
        *,
        rng: np.random.Generator,
    ) -> None:
        self._resolve = resolve
        self._locate = locate
        self._radios = radios
        self._playlists = playlists
        self._rng = rng
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def begin(
        self, query: str, scope: Scope, steering: Steering = NOT_STEERED, steered_from: str | None = None
    ) -> RadioSong | Choice:
        """Start a radio, replacing the channel's previous one; returns its first song.

        Args:
            steering: the directions of all its songs.
            steered_from: the reference of the song that they are compared with; None for its first song.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        found = await self._resolve(query, scope, any_of_artist=True)
        if isinstance(found, Choice):
            return found
        channel = _channel(scope)
        located = await self._locate.placed(found, scope)  # else the radio does not start
        song = located.song
        async with self._turn(channel):
            await self._radios.begin(
                channel, song.song_ref, song.title, song.artists, steering.code, steered_from
            )
            return replace(await self._play(channel, scope), artist_sound=located.artist_sound)

    async def begin_list(self, known: KnownList, scope: Scope) -> RadioSong:
        """Start a radio of the songs of a list; returns its first song.

        Raises:
            SamewaveError: one of its kinds, with the sentence for the asker.
        """
        channel = _channel(scope)
        stored = await self._playlists.keep("list", known.name, [track.id for track in known.songs])
        async with self._turn(channel):
            await self._radios.begin(channel, f"{_LIST}{stored}", known.name, ())
            return await self._play(channel, scope)

    async def next(self, scope: Scope, *, straight: bool = False) -> RadioSong:
        """The next song.

        Args:
            straight: whether the radio is no longer steered, from this song on.

        Raises:
            NoRadio: there is none in this channel.
            NothingToPick: everything was played.
        """
        channel = _channel(scope)
        async with self._turn(channel):
            if straight:
                await self._radios.straighten(channel)
            return await self._play(channel, scope)

    async def stop(self, scope: Scope) -> None:
        """Stop the channel's radio.

        Raises:
            NoRadio: none was begun in this channel.
        """
        channel = _channel(scope)
        async with self._turn(channel):
            if not await self._radios.stop(channel):
                raise NoRadio("There is no radio in this channel yet; begin one with a song you like.")

    async def _play(self, channel: int, scope: Scope) -> RadioSong:
        recommender = scope.serving.recommender
        radio = await self._radios.of(channel, guild=scope.guild, user=scope.user)
        if radio is None:
            raise NoRadio("There is no radio in this channel yet; begin one with a song you like.")
        origin = await self._origin(radio, scope)
        step = _step(radio, origin, scope)
        if step is None:
            raise NoRadio("The song this radio began with is gone; begin a new one.")
        rows_of = scope.serving.tracks.rows_of
        disliked = rows_of(radio.disliked)
        rows = [*rows_of(radio.heard), *disliked, *(row for _, row in origin if row is not None)]
        left_out = scope.excluded(rows, artists=recommender.artists_of(rows_of(radio.heard[:ARTIST_REST])))
        row = await self._next_row(radio, step, recommender.points_of(disliked), left_out, scope)
        if row is None:
            scope.check_any_clean()
            raise NothingToPick(
                "The radio has played everything it may play here; begin one with another song."
            )
        shown = [row] if step.near is None else [row, step.near]
        track, *near = await scope.serving.tracks.by_rows(shown)
        await self._radios.play(channel, track.id)
        [point] = recommender.points_of([row])
        percent = recommender.nearness(float(np.linalg.norm(point - step.here.point)))
        began_with = SeedSong(radio.title, radio.artists)
        return RadioSong(
            track,
            began_with,
            radio.played + 1,
            percent,
            next(iter(near), None),
            steering=Steering.from_code(radio.steering),
        )

    async def _next_row(
        self,
        radio: StoredRadio,
        step: _Step,
        disliked: NDArray[np.float32],
        left_out: Excluded,
        scope: Scope,
    ) -> int | None:
        recommender, steering = scope.serving.recommender, Steering.from_code(radio.steering)
        left_out = left_out.of_kinds(*step.kinds)
        if not steering.directions:
            return await asyncio.to_thread(
                next_song, recommender, step.here, step.home, disliked, left_out, self._rng
            )
        compared = await self._compared(radio, scope)
        place = at_point(next_place(recommender, step.here, step.home, disliked))
        songs = await songs_that_way(place, compared, steering, scope, left_out)
        return songs[rank_for(self._rng.random(), len(songs))].row if songs else None

    async def _compared(self, radio: StoredRadio, scope: Scope) -> Track:
        """The song that those of a steered radio are compared with, with its genres."""
        try:
            song = await self._resolve.of_ref(radio.steered_from or radio.song_ref, scope)
        except SongGone as error:
            raise NoRadio("The song this radio began with is gone; begin a new one.") from error
        track = (await self._locate.placed(song, scope)).track
        return track if track.row is None else await track_of_row(track.row, scope)

    async def _origin(self, radio: StoredRadio, scope: Scope) -> list[tuple[Seed, int | None]]:
        """What the radio began with, and the catalogue rows; empty if that is gone."""
        if radio.song_ref.startswith(_LIST):
            stored = await self._playlists.find(radio.song_ref.removeprefix(_LIST))
            rows = scope.serving.tracks.rows_of(stored.track_ids if stored else ())
            seeds = [(scope.serving.recommender.seed_of_row(row), row) for row in rows]
            return [(seed, row) for seed, row in seeds if seed is not None]
        try:
            song = await self._resolve.of_ref(radio.song_ref, scope)
            located = await self._locate.itself(song, scope)
        except SamewaveError:
            return []
        return [(located.seed, located.track.row)]

    def _turn(self, channel: int) -> asyncio.Lock:
        return self._turns.setdefault(channel, asyncio.Lock())


def _channel(scope: Scope) -> int:
    if scope.channel is None:
        raise NoRadio("A radio belongs to a channel; begin one there.")
    return scope.channel


def _step(radio: StoredRadio, origin: Sequence[tuple[Seed, int | None]], scope: Scope) -> _Step | None:
    recommender = scope.serving.recommender
    liked = scope.serving.tracks.rows_of(radio.liked)
    if radio.song_ref.startswith(_LIST) and origin:
        rows = [*(row for _, row in origin if row is not None), *liked]
        near = rows[radio.played % len(rows)]
        seed = recommender.seed_of_row(near) or origin[0][0]
        return _Step(seed, seed.point[None], [seed], near)
    seeds = [seed for seed, _ in origin]
    here = _last(radio, scope) or next(iter(seeds), None)
    if here is None:
        return None
    home = np.stack([*(seed.point for seed in seeds or [here]), *recommender.points_of(liked)])
    return _Step(here, home, seeds)


def _last(radio: StoredRadio, scope: Scope) -> Seed | None:
    """The last song of the radio that was not disliked and is in the model."""
    for id in radio.heard[: radio.played]:
        if id not in radio.disliked:
            rows = scope.serving.tracks.rows_of([id])
            return scope.serving.recommender.seed_of_row(rows[0]) if rows else None
    return None
