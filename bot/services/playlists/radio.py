"""A channel's radio: an endless sequence of similar songs."""

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

import numpy as np

from bot.domain.errors import NoRadio, NothingToPick, SamewaveError
from bot.domain.journeys import RadioSong
from bot.domain.recommendations import Choice, SeedSong
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from bot.storage.state.radios import Radios, StoredRadio
from ml.serving.drifting import next_song
from ml.serving.seeds import Seed

REMEMBERED = 200
"""Songs of a channel that are not played again."""
ARTIST_REST = 10
"""Songs before an artist may be heard again."""


class Radio:
    """Plays songs by a random walk per channel, drawn towards songs liked there.

    All state is in the database, so that a restart changes nothing. One lock per channel gives each of
    several simultaneous presses its own song.
    """

    def __init__(
        self,
        resolve: ResolveSong,
        locate: LocateSong,
        radios: Radios,
        *,
        rng: np.random.Generator,
    ) -> None:
        self._resolve = resolve
        self._locate = locate
        self._radios = radios
        self._rng = rng
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def begin(self, query: str, scope: Scope) -> RadioSong | Choice:
        """Start a radio, replacing the channel's previous one; returns its first song.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        found = await self._resolve(query, scope, any_of_artist=True)
        return found if isinstance(found, Choice) else await self._begin(found, scope)

    async def next(self, scope: Scope) -> RadioSong:
        """The next song.

        Raises:
            NoRadio: there is none in this channel.
            NothingToPick: everything was played.
        """
        channel = _channel(scope)
        async with self._turn(channel):
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

    async def forget(self, before: float) -> None:
        """Delete radios not used since `before` (Unix seconds)."""
        await self._radios.forget(before)

    async def _begin(self, song: SeedSong, scope: Scope) -> RadioSong:
        channel = _channel(scope)
        located = await self._locate.placed(song, scope)  # else the radio does not start
        song = located.song
        async with self._turn(channel):
            await self._radios.begin(channel, song.song_ref, song.title, song.artists)
            return replace(await self._play(channel, scope), artist_sound=located.artist_sound)

    async def _play(self, channel: int, scope: Scope) -> RadioSong:
        recommender = scope.serving.recommender
        radio = await self._radios.of(channel, guild=scope.guild, user=scope.user)
        if radio is None:
            raise NoRadio("There is no radio in this channel yet; begin one with a song you like.")
        began, began_row = await self._first_song(radio, scope)
        here = _last(radio, scope) or began
        if here is None:
            raise NoRadio("The song this radio began with is gone; begin a new one.")
        home = [] if began is None else [began.point]
        rows_of = scope.serving.tracks.rows_of
        liked, disliked = rows_of(radio.liked), rows_of(radio.disliked)
        liked_points = recommender.points_of(liked)
        rows = [*rows_of(radio.heard), *disliked, *([] if began_row is None else [began_row])]
        row = await asyncio.to_thread(
            next_song,
            recommender,
            here,
            np.stack([*home, *liked_points]) if home or len(liked_points) else here.point[None],
            recommender.points_of(disliked),
            scope.excluded(rows, artists=recommender.artists_of(rows_of(radio.heard[:ARTIST_REST]))).of_kinds(
                *([] if began is None else [began])
            ),
            self._rng,
        )
        if row is None:
            scope.check_any_clean()
            raise NothingToPick(
                "The radio has played everything it may play here; begin one with another song."
            )
        [track] = await scope.serving.tracks.by_rows([row])
        await self._radios.play(channel, track.id)
        [point] = recommender.points_of([row])
        percent = recommender.nearness(float(np.linalg.norm(point - here.point)))
        name = SeedSong(radio.title, radio.artists).name
        return RadioSong(track, name, radio.played + 1, percent)

    async def _first_song(self, radio: StoredRadio, scope: Scope) -> tuple[Seed | None, int | None]:
        """The radio's first song as a seed, and its catalogue row; None if the song is gone."""
        try:
            song = await self._resolve.of_ref(radio.song_ref, scope)
            track, seed = await self._locate(song, scope)
        except SamewaveError:
            return None, None
        return seed, track.row

    def _turn(self, channel: int) -> asyncio.Lock:
        return self._turns.setdefault(channel, asyncio.Lock())


def _channel(scope: Scope) -> int:
    if scope.channel is None:
        raise NoRadio("A radio belongs to a channel; begin one there.")
    return scope.channel


def _last(radio: StoredRadio, scope: Scope) -> Seed | None:
    """The last song of the radio that was not disliked and is in the model."""
    for id in radio.heard[: radio.played]:
        if id not in radio.disliked:
            rows = scope.serving.tracks.rows_of([id])
            return scope.serving.recommender.seed_of_row(rows[0]) if rows else None
    return None
