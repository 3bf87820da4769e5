"""Creates, opens and closes all services."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from time import time

import numpy as np

from bot.domain.shards import shards_of
from bot.external_sources import open_sources
from bot.services.activity import Activity
from bot.services.background import Job, attempt_all
from bot.services.catalogue.about import About
from bot.services.catalogue.restore import remove_saved
from bot.services.charts.hot_list import CatalogueChart, HotList
from bot.services.clock_guard import DAY, ClockGuard
from bot.services.cluster_names import ClusterNames
from bot.services.command_sync import CommandSync
from bot.services.elsewhere import LISTEN_SECONDS
from bot.services.guilds.changed_elsewhere import listening
from bot.services.guilds.daily import DailyPosts
from bot.services.guilds.feedback import Feedback
from bot.services.guilds.moderation import Moderation
from bot.services.guilds.privacy import Privacy
from bot.services.guilds.scopes import Scopes
from bot.services.guilds.settings import GuildSettingsService
from bot.services.guilds.unfound import UnfoundTitles
from bot.services.handover import Handover
from bot.services.jobs import retention_jobs, storage_checks
from bot.services.maps.draw import DrawMap
from bot.services.maps.points import MapSongs
from bot.services.model_store import ServingStore
from bot.services.playlists.blend import BlendSongs
from bot.services.playlists.from_words import PlaylistFromWords
from bot.services.playlists.path import SongPath
from bot.services.playlists.playlist import MakePlaylist
from bot.services.playlists.radio import REMEMBERED as HEARD
from bot.services.playlists.radio import Radio
from bot.services.playlists.song_list import SongLists
from bot.services.recommend.clusters import Clusters
from bot.services.recommend.covers import Covers
from bot.services.recommend.listeners import PlayedTogether
from bot.services.recommend.odd_one_out import OddOneOut
from bot.services.recommend.recent_picks import REMEMBERED, RecentPicks
from bot.services.recommend.recommend import RecommendSong
from bot.services.recommend.similar import FindSimilar
from bot.services.recommend.song_view import ViewSong
from bot.services.recommend.steer import SteerSong
from bot.services.search.autocomplete import Suggest
from bot.services.search.clip import HearClip
from bot.services.search.explain import ExplainQuery
from bot.services.search.external_lookup import ExternalLookup
from bot.services.search.external_search import ExternalSearch
from bot.services.search.locate import LocateSong
from bot.services.search.resolve import ResolveSong
from bot.services.search.unfound import Unfound
from bot.services.sessions.planner import SessionPlanner
from bot.services.sessions.requests import SongRequests
from bot.services.sessions.session import ListeningSessions
from bot.services.sessions.summary import SessionSummary
from bot.services.sessions.taste import SessionTaste
from bot.services.sessions.timers import SessionTimers
from bot.services.status import ReadStatus
from bot.services.use_cases import (
    GuildServices,
    MapServices,
    PlaylistServices,
    RecommendServices,
    SearchServices,
    Services,
    SessionServices,
)
from bot.settings import Settings
from bot.shared_catalogue import open_pull
from bot.sources.fallback import FirstChart, FirstFeatures, FirstLookup
from bot.sources.guard import Guards
from bot.sources.http import Http
from bot.storage.catalogue.folder import CatalogueFolder
from bot.storage.opening import open_database
from bot.storage.state.charts import Charts
from bot.storage.state.daily import DailyTable
from bot.storage.state.external_cache import SourceBlocks, UnknownSongs
from bot.storage.state.feedback import FeedbackTable
from bot.storage.state.fetched_songs import FetchedSongs
from bot.storage.state.forget_marks import ForgetMarks
from bot.storage.state.forgotten import ForgottenPeople
from bot.storage.state.guild_lists import GuildListsTable
from bot.storage.state.guilds import Guilds
from bot.storage.state.history import History
from bot.storage.state.hourly_counts import HourlyCounts
from bot.storage.state.metadata import Metadata
from bot.storage.state.named_songs import NamedSongs
from bot.storage.state.odd_rounds import OddRounds
from bot.storage.state.people import People
from bot.storage.state.played_together import PlayedTogetherTable
from bot.storage.state.playlists import Playlists
from bot.storage.state.processes import BEAT_SECONDS, Processes
from bot.storage.state.radios import Radios
from bot.storage.state.sessions import Sessions
from bot.storage.state.source_pace import SourcePace
from bot.storage.state.unfound_songs import UnfoundSongs
from bot.storage.upgrade import prepare_state

CHART_SECONDS = 40.0
"""The deadline of all chart sources together."""
PULL_SECONDS = 10.0


@asynccontextmanager
async def open_services(
    settings: Settings, *, rng: np.random.Generator, clock: Callable[[], float] = time
) -> AsyncIterator[Services]:
    """Open all services, and close them in reverse order.

    Args:
        rng: draws the picks.
        clock: Unix seconds, by which sessions go and old rows are removed.

    Raises:
        StorageFailed: the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        await asyncio.to_thread(prepare_state, settings.state_dir)
        database = await open_database(settings.database, settings.postgres)
        stack.push_async_callback(database.close)
        processes = Processes(database, shards_of(**settings.sharding), clock=clock)
        http = Http()
        stack.push_async_callback(http.close)
        fetched, charts, metadata = FetchedSongs(database), Charts(database), Metadata(database)
        unknown, blocks = UnknownSongs(database), SourceBlocks(database)
        played_together = PlayedTogetherTable(database)
        history = History(database, remembered=REMEMBERED)
        guards = Guards(blocks, SourcePace(database) if settings.postgres is not None else None)
        sources = open_sources(settings, http, guards, stack)
        share = settings.outside_seconds / 2
        external = ExternalLookup(
            fetched,
            unknown,
            ExternalSearch(sources.candidates, seconds=share) if sources.candidates else None,
            FirstLookup(sources.lookups, seconds=share) if sources.lookups else None,
            FirstFeatures(sources.features, seconds=share) if sources.features else None,
            sources.details,
            seconds=share / 2,
        )
        serving = ServingStore(settings.models, CatalogueFolder(settings.catalogues), fetched)
        await serving.open_catalogue()
        unfound_songs, named = UnfoundSongs(database), NamedSongs(database)
        unfound = Unfound(unfound_songs, named, clock=clock)
        resolve, locate = ResolveSong(charts, external, unfound), LocateSong(external)
        titles = UnfoundTitles(unfound_songs, named, unknown, resolve, clock=clock)
        counts = HourlyCounts(database)
        activity = Activity(counts, guards.all, clock=clock)
        behind = Job("write history", 1.0, history.flush), Job("write counts", 60.0, activity.flush)
        stack.push_async_callback(attempt_all, behind)
        opinions = FeedbackTable(database)
        feedback, guilds = Feedback(opinions, resolve, charts), GuildSettingsService(Guilds(database))
        moderation = Moderation(GuildListsTable(database), resolve, feedback, serving)
        scope = Scopes(
            serving,
            guilds,
            moderation,
            feedback,
            settings.explicit,
            unrated_is_clean=settings.unrated == "clean",
            forgettings=lambda: database.forgettings,
            clock=clock,
        )
        together = PlayedTogether(sources.listeners, played_together, seconds=share)
        picks = RecentPicks(history, activity)
        recommend = RecommendSong(resolve, charts, picks, locate, together, rng=rng)
        similar = FindSimilar(resolve, locate, activity)
        draw = DrawMap(resolve, locate, recommend)
        taste = SessionTaste(opinions, locate)
        planner = SessionPlanner(taste, charts, feedback, scope, rng=rng)
        sessions = ListeningSessions(Sessions(database, processes.shards), planner, feedback, clock=clock)
        timers, cluster_names = SessionTimers(sessions, rng=rng), ClusterNames()
        playlist = MakePlaylist(resolve, locate, Playlists(database), cluster_names, rng=rng)
        odd_one_out = OddOneOut(OddRounds(database), rng=rng, clock=clock)
        radio = Radio(resolve, locate, Radios(database, remembered=HEARD), Playlists(database), rng=rng)
        privacy = Privacy(
            *(People(database), opinions, history, serving, charts, feedback),
            ForgottenPeople(settings.state_dir),
            database,
            unfound_songs,
        )
        elsewhere = await stack.enter_async_context(
            listening(database, guilds, moderation, feedback, privacy, guards)
        )
        daily = DailyPosts(DailyTable(database), opinions, processes.shards, rng=rng, clock=clock)
        clock_guard = ClockGuard(metadata, clock=clock)
        hot_list = HotList(
            charts,
            serving,
            FirstChart([*sources.charts, CatalogueChart(serving)], seconds=CHART_SECONDS),
            metadata,
            lock=database.lock,
            cooldown=timedelta(minutes=settings.hotlist_cooldown_minutes),
        )
        pull = open_pull(settings, http)
        yield Services(
            scope=scope,
            search=SearchServices(
                resolve,
                Suggest(serving),
                ExplainQuery(charts),
                HearClip(sources.clips),
            ),
            recommend=RecommendServices(
                recommend,
                SteerSong(resolve, locate, recommend, picks, rng=rng),
                similar,
                Clusters(resolve, locate, cluster_names),
                ViewSong(),
                Covers(sources.media, sources.previews, sources.media_hosts),
                odd_one_out,
            ),
            playlists=PlaylistServices(
                playlist,
                PlaylistFromWords(playlist, resolve, locate, rng=rng),
                SongLists(playlist, sources.playlists),
                SongPath(resolve, locate),
                BlendSongs(resolve, locate),
                radio,
            ),
            sessions=SessionServices(
                sessions,
                SongRequests(sessions, resolve, locate),
                timers,
                SessionSummary(sessions.stored, taste, draw),
            ),
            guilds=GuildServices(guilds, moderation, feedback, privacy, titles, daily),
            maps=MapServices(draw, MapSongs()),
            hot_list=hot_list,
            about=About(charts, metadata, serving, settings.embedded_quality),
            models=serving,
            guards=guards.all,
            blocks=blocks,
            status=ReadStatus(charts, hot_list, blocks, activity, titles, clock=clock),
            command_sync=CommandSync(metadata),
            clock_guard=clock_guard,
            flush=partial(attempt_all, behind),
            lock=database.lock,
            take_turn=database.take_turn,
            processes=processes,
            handover=Handover(metadata, processes.shards),
            pull=pull,
            jobs=[
                Job("refresh hot list", 15 * 60.0, hot_list.refresh_if_due, needs_outside=True),
                Job("load newer catalogue and model", 2.0, serving.load),
                *behind,
                Job("run sessions", 1.0, timers.run_due),
                Job("post daily", 30.0, daily.run_due),
                # Every process looks for itself: the number of the newest mark is what it remembers.
                Job("expire forget marks", 60.0, ForgetMarks(database).tidy),
                *([Job("take up shared catalogue", PULL_SECONDS, pull, needs_outside=True)] if pull else []),
                *(
                    [
                        Job("look for processes", BEAT_SECONDS, processes.beat),
                        Job("hear other processes", LISTEN_SECONDS, elsewhere.listen),
                    ]
                    if settings.postgres is not None
                    else []
                ),
                Job("empty journal", 5.0, privacy.remove_traces),
                *storage_checks(database, CatalogueFolder(settings.catalogues)),
                Job(
                    "remove replaced states",
                    DAY,
                    partial(asyncio.to_thread, remove_saved, settings.state_dir),
                ),
                *retention_jobs(database, unknown, feedback, guard=clock_guard, clock=clock),
            ],
        )
