"""The tastes of the people in a session: songs that they like, located in the model's space."""

from collections.abc import Mapping

from cachetools import LRUCache

from bot.domain.errors import SamewaveError
from bot.domain.recommendations import SeedSong
from bot.domain.sessions import Session
from bot.domain.taste import KnownSong
from bot.services.cache import ModelCache
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.storage.state.feedback import FeedbackTable
from ml.serving.group_taste import GroupTaste
from ml.serving.seeds import Seed

MOST_SONGS = 30
"""Songs of one person that count: the newest."""
_MAX_LOCATED = 2_000


class SessionTaste:
    """Collects the songs that each person requested, liked or is listening to."""

    def __init__(self, feedback: FeedbackTable, locate: LocateSong) -> None:
        self._feedback = feedback
        self._locate = locate
        self._located = ModelCache(_none_located)

    async def of(self, session: Session, listening: Mapping[int, str], scope: Scope) -> GroupTaste:
        """The taste of each person.

        Args:
            listening: ids of the tracks that people are listening to now.

        Raises:
            ModelUnavailable: there is no model.
        """
        tastes: dict[int, list[Seed]] = {}
        for person in session.people:
            songs = await self._songs(session, person.user, listening.get(person.user), scope)
            seeds = [await self.seed_of(song, scope) for song in songs[:MOST_SONGS]]
            tastes[person.user] = [seed for seed in seeds if seed is not None]
        return GroupTaste(scope.serving.recommender, tastes)

    async def seed_of(self, song: KnownSong, scope: Scope) -> Seed | None:
        """Locate a song without requests to outside services; None if it is unknown.

        Raises:
            ModelUnavailable: there is no model.
        """
        for row in scope.serving.tracks.rows_of([song.song_ref]):
            if (seed := scope.serving.recommender.seed_of_row(row)) is not None:
                return seed
        located = await self._located.of(scope)
        try:
            return located[song.song_ref]
        except KeyError:
            seed = located[song.song_ref] = await self._computed(song, scope)
            return seed

    async def _computed(self, song: KnownSong, scope: Scope) -> Seed | None:
        track = await scope.serving.tracks.by_id(song.song_ref)
        if track is None or track.features is None:
            found = self._locate.by_artist(SeedSong(song.title, song.artists), scope)
            return None if found is None else found.seed
        try:
            return (await self._locate.itself(SeedSong(track.title, track.artists, track), scope)).seed
        except SamewaveError:
            return None

    async def _songs(
        self, session: Session, user: int, listening: str | None, scope: Scope
    ) -> list[KnownSong]:
        songs: list[KnownSong] = []
        if listening is not None and (track := await scope.serving.tracks.by_id(listening)) is not None:
            songs.append(KnownSong(track.id, track.title, track.artists))
        songs += (queued.song for queued in reversed(session.queue) if queued.user == user)
        songs += (
            played.song
            for played in reversed(session.songs)
            if played.pick.user == user and played.pick.why == "asked"
        )
        songs += (opinion.song for opinion in await self._feedback.of_user(user) if opinion.liked)
        return songs


async def _none_located(_: Scope) -> LRUCache[str, Seed | None]:
    return LRUCache(_MAX_LOCATED)
