"""All use cases of the bot, the web page and the command line, in groups."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.services.background import Job, Lock, TakeTurn
from bot.services.catalogue.about import About
from bot.services.catalogue.pull import PullCatalogue
from bot.services.charts.hot_list import HotList
from bot.services.clock_guard import ClockGuard
from bot.services.command_sync import CommandSync
from bot.services.guilds.daily import DailyPosts
from bot.services.guilds.feedback import Feedback
from bot.services.guilds.moderation import Moderation
from bot.services.guilds.privacy import Privacy
from bot.services.guilds.scopes import Scopes
from bot.services.guilds.settings import GuildSettingsService
from bot.services.guilds.unfound import UnfoundTitles
from bot.services.handover import Handover
from bot.services.maps.draw import DrawMap
from bot.services.maps.points import MapSongs
from bot.services.model_store import ServingStore
from bot.services.playlists.blend import BlendSongs
from bot.services.playlists.from_words import PlaylistFromWords
from bot.services.playlists.path import SongPath
from bot.services.playlists.playlist import MakePlaylist
from bot.services.playlists.radio import Radio
from bot.services.playlists.song_list import SongLists
from bot.services.recommend.clusters import Clusters
from bot.services.recommend.covers import Covers
from bot.services.recommend.odd_one_out import OddOneOut
from bot.services.recommend.recommend import RecommendSong
from bot.services.recommend.similar import FindSimilar
from bot.services.recommend.song_view import ViewSong
from bot.services.recommend.steer import SteerSong
from bot.services.search.autocomplete import Suggest
from bot.services.search.clip import HearClip
from bot.services.search.explain import ExplainQuery
from bot.services.search.resolve import ResolveSong
from bot.services.sessions.requests import SongRequests
from bot.services.sessions.session import ListeningSessions
from bot.services.sessions.summary import SessionSummary
from bot.services.sessions.timers import SessionTimers
from bot.services.status import ReadStatus
from bot.sources.guard import Guard
from bot.storage.state.external_cache import SourceBlocks
from bot.storage.state.processes import Processes


@dataclass(frozen=True)
class SearchServices:
    """Finding songs from text or an audio clip."""

    find: ResolveSong
    suggest: Suggest
    explain: ExplainQuery
    hear_clip: HearClip


@dataclass(frozen=True)
class RecommendServices:
    """Recommendations, similar songs, clusters, song views."""

    song: RecommendSong
    steer: SteerSong
    similar: FindSimilar
    clusters: Clusters
    view: ViewSong
    covers: Covers
    odd_one_out: OddOneOut


@dataclass(frozen=True)
class PlaylistServices:
    """Playlists, paths, blends, radios."""

    make: MakePlaylist
    from_words: PlaylistFromWords
    lists: SongLists
    path: SongPath
    blend: BlendSongs
    radio: Radio


@dataclass(frozen=True)
class SessionServices:
    """Listening sessions."""

    listen: ListeningSessions
    requests: SongRequests
    timers: SessionTimers
    summary: SessionSummary


@dataclass(frozen=True)
class GuildServices:
    """Settings, moderation, feedback and privacy."""

    settings: GuildSettingsService
    moderation: Moderation
    feedback: Feedback
    privacy: Privacy
    unfound: UnfoundTitles
    daily: DailyPosts


@dataclass(frozen=True)
class MapServices:
    """The map of songs, as a picture and as coordinates."""

    draw: DrawMap
    points: MapSongs


@dataclass(frozen=True)
class Services:
    """The opened use cases, closed by `open_services`.

    Attributes:
        scope: builds the scope of a request, which most use cases take.
        models: the current model.
        guards: those of the outside services; `blocks` says which services are blocked, beyond a restart.
        jobs: the background jobs.
        flush: writes what is written behind: picks and counts.
        processes: this process among those that share the state.
        pull: takes up the published catalogue and model; None where no place is set.
        lock: holds a lock, by name, among all processes on this state; tells whether it was free.
        take_turn: waits until the last turn of a name was so many seconds ago, among the same.
    """

    scope: Scopes
    search: SearchServices
    recommend: RecommendServices
    playlists: PlaylistServices
    sessions: SessionServices
    guilds: GuildServices
    maps: MapServices
    hot_list: HotList
    about: About
    models: ServingStore
    guards: Sequence[Guard]
    blocks: SourceBlocks
    status: ReadStatus
    command_sync: CommandSync
    clock_guard: ClockGuard
    processes: Processes
    handover: Handover
    jobs: Sequence[Job]
    flush: Callable[[], Awaitable[None]]
    lock: Lock
    take_turn: TakeTurn
    pull: PullCatalogue | None
