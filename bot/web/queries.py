"""The queries of visitors, answered by the bot's services; used by the API routes and the pages.

A visitor changes nothing: picks and playlists are not stored. Outside services are not searched: songs are
looked up in the catalogue, which has the features of every imported song. Covers are in `bot.web.media`.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.pagination import page_count
from bot.domain.playlists import PlaylistOrder, in_order
from bot.domain.recommendations import Recommendation
from bot.domain.tracks import Track
from bot.domain.views import SimilarSongs
from bot.i18n.cluster_names import cluster_name
from bot.i18n.translator import ENGLISH, Translator
from bot.presentation.song_names import stored_name
from bot.services.cache import ReadThroughCache
from bot.services.maps.points import SongCloud
from bot.services.playlists.moods import MoodTarget
from bot.services.scope import Scope
from bot.services.use_cases import Services
from bot.web import mappers, schemas
from ml.features import AudioFeatures

MOST_SIMILAR = 2_000
"""Songs whose neighbours are cached: in a large catalogue finding them takes tens of milliseconds."""


class Queries:
    """Read-only queries of the services."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._translate = ENGLISH
        self._similar = ReadThroughCache(self._find_similar, max_entries=MOST_SIMILAR)

    def in_language(self, translate: Translator) -> "Queries":
        """The same queries, answered with names and reasons in another language."""
        other = copy(self)
        other._translate = translate
        return other

    async def search(self, typed: str, page: int, size: int) -> schemas.Songs:
        """Songs for a search text, best first; without text, the most popular ones."""
        suggested = await self._services.search.suggest(typed, explicit=self._scope().explicit)
        found = [track for track in suggested if track.source == "import"]
        some = found[(page - 1) * size : page * size]
        return schemas.Songs(
            items=await self._songs(some),
            page=page,
            pages=page_count(len(found), size),
            total=len(found),
        )

    async def meant(self, typed: str) -> tuple[str | None, bool]:
        """The id of the catalogue song that clearly matches, and whether any song has that name."""
        found = await self._services.search.explain(typed, self._scope())
        track = found.songs[0].song.track if found.outcome == "song" else None
        known = found.outcome in ("song", "artist") or (found.outcome == "choice" and not found.unsure)
        return track.id if track is not None and track.source == "import" else None, known

    async def song(self, song_id: str) -> schemas.SongDetail:
        scope = self._scope()
        view = await self._services.recommend.view(song_id, scope)
        positions = await self._services.maps.points.positions_of([view.track], scope)
        return mappers.song_detail(view, positions.get(view.track.id), self._translate)

    async def recommend(self, song_id: str, *, explicit: bool) -> schemas.Recommendation:
        """A recommendation for a song, with the reason."""
        scope = self._scope(explicit=explicit)
        track = await self._services.recommend.view.track(song_id, scope)
        seed = await self._services.search.find.of_track(track)
        return await self._recommended(await self._services.recommend.song.for_song(seed, scope), scope)

    async def recommend_named(self, typed: str, *, explicit: bool) -> schemas.Recommendation:
        """A recommendation for a typed name: by the song that is meant, else by its artist's sound."""
        scope = self._scope(explicit=explicit)
        seed = await self._services.search.find.in_catalogue(typed, scope)
        # Without a title, no outside service is asked what people play with it.
        nobody = replace(seed, title="") if seed.artist_ref else seed
        answer = await self._services.recommend.song.for_song(nobody, scope)
        sound = answer.artist_sound and replace(answer.artist_sound, song=seed)
        return await self._recommended(replace(answer, seed=seed, artist_sound=sound), scope)

    async def _recommended(self, answer: Recommendation, scope: Scope) -> schemas.Recommendation:
        pick, number = answer.pick, answer.pick_cluster
        return mappers.recommendation(
            answer,
            await self._services.recommend.view.genres_of([pick], scope)
            if answer.hot
            else {pick.id: pick.genres},
            None if number is None else scope.serving.recommender.profile(number).name,
            self._translate,
        )

    async def similar(self, song_id: str, *, explicit: bool) -> schemas.SimilarSongs:
        return await self._similar.get((self._services.models.recommender.name, song_id, explicit))

    async def _find_similar(self, key: tuple[str, str, bool]) -> schemas.SimilarSongs:
        """Find neighbours for a key of model name, song id and whether explicit songs are included."""
        _, song_id, explicit = key
        scope = self._scope(explicit=explicit)
        track = await self._services.recommend.view.track(song_id, scope)
        seed = await self._services.search.find.of_track(track)
        found = await self._services.recommend.similar.to_song(seed, scope)
        return await self._near(song_id, found, scope)

    async def similar_named(self, typed: str, *, explicit: bool) -> schemas.SimilarSongs:
        """The nearest songs for a typed name: by the song that is meant, else by its artist's sound."""
        scope = self._scope(explicit=explicit)
        seed = await self._services.search.find.in_catalogue(typed, scope)
        if seed.artist_ref is None:
            return await self.similar(seed.id, explicit=explicit)
        found = await self._services.recommend.similar.to_song(seed, scope)
        return await self._near(seed.id, found, scope)

    async def _near(self, song_id: str, found: SimilarSongs, scope: Scope) -> schemas.SimilarSongs:
        tracks = [*(one.track for one in found.songs), *found.more]
        genres = await self._services.recommend.view.genres_of(tracks, scope)
        return schemas.SimilarSongs(
            for_song=song_id,
            basis=found.basis,
            items=mappers.near(found.songs, genres),
            more=tuple(mappers.song(track, genres) for track in found.more),
        )

    async def predict(
        self, sound: schemas.Sound, seconds: float | None, *, explicit: bool
    ) -> schemas.Prediction:
        """A prediction for nine feature values."""
        duration = None if seconds is None else round(1_000 * seconds)
        scope = self._scope(explicit=explicit)
        features = AudioFeatures.from_mapping(sound.model_dump())
        found = await self._services.recommend.similar.to_features(features, duration, scope)
        return mappers.prediction(
            found,
            await self._services.recommend.view.genres_of([one.track for one in found.songs], scope),
            self._translate,
        )

    async def clusters(self, words: str, page: int, size: int) -> schemas.Clusters:
        """Clusters whose names and genres contain the words."""
        scope = self._scope()
        found = await self._services.recommend.clusters.search(
            words, scope, page=page - 1, size=size, examples=3
        )
        examples = [track for view in found.items for track in view.examples]
        genres = await self._services.recommend.view.genres_of(examples, scope)
        return schemas.Clusters(
            items=tuple(mappers.cluster(view, genres, self._translate) for view in found.items),
            page=page,
            pages=found.count,
            total=found.total,
        )

    async def cluster(self, number: int) -> schemas.ClusterDetail:
        scope = self._scope()
        view = await self._services.recommend.clusters.one(number, scope, examples=12)
        return mappers.cluster_detail(
            view,
            await self._services.recommend.view.genres_of(view.examples, scope),
            await self._services.recommend.clusters.duration_of(number, scope),
            self._translate,
        )

    def cluster_names(self) -> list[tuple[int, str]]:
        """Number and name of every cluster, by name."""
        profiles = self._services.models.recommender.bundle.profiles
        names = [(profile.number, cluster_name(profile.name, self._translate)) for profile in profiles]
        return sorted(names, key=lambda one: one[1])

    def usual_sound(self) -> schemas.Sound:
        """The catalogue's mean features."""
        return mappers.sound(self._services.recommend.clusters.usual_sound(self._scope()).vector())

    async def hot_list(self, page: int, size: int) -> schemas.HotList:
        stored = await self._services.hot_list.current()
        some = stored.chart.entries[(page - 1) * size : page * size]
        ids = [entry.track_id for entry in some if entry.track_id is not None]
        known = await self._services.recommend.view.imported(ids, self._scope())
        return mappers.hot_list(stored, known, page=page, size=size, now=datetime.now(UTC))

    async def playlist(
        self,
        source: str | int | dict[str, float],
        count: int,
        order: PlaylistOrder,
        *,
        explicit: bool,
    ) -> schemas.Playlist:
        """A playlist from a song (its id), a cluster (its number), or target values of some features."""
        scope, make = self._scope(explicit=explicit), self._services.playlists.make
        match source:
            case str():
                track = await self._services.recommend.view.track(source, scope)
                made = await make.from_track(track, count, scope)
            case int():
                await self._services.recommend.clusters.one(source, scope, examples=1)
                made = await make.from_cluster(f"cluster {source}", count, scope)
            case _:
                made = await make.from_mood(MoodTarget(None, source), count, scope)
        name = made.name
        match made.kind:
            case "cluster":
                name = cluster_name(name, self._translate)
            case "song":
                name = stored_name(name, self._translate)
        songs = await self._songs(in_order(made.songs, order))
        return schemas.Playlist(kind=made.kind, name=name, items=songs)

    async def tracks(self, song_ids: Sequence[str]) -> list[Track]:
        """The tracks of some ids, in their order."""
        scope = self._scope()
        return [await self._services.recommend.view.track(song_id, scope) for song_id in song_ids]

    async def path(self, start: str, end: str, count: int, *, explicit: bool) -> schemas.SongPath:
        """A path from one song to another."""
        scope = self._scope(explicit=explicit)
        for song_id in (start, end):
            await self._services.recommend.view.track(song_id, scope)
        found = await self._services.playlists.path(start, end, count, scope)
        tracks = [seed.track for seed in found.seeds if seed.track is not None]
        percents = [None, *(one.percent for one in found.songs), found.last_percent]
        genres = await self._services.recommend.view.genres_of(tracks, scope)
        positions = await self._services.maps.points.positions_of(tracks, scope)
        return schemas.SongPath(
            items=tuple(
                schemas.PathStep(
                    song=mappers.song(track, genres),
                    percent=percent,
                    map=mappers.map_point(positions.get(track.id)),
                )
                for track, percent in zip(tracks, percents, strict=True)
            )
        )

    async def song_map(self) -> SongCloud:
        """The map of the current model."""
        return await self._services.maps.points.cloud(self._scope())

    async def song_at(self, model: str, point: int) -> schemas.Song:
        """The song of a point of the map."""
        track = await self._services.maps.points.track_at(model, point, self._scope())
        return (await self._songs([track]))[0]

    async def health(self) -> schemas.Health:
        state = await self._services.about()
        return schemas.Health(
            status="ok",
            model=state.model,
            trained_at=state.trained,
            tracks=state.tracks,
            clusters=state.clusters,
            hot_list_week=state.chart.chart.week if state.chart else None,
            quality=state.quality,
            unseen=state.unseen,
            measured_here=state.measured_here,
        )

    async def _songs(self, tracks: Sequence[Track]) -> tuple[schemas.Song, ...]:
        genres = await self._services.recommend.view.genres_of(tracks, self._scope())
        return tuple(mappers.song(track, genres) for track in tracks)

    def _scope(self, *, explicit: bool = True) -> Scope:
        nowhere = self._services.scope.nowhere
        return nowhere if explicit else replace(nowhere, explicit=False)
