"""All that the bot, the page and the terminal can ask for, grouped by what people do."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.background import Job
from bot.services.catalogue.about import About
from bot.services.charts.hot_list import HotList
from bot.services.command_sync import CommandSync
from bot.services.guilds.feedback import Feedback
from bot.services.guilds.moderation import Moderation
from bot.services.guilds.privacy import Privacy
from bot.services.guilds.scopes import Scopes
from bot.services.guilds.settings import SettingsKeeper
from bot.services.maps.draw import DrawMap
from bot.services.maps.points import MapSongs
from bot.services.model_store import ServingStore
from bot.services.playlists.blend import BlendSongs
from bot.services.playlists.path import SongPath
from bot.services.playlists.playlist import MakePlaylist
from bot.services.playlists.radio import Radio
from bot.services.recommend.clusters import Clusters
from bot.services.recommend.predict import PredictFeatures
from bot.services.recommend.recommend import RecommendSong
from bot.services.recommend.similar import FindSimilar
from bot.services.recommend.song_view import ViewSong
from bot.services.search.autocomplete import Suggest
from bot.services.search.clip import HearClip
from bot.services.search.explain import ExplainQuery
from bot.services.search.resolve import ResolveSong
from bot.services.sessions.session import ListeningSessions
from bot.services.sessions.summary import SessionSummary
from bot.services.sessions.timers import SessionTimers
from bot.services.source_health import SourceHealth


@dataclass(frozen=True)
class SearchServices:
    """From what somebody typed, or attached, to a song."""

    find: ResolveSong
    suggest: Suggest
    explain: ExplainQuery
    hear_clip: HearClip


@dataclass(frozen=True)
class RecommendServices:
    """Songs on the same wave, the nearest ones, clusters, one song to look at."""

    song: RecommendSong
    similar: FindSimilar
    clusters: Clusters
    predict: PredictFeatures
    view: ViewSong


@dataclass(frozen=True)
class PlaylistServices:
    """Several songs at once."""

    make: MakePlaylist
    path: SongPath
    blend: BlendSongs
    radio: Radio


@dataclass(frozen=True)
class SessionServices:
    """Listening together."""

    listen: ListeningSessions
    timers: SessionTimers
    summary: SessionSummary


@dataclass(frozen=True)
class GuildServices:
    """What servers and people settle."""

    settings: SettingsKeeper
    moderation: Moderation
    feedback: Feedback
    privacy: Privacy


@dataclass(frozen=True)
class MapServices:
    """The map of songs: as a picture, and as numbers."""

    draw: DrawMap
    points: MapSongs


@dataclass(frozen=True)
class Services:
    """The use cases, ready to be called; closed by whoever opened them.

    Attributes:
        scope: makes the scope of a request, which most use cases take.
        models: the model in force.
        jobs: what runs beside the requests.
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
    sources: SourceHealth
    command_sync: CommandSync
    jobs: Sequence[Job]
