"""Builds playlists from a song, a cluster or a mood."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from bot.domain.errors import BadMix, NothingToPick, SamewaveError
from bot.domain.playlists import FEWEST, MOST, PER_ARTIST, USUAL, Playlist, PlaylistKind
from bot.domain.recommendations import Choice, SeedSong
from bot.domain.song_names import name_to_store
from bot.domain.tracks import Track
from bot.services.cache import ModelCache
from bot.services.cluster_names import ClusterNames
from bot.services.playlists.moods import MoodTarget, features_of, preset_called, read_mood_songs
from bot.services.scope import Scope
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from bot.storage.state.playlists import Playlists
from ml.serving.moods import of_mood
from ml.serving.ordering import smooth_order
from ml.serving.recommender import Recommender
from ml.serving.seeds import Excluded, Seed, at_point

_MORE = 3
"""Songs near a song that a playlist is drawn from, for each that is wanted."""


class MakePlaylist:
    """Builds smoothly ordered playlists: each song in one version, at most two songs per artist."""

    def __init__(
        self,
        resolve: ResolveSong,
        locate: LocateSong,
        playlists: Playlists,
        names: ClusterNames,
        *,
        rng: np.random.Generator,
    ) -> None:
        self._resolve = resolve
        self._locate = locate
        self._playlists = playlists
        self._names = names
        self._rng = rng
        self.mood_songs = ModelCache(read_mood_songs)

    async def of_known_name(self, text: str, count: int | None, scope: Scope) -> Playlist | None:
        """The playlist of a mood or cluster with this name; None if there is none.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        if (mood := preset_called(text)) is not None:
            return await self.from_mood(MoodTarget(mood), count, scope)
        if await self._names.called(text, scope) is not None:
            return await self.from_cluster(text, count, scope)
        return None

    async def from_song(
        self, query: str, count: int | None, scope: Scope, *, by_artist: bool = True
    ) -> Playlist | Choice:
        """A playlist of a song and songs near it; nearer songs are more likely.

        Args:
            by_artist: whether an unknown song may be replaced by its artist's sound.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        wanted = wanted_count(count)
        found = await self._resolve(query, scope, any_of_artist=by_artist)
        return found if isinstance(found, Choice) else await self._from_song(found, wanted, scope)

    async def from_track(self, track: Track, count: int, scope: Scope) -> Playlist:
        """The same for a known track.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        return await self._from_song(await self._resolve.of_track(track), wanted_count(count), scope)

    async def from_cluster(self, which: str, count: int | None, scope: Scope) -> Playlist:
        """A playlist of a cluster, filled from neighbouring clusters if it has too few songs.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        recommender, wanted = scope.serving.recommender, wanted_count(count)
        number = await self._names.called(f"cluster {which}" if which.strip().isdecimal() else which, scope)
        if number is None:
            raise BadMix("I have no cluster “{cluster}”; `{prefix}clusters` lists them all.", cluster=which)
        rows = await asyncio.to_thread(self._of_cluster, recommender, number, wanted, scope.excluded())
        return await self.finished("cluster", recommender.profile(number).name, rows, scope)

    async def from_mood(self, target: MoodTarget, count: int | None, scope: Scope) -> Playlist:
        """A playlist of songs near a mood, across genres, which a well-known one opens.

        Raises:
            SamewaveError: with a sentence for the user.
        """
        features, wanted = features_of(target), wanted_count(count)
        songs = await self.mood_songs.of(scope)
        rows = await asyncio.to_thread(
            of_mood,
            scope.serving.recommender,
            songs,
            features,
            wanted,
            PER_ARTIST,
            scope.excluded(),
            self._rng,
            familiarity=scope.familiarity or "known",
        )
        return await self.finished("mood", target.name, rows, scope, leads=True)

    async def find(self, playlist_id: str, scope: Scope) -> Playlist:
        """Load a stored playlist.

        Raises:
            SamewaveError: it is no longer stored.
        """
        stored = await self._playlists.find(playlist_id)
        tracks = scope.serving.tracks
        songs = tuple(await tracks.by_rows(tracks.rows_of(stored.track_ids))) if stored else ()
        if stored is None or not songs:
            raise SamewaveError("I no longer have that playlist; ask for a new one.")
        return Playlist(playlist_id, stored.kind, stored.name, songs)

    async def _from_song(self, song: SeedSong, count: int, scope: Scope) -> Playlist:
        recommender = scope.serving.recommender
        located = await self._locate.placed(song, scope)
        track, own = located.track, located.rows
        leads = track.row is not None and located.seed.song is not None and scope.allows(track.explicit)
        rows = await asyncio.to_thread(
            self._near, recommender, located.seed, count - leads, scope.excluded(own)
        )
        first = own if leads else ()
        made = await self.finished("song", name_to_store(located.song), [*first, *rows], scope, leads=leads)
        return replace(made, artist_sound=located.artist_sound)

    def _near(self, recommender: Recommender, located: Seed, count: int, excluded: Excluded) -> list[int]:
        near = recommender.nearest(located, _MORE * count, excluded)
        if not near:
            return []
        distances = np.array([distance for _, distance in near])
        chances = np.exp(-((distances / max(float(np.median(distances)), 1e-9)) ** 2))
        drawn = self._rng.choice(len(near), len(near), replace=False, p=chances / chances.sum())
        return _capped(recommender, [near[at][0] for at in drawn.tolist()], count)

    def _of_cluster(self, recommender: Recommender, number: int, count: int, excluded: Excluded) -> list[int]:
        excluded = replace(excluded, kinds=excluded.kinds | recommender.kinds_of(number))
        members = recommender.allowed(self._rng.permutation(recommender.rows_of(number)).tolist(), excluded)
        middle = recommender.bundle.model.centers[number].astype(np.float32)
        around = recommender.nearest(at_point(middle), len(members) + 4 * count, excluded)
        inside = set(members)
        return _capped(recommender, [*members, *(row for row, _ in around if row not in inside)], count)

    async def finished(
        self,
        kind: PlaylistKind,
        name: str,
        rows: Sequence[int],
        scope: Scope,
        *,
        leads: bool = False,
    ) -> Playlist:
        """Order the songs, and store the playlist if the scope has a channel."""
        recommender = scope.serving.recommender
        songs = [track for track in await scope.serving.tracks.by_rows(rows) if track.features is not None]
        if len(songs) < min(FEWEST, 2):
            scope.check_any_clean()
            raise NothingToPick("There are not enough songs for a playlist here; try another song or mood.")
        in_order = await asyncio.to_thread(
            smooth_order,
            recommender.points_of([song.row for song in songs if song.row is not None]),
            np.array([song.features.vector() for song in songs if song.features]),
            recommender.usual_distance,
            first=0 if leads else None,
        )
        return await self.kept(kind, name, tuple(songs[at] for at in in_order), scope)

    async def kept(self, kind: PlaylistKind, name: str, songs: tuple[Track, ...], scope: Scope) -> Playlist:
        """The playlist of these songs, stored if the scope has a channel."""
        ids = [song.id for song in songs]
        playlist_id = "" if scope.channel is None else await self._playlists.keep(kind, name, ids)
        return Playlist(playlist_id, kind, name, songs)


def wanted_count(count: int | None) -> int:
    """How many songs: the usual number where none was said.

    Raises:
        BadMix: a playlist cannot have so many.
    """
    if count is None:
        return USUAL
    if not FEWEST <= count <= MOST:
        raise BadMix("A playlist has {fewest} to {most} songs.", fewest=FEWEST, most=MOST)
    return count


def _capped(recommender: Recommender, rows: Iterable[int], count: int) -> list[int]:
    """The first `count` rows with at most two per artist."""
    heard: Counter[int] = Counter()
    stored: list[int] = []
    for row in rows:
        artists = recommender.artists_of([row])
        if len(stored) < count and all(heard[artist] < PER_ARTIST for artist in artists):
            heard.update(artists)
            stored.append(row)
    return stored
