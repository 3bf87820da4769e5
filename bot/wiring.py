"""The only place where classes are chosen, opened and closed."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np

from bot.services.chores import clean_up, write_behind, write_down
from bot.services.explore import Explore
from bot.services.hear_clip import HearClip
from bot.services.hot_list import CatalogueChart, HotList
from bot.services.locate_song import LocateSong
from bot.services.look_outside import LookOutside, Wait
from bot.services.model_keeper import ModelKeeper
from bot.services.place import Place
from bot.services.recommend_song import REMEMBERED, RecommendSong
from bot.services.resolve_song import ResolveSong
from bot.services.suggest import Suggest
from bot.settings import ChartName, Settings
from bot.sources.blocks import Block
from bot.sources.charts.apple import AppleMusic
from bot.sources.charts.billboard import Billboard
from bot.sources.charts.deezer import Deezer
from bot.sources.fallback import FirstChart, FirstFeatures, FirstSearch
from bot.sources.features.reccobeats import PER_SECOND, ReccoBeats
from bot.sources.health import Guard
from bot.sources.http import Http
from bot.sources.protocols import ChartSource, FeatureSource, TrackSearch
from bot.storage.charts import Charts
from bot.storage.database import Database
from bot.storage.facts import Facts
from bot.storage.history import History
from bot.storage.outside import SourceBlocks, UnknownSongs
from bot.storage.tracks import Tracks

CHART_SECONDS = 40.0
"""For all chart sources together."""


@dataclass(frozen=True)
class Services:
    """The use cases, ready to be called; closed by whoever opened them."""

    recommend: RecommendSong
    explore: Explore
    suggest: Suggest
    hear_clip: HearClip
    hot_list: HotList
    models: ModelKeeper
    tracks: Tracks
    history: History
    unknown: UnknownSongs
    blocks: SourceBlocks
    facts: Facts
    explicit: Literal["always", "age-restricted", "never"]

    def place(
        self, channel: int | None, *, guild: int | None, user: int | None, age_restricted: bool, wait: Wait
    ) -> Place:
        """Where an answer goes, whether explicit songs may go there, and how waiting is shown."""
        allowed = self.explicit == "always" or (self.explicit == "age-restricted" and age_restricted)
        return Place(channel, guild, user, allowed, wait)

    def chores(self) -> Sequence[Coroutine[Any, Any, None]]:
        """What runs beside the commands, for as long as the bot is there."""
        return (
            self.hot_list.keep_fresh(),
            self.models.keep_newest(),
            write_behind(self.history),
            clean_up(self.tracks, self.history, self.unknown),
        )


@asynccontextmanager
async def open_services(settings: Settings, *, rng: np.random.Generator) -> AsyncIterator[Services]:
    """Open everything, and close it in the opposite order.

    Args:
        rng: draws the picks.

    Raises:
        StorageFailed: the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database)
        stack.push_async_callback(database.close)
        http = Http()
        stack.push_async_callback(http.close)
        tracks, charts, facts = Tracks(database), Charts(database), Facts(database)
        unknown, blocks = UnknownSongs(database), SourceBlocks(database)
        history = History(database, remembered=REMEMBERED)
        stack.push_async_callback(write_down, history)
        searches, features = _outside(settings, http, blocks, stack)
        share = settings.outside_seconds / 2
        outside = LookOutside(
            tracks,
            unknown,
            FirstSearch(searches, seconds=share) if searches else None,
            FirstFeatures(features, seconds=share) if features else None,
        )
        models = ModelKeeper(settings.models)
        resolve, locate = ResolveSong(tracks, charts, outside), LocateSong(tracks, outside)
        yield Services(
            recommend=RecommendSong(resolve, tracks, charts, history, locate, models, rng=rng),
            explore=Explore(resolve, locate, tracks, models),
            suggest=Suggest(tracks),
            hear_clip=HearClip(next((one for one in features if isinstance(one, ReccoBeats)), None)),
            hot_list=HotList(
                charts,
                tracks,
                FirstChart([*_charts(settings, http, blocks), CatalogueChart(tracks)], seconds=CHART_SECONDS),
                cooldown=timedelta(minutes=settings.hotlist_cooldown_minutes),
            ),
            models=models,
            tracks=tracks,
            history=history,
            unknown=unknown,
            blocks=blocks,
            facts=facts,
            explicit=settings.explicit,
        )


def _outside(
    settings: Settings, http: Http, blocks: SourceBlocks, stack: AsyncExitStack
) -> tuple[list[TrackSearch], list[FeatureSource]]:
    searches: list[TrackSearch] = []
    features: list[FeatureSource] = []
    if settings.spotify_client_id and settings.spotify_client_secret:
        # spotipy brings redis along: a start without Spotify is quicker by a tenth.
        from bot.sources.features.spotify import SpotifyFeatures, SpotifySearch  # noqa: PLC0415
        from bot.sources.features.spotify_client import SpotifyClient  # noqa: PLC0415

        spotify = SpotifyClient(
            settings.spotify_client_id,
            settings.spotify_client_secret.get_secret_value(),
            Guard("Spotify", blocks),
            api_url=settings.spotify_api_url,
            token_url=settings.spotify_token_url,
            seconds=settings.outside_seconds,
        )
        stack.push_async_callback(spotify.close)
        searches.append(SpotifySearch(spotify))
        features.append(SpotifyFeatures(spotify, Block("Spotify audio features", blocks)))
    if settings.reccobeats:
        reccobeats = ReccoBeats(
            http, Guard("ReccoBeats", blocks, per_second=PER_SECOND), base_url=settings.reccobeats_url
        )
        searches.append(reccobeats)
        features.append(reccobeats)
    return searches, features


def _charts(settings: Settings, http: Http, blocks: SourceBlocks) -> list[ChartSource]:
    makers: dict[ChartName, Callable[[], ChartSource]] = {
        "billboard": lambda: Billboard(http, Guard("Billboard", blocks), base_url=settings.billboard_url),
        "apple": lambda: AppleMusic(
            http,
            Guard("Apple Music", blocks),
            base_url=settings.apple_url,
            country=settings.hotlist_country,
        ),
        "deezer": lambda: Deezer(http, Guard("Deezer", blocks), base_url=settings.deezer_url),
    }
    return [makers[name]() for name in settings.hotlist_sources]
