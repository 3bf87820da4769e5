"""Clusters and sounds: predict, browse, playlists of them."""

from fastapi import APIRouter

from bot.web import schemas
from bot.web.caching import MINUTE, NO_STORE
from bot.web.dependencies import QueriesDep
from bot.web.parameters import (
    ClusterNumber,
    ClustersParams,
    NoParams,
    PlaylistParams,
    PredictParams,
    SoundPlaylistParams,
)

router = APIRouter()


@router.get("/predict", summary="From features to a cluster", dependencies=[MINUTE])
async def predict(query: PredictParams, queries: QueriesDep) -> schemas.Prediction:
    """The cluster of a sound, its place on the map and the songs nearest to it."""
    return await queries.predict(query.sound, query.duration, explicit=query.explicit)


@router.get("/playlist", summary="A playlist of a sound", dependencies=[NO_STORE])
async def sound_playlist(query: SoundPlaylistParams, queries: QueriesDep) -> schemas.Playlist:
    """Songs that sound as wished, drawn anew each time; name at least one feature."""
    return await queries.playlist(query.target_features, query.count, query.order, explicit=query.explicit)


@router.get("/clusters", summary="All clusters", dependencies=[MINUTE])
async def clusters(query: ClustersParams, queries: QueriesDep) -> schemas.Clusters:
    """Clusters, largest first; `q` keeps those whose names and genres hold its words."""
    return await queries.clusters(query.q, query.page, query.size)


@router.get("/clusters/{number}", summary="One cluster", dependencies=[MINUTE])
async def cluster(number: ClusterNumber, query: NoParams, queries: QueriesDep) -> schemas.ClusterDetail:
    """A cluster with its sound, its genres and its best-known songs."""
    return await queries.cluster(number)


@router.get("/clusters/{number}/playlist", summary="A playlist of a cluster", dependencies=[NO_STORE])
async def cluster_playlist(
    number: ClusterNumber, query: PlaylistParams, queries: QueriesDep
) -> schemas.Playlist:
    """Songs of a cluster, drawn anew each time."""
    return await queries.playlist(number, query.count, query.order, explicit=query.explicit)
