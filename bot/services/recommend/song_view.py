"""Views of catalogue songs."""

from collections.abc import Iterable, Sequence

from bot.domain.errors import SongGone
from bot.domain.tracks import Track
from bot.domain.views import SongView
from bot.services.scope import Scope


class ViewSong:
    """Shows imported songs only: data fetched from outside services must not be published."""

    async def track(self, track_id: str, scope: Scope) -> Track:
        """The track with an id.

        Raises:
            SongGone: it is not in the catalogue.
        """
        track = await scope.serving.tracks.by_id(track_id)
        if track is None or track.source != "import":
            raise SongGone("There is no such song in the catalogue; search for it by its name.")
        return track

    async def __call__(self, track_id: str, scope: Scope) -> SongView:
        """The track with genres, cluster and its distinctive features.

        Raises:
            SongGone: it is not in the catalogue.
            ModelUnavailable: there is no model.
        """
        track, recommender = await self.track(track_id, scope), scope.serving.recommender
        row = track.row or 0
        seed = recommender.seed_of_row(row)
        return SongView(
            track,
            (await self.genres_of([track], scope)).get(track.id, ()),
            tuple(recommender.z_scores(track.features)) if track.features else (),
            None if seed is None else seed.cluster,
            None if seed is None else recommender.profile(seed.cluster).name,
        )

    async def imported(self, track_ids: Iterable[str], scope: Scope) -> dict[str, Track]:
        """The imported tracks among some ids, by id."""
        tracks = [await scope.serving.tracks.by_id(track_id) for track_id in track_ids]
        return {track.id: track for track in tracks if track is not None and track.source == "import"}

    async def genres_of(self, tracks: Sequence[Track], scope: Scope) -> dict[str, tuple[str, ...]]:
        """Genres by track id."""
        rows = {track.id: track.row for track in tracks if track.row is not None}
        genres = await scope.serving.labels.genres_of([*rows.values()])
        return {track_id: genres[row] for track_id, row in rows.items() if row in genres}
