"""A song of the catalogue, to look at."""

from bot.domain.errors import SongGone
from bot.domain.explorations import SongView
from bot.domain.tracks import Track
from bot.domain.wording import marked
from bot.services.kept import Kept
from bot.services.model_keeper import ModelKeeper
from bot.storage.tracks import Tracks

_GONE = marked("There is no such song in the catalogue; search for it by its name.")


class ViewSong:
    """Shows imported songs only: what was fetched from outside is lent to us, not ours to publish."""

    def __init__(self, tracks: Tracks, models: ModelKeeper) -> None:
        self._tracks = tracks
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
        """The track with its cluster and how it differs from the others.

        Raises:
            SongGone: it is not in the catalogue.
            ModelUnavailable: there is no model.
        """
        track, recommender = await self.track(track_id), self._models.recommender
        row = track.row or 0
        seed = recommender.seed_of_row(row)
        return SongView(
            track,
            tuple(recommender.z_scores(track.features)) if track.features else (),
            None if seed is None else seed.cluster,
            None if seed is None else recommender.profile(seed.cluster).name,
        )

    async def _read_imported(self, track_id: str) -> Track | None:
        track = await self._tracks.by_id(track_id)
        return track if track is not None and track.source == "import" else None
