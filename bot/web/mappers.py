"""Maps domain values to schemas."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.charts import ChartEntry, StoredChart
from bot.domain.links import search_video_url, track_url
from bot.domain.pagination import page_count
from bot.domain.recommendations import Recommendation as Recommended
from bot.domain.tracks import Track
from bot.domain.views import ClusterView, MapPosition, SimilarSong, SongView
from bot.domain.views import Prediction as Predicted
from bot.i18n.cluster_names import cluster_name
from bot.i18n.translator import Translator
from bot.presentation.reasons import why
from bot.services.maps.points import MapLabel, SongCloud
from bot.web import schemas

Genres = Mapping[str, tuple[str, ...]]


def song(track: Track, genres: Genres) -> schemas.Song:
    """A track by name."""
    return schemas.Song(
        id=track.id,
        title=track.title,
        artists=track.artists,
        album=track.album,
        release_year=track.release_year,
        genres=genres.get(track.id, ()),
        popularity=track.popularity,
        explicit=track.explicit,
        duration_ms=track.duration_ms,
        in_catalogue=track.row is not None and track.source == "import",
        spotify_url=track.url,
        video_search_url=search_video_url(track.title, track.artists),
    )


def song_detail(view: SongView, position: MapPosition | None, translate: Translator) -> schemas.SongDetail:
    """A track with its features."""
    features = view.track.features
    return schemas.SongDetail(
        **song(view.track, {view.track.id: view.genres}).model_dump(),
        features=sound(features.vector()) if features else None,
        z_scores=sound(view.z) if view.z else None,
        cluster=named(view.cluster, view.cluster_name, translate),
        map=map_point(position),
    )


def sound(values: Sequence[float]) -> schemas.Sound:
    """The nine features by name."""
    rounded = (round(value, schemas.DIGITS) for value in values)
    return schemas.Sound.model_validate(dict(zip(schemas.FEATURES, rounded, strict=True)))


def named(number: int | None, name: str | None, translate: Translator) -> schemas.ClusterName | None:
    """A cluster, or None."""
    if number is None or name is None:
        return None
    return schemas.ClusterName(number=number, name=cluster_name(name, translate))


def map_point(position: MapPosition | None) -> schemas.MapPoint | None:
    """A position on the map, or None."""
    if position is None:
        return None
    x, y, z = position
    return schemas.MapPoint(x=x, y=y, z=z)


def recommendation(
    answer: Recommended, genres: Genres, name: str | None, translate: Translator
) -> schemas.Recommendation:
    """A recommendation.

    Args:
        name: the name of the pick's cluster.
    """
    return schemas.Recommendation(
        for_song=answer.seed.id,
        pick=song(answer.pick, genres),
        hot=answer.hot,
        basis=answer.basis,
        cluster=named(answer.pick_cluster, name, translate),
        reason=why(answer, translate),
    )


def near(songs: Sequence[SimilarSong], genres: Genres) -> tuple[schemas.NearSong, ...]:
    """Neighbours."""
    return tuple(schemas.NearSong(song=song(one.track, genres), percent=one.percent) for one in songs)


def cluster(view: ClusterView, genres: Genres, translate: Translator) -> schemas.Cluster:
    """A cluster."""
    return schemas.Cluster(
        number=view.number,
        name=cluster_name(view.name, translate),
        size=view.size,
        genres=tuple(schemas.Genre(name=name, share=share) for name, share in view.genres),
        words=view.words,
        z_scores=sound(view.z),
        features=sound(view.sound.vector()),
        examples=tuple(song(track, genres) for track in view.examples),
    )


def cluster_detail(
    view: ClusterView, genres: Genres, duration_ms: int | None, translate: Translator
) -> schemas.ClusterDetail:
    """A cluster with the mean duration of its songs."""
    return schemas.ClusterDetail(**cluster(view, genres, translate).model_dump(), duration_ms=duration_ms)


def prediction(found: Predicted, genres: Genres, translate: Translator) -> schemas.Prediction:
    """A prediction."""
    return schemas.Prediction(
        cluster=schemas.ClusterName(number=found.cluster, name=cluster_name(found.cluster_name, translate)),
        words=found.words,
        z_scores=sound(found.z),
        map=map_point(found.position),
        items=near(found.songs, genres),
    )


def hot_list(
    stored: StoredChart, known: Mapping[str, Track], *, page: int, size: int, now: datetime
) -> schemas.HotList:
    """A page of the chart.

    Args:
        known: catalogue tracks of this page, by id.
        page: counted from 1.
    """
    entries = stored.chart.entries
    some = entries[(page - 1) * size : page * size]
    return schemas.HotList(
        title=stored.chart.title,
        source=stored.chart.source,
        week=stored.chart.week,
        fetched_at=stored.fetched_at,
        stale=stored.is_stale(now),
        items=tuple(_hot_entry(entry, known) for entry in some),
        page=page,
        pages=page_count(len(entries), size),
        total=len(entries),
    )


def _hot_entry(entry: ChartEntry, known: Mapping[str, Track]) -> schemas.HotEntry:
    return schemas.HotEntry(
        rank=entry.rank,
        title=entry.title,
        artist=entry.artist,
        last_week=entry.last_week,
        peak=entry.peak,
        weeks=entry.weeks,
        movement=None if entry.last_week is None else entry.last_week - entry.rank,
        song=entry.track_id if entry.track_id in known else None,
        spotify_url=track_url(entry.track_id or "", entry.title, (entry.artist,)),
    )


def song_map(cloud: SongCloud, points_url: str, clusters_url: str, translate: Translator) -> schemas.SongMap:
    """The map without its points."""
    return schemas.SongMap(
        model=cloud.model,
        points=len(cloud.rows),
        points_url=points_url,
        clusters_url=clusters_url,
        families=cloud.families,
        regions=_regions(cloud.regions, translate),
        genres=_regions(cloud.genres, translate),
    )


def _regions(regions: Sequence[MapLabel], translate: Translator) -> tuple[schemas.Region, ...]:
    return tuple(
        schemas.Region(name=cluster_name(region.name, translate), x=region.x, y=region.y, share=region.share)
        for region in regions
    )
