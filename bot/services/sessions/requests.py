"""Requested songs of a session."""

from collections.abc import Sequence

from bot.domain import session_moves as moves
from bot.domain.errors import BadQuery, FeaturesUnknown, SessionRefused, SourceUnavailable
from bot.domain.recommendations import ArtistSound, Choice, SeedSong
from bot.domain.sessions import At, Session, SessionSong
from bot.domain.tracks import Track
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from bot.services.sessions.session import ListeningSessions


class SongRequests:
    """Puts songs into the queues of people."""

    def __init__(self, sessions: ListeningSessions, resolve: ResolveSong, locate: LocateSong) -> None:
        self._sessions = sessions
        self._resolve = resolve
        self._locate = locate

    async def add(
        self, at: At, user: int, query: str, scope: Scope
    ) -> tuple[Session, SessionSong, ArtistSound | None] | Choice:
        """Add the song of a query or a song reference to a user's queue; returns a choice if several match.

        Returns:
            the session, the song, and the artist by whose songs it counts if its features are unknown.

        Raises:
            SessionRefused: it was played, or is in a queue.
            SamewaveError: any other, with a sentence for the user.
        """
        seed = await self._resolve(query, scope, any_of_artist=True)
        if isinstance(seed, Choice):
            return seed
        if not seed.title:
            raise BadQuery("Tell me one song by {artist}.", artist=seed.name)
        song = SessionSong.of_seed(seed)
        session = await self._sessions.show(at)
        if session.mode == "hot" and seed.entry is None:
            raise SessionRefused(
                "“{song}” is not on the hot list, and this session plays nothing else.", song=song.title
            )
        by_artist = None
        if seed.track is None or seed.track.row is None or not seed.track.features or seed.artist_ref:
            song, by_artist = await self._heard(seed, song, scope)
        after = await self._sessions.apply(
            at, lambda newest, now: moves.asked_for(newest, user, song, now), began=scope.began
        )
        return after, song, by_artist

    async def add_all(self, at: At, user: int, songs: Sequence[Track], scope: Scope) -> moves.AskedFor:
        """Add catalogue songs to a user's queue, as many as fit.

        Raises:
            SessionRefused: none could be added.
        """
        session = await self._sessions.show(at)
        seeds = [await self._resolve.of_track(track) for track in songs]
        if session.mode == "hot":
            seeds = [seed for seed in seeds if seed.entry is not None]
            if not seeds:
                raise SessionRefused(
                    "None of these songs is on the hot list, and this session plays nothing else."
                )
        asked = [SessionSong.of_seed(seed) for seed in seeds]
        found = moves.AskedFor()

        def step(newest: Session, now: float) -> Session:
            nonlocal found
            after, found = moves.all_asked_for(newest, user, asked, now)
            return after

        await self._sessions.apply(at, step, began=scope.began)
        return found

    async def _heard(
        self, seed: SeedSong, song: SessionSong, scope: Scope
    ) -> tuple[SessionSong, ArtistSound | None]:
        """Resolve the song's features; without features it is played as it is."""
        try:
            found = await self._locate.placed(seed, scope)
        except (FeaturesUnknown, SourceUnavailable):
            return song, None
        sound = found.artist_sound
        return (song, sound) if sound is not None else (SessionSong.of_track(found.track), None)
