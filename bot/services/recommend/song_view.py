"""A song of the catalogue, to look at."""

from collections.abc import Sequence

from bot.domain.errors import SongGone
from bot.domain.explorations import SongView
from bot.domain.tracks import Track
from bot.i18n.marking import marked
from bot.services.cache import Kept
from bot.services.model_store import ModelStore
from bot.storage.catalogue.labels import Labels
from bot.storage.catalogue.tracks import Tracks

_GONE = marked("There is no such song in the catalogue; search for it by its name.")


class ViewSong:
    """Shows imported songs only: what was fetched from outside is lent to us, not ours to publish."""

    def __init__(self, tracks: Tracks, labels: Labels, models: ModelStore) -> None:
        self._tracks = tracks
        self._labels = labels
        self._models = models
        self._imported = Kept(self._read_imported)

    async def track(self, track_id: str) -> Track:
        """The track of an id.

        Raises:
            SongGone: it is not in the catalogue.
        """
        track = await self._imported.get(track_id)
        if track is None:
            self._imported.drop(track_id)  # it may be imported any time
            raise SongGone(_GONE)
        return track

    async def __call__(self, track_id: str) -> SongView:
        """The track with genres, cluster and how it differs from the others.

        Raises:
            SongGone: it is not in the catalogue.
            ModelUnavailable: there is no model.
        """
        track, recommender = await self.track(track_id), self._models.recommender
        row = track.row or 0
        seed = recommender.seed_of_row(row)
        return SongView(
            track,
            (await self.genres_of([track])).get(track.id, ()),
            tuple(recommender.z_scores(track.features)) if track.features else (),
            None if seed is None else seed.cluster,
            None if seed is None else recommender.profile(seed.cluster).name,
        )

    async def genres_of(self, tracks: Sequence[Track]) -> dict[str, tuple[str, ...]]:
        """The genres of some tracks, by track id."""
        rows = {track.id: track.row for track in tracks if track.row is not None}
        genres = await self._labels.genres_of([*rows.values()])
        return {track_id: genres[row] for track_id, row in rows.items() if row in genres}

    async def _read_imported(self, track_id: str) -> Track | None:
        track = await self._tracks.by_id(track_id)
        return track if track is not None and track.source == "import" else None
