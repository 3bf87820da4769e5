"""Sounds and clusters: predict, browse, playlists of them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from bot.web import schemas as shapes
from bot.web.caching import drawn, tagged
from bot.web.parameters import (
    USUAL_COUNT,
    ClusterNumber,
    Count,
    Explicit,
    Order,
    Page,
    PlaylistAsked,
    Size,
    SoundAsked,
    Words,
)
from bot.web.queries import Answers


def add_sounds(router: APIRouter, answers: Answers) -> None:
    """The routes about sounds and clusters."""

    @router.get("/predict", response_model=shapes.Prediction, summary="From features to a cluster")
    async def predict(request: Request, asked: Annotated[SoundAsked, Query()]) -> Response:
        """The cluster of a sound, its place on the map and the songs nearest to it."""
        found = await answers.predict(asked.sound, asked.duration, explicit=asked.explicit)
        return tagged(request, found)

    @router.get("/playlist", response_model=shapes.Playlist, summary="A playlist of a sound")
    async def playlist(asked: Annotated[PlaylistAsked, Query()]) -> Response:
        """Songs that sound as wished, drawn anew each time; name at least one feature."""
        return drawn(
            await answers.playlist_of_sound(asked.wished, asked.count, asked.order, explicit=asked.explicit)
        )

    @router.get("/clusters", response_model=shapes.Clusters, summary="All clusters")
    async def clusters(request: Request, q: Words = "", page: Page = 1, size: Size = 20) -> Response:
        """Clusters, largest first; `q` keeps those whose names and genres hold its words."""
        return tagged(request, await answers.clusters(q, page, size))

    @router.get("/clusters/{number}", response_model=shapes.ClusterDetail, summary="One cluster")
    async def cluster(request: Request, number: ClusterNumber) -> Response:
        """A cluster with its sound, its genres and its best-known songs."""
        return tagged(request, await answers.cluster(number))

    @router.get(
        "/clusters/{number}/playlist", response_model=shapes.Playlist, summary="A playlist of a cluster"
    )
    async def cluster_playlist(
        number: ClusterNumber, count: Count = USUAL_COUNT, order: Order = "flow", explicit: Explicit = True
    ) -> Response:
        """Songs of a cluster, drawn anew each time."""
        return drawn(await answers.playlist_of_cluster(number, count, order, explicit=explicit))
