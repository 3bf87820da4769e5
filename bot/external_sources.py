"""Opens the outside sources that the settings enable, each behind its guard."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.domain.candidates import MediaHosts
from bot.settings import ChartName, Settings
from bot.sources.charts.apple import AppleMusic
from bot.sources.charts.billboard import Billboard
from bot.sources.charts.deezer import Deezer as DeezerChart
from bot.sources.covers.cover_art_archive import CoverArtArchive
from bot.sources.covers.oembed import SpotifyOEmbed
from bot.sources.features import reccobeats
from bot.sources.guard import Guards
from bot.sources.http import Http
from bot.sources.identity import deezer
from bot.sources.listeners import listenbrainz
from bot.sources.protocols import (
    CandidateSearch,
    ChartSource,
    ClipAnalysis,
    FeatureSource,
    ListenerSource,
    MediaSource,
    PlaylistSource,
    PreviewSource,
    RecordingDetails,
    TrackLookup,
)
from bot.sources.rate_limit import RateLimit

_COVER_RATE_LIMIT = RateLimit(20, 4.0, burst=4)
"""Neither Spotify's oEmbed nor the Cover Art Archive publishes a limit."""


@dataclass(frozen=True)
class ExternalSources:
    """The enabled sources, in order of use; None is disabled.

    Attributes:
        lookups: tracks by Spotify id. playlists: by Spotify's links. candidates: songs by name, unmatched.
        details: ISRC and release date of Deezer's candidates.
        media: covers and previews; `media_hosts` says where they come from.
    """

    charts: Sequence[ChartSource]
    lookups: Sequence[TrackLookup]
    playlists: PlaylistSource | None
    features: Sequence[FeatureSource]
    candidates: Sequence[CandidateSearch]
    details: RecordingDetails | None
    listeners: ListenerSource | None
    media: Sequence[MediaSource]
    media_hosts: MediaHosts
    previews: PreviewSource | None
    clips: ClipAnalysis | None


def open_sources(settings: Settings, http: Http, guards: Guards, stack: AsyncExitStack) -> ExternalSources:
    """Open the enabled sources; `stack` closes them."""
    lookups: list[TrackLookup] = []
    playlists: PlaylistSource | None = None
    features: list[FeatureSource] = []
    candidates: list[CandidateSearch] = []
    if settings.spotify_client_id and settings.spotify_client_secret:
        # spotipy imports redis: a start without Spotify is a tenth faster.
        from bot.sources.features.spotify import SpotifyFeatures, SpotifyPlaylists, SpotifySearch  # noqa: PLC0415
        from bot.sources.features.spotify_client import SpotifyClient  # noqa: PLC0415

        spotify = SpotifyClient(
            settings.spotify_client_id,
            settings.spotify_client_secret.get_secret_value(),
            guards.of("Spotify"),
            api_url=settings.spotify_api_url,
            token_url=settings.spotify_token_url,
            seconds=settings.outside_seconds,
        )
        stack.push_async_callback(spotify.close)
        search = SpotifySearch(spotify)
        lookups.append(search)
        candidates.append(search)
        playlists = SpotifyPlaylists(spotify, guards.block("Spotify playlists"))
        features.append(SpotifyFeatures(spotify, guards.block("Spotify audio features")))
    from_deezer = from_reccobeats = listeners = None
    if settings.deezer:
        guard = guards.of(deezer.NAME, rate_limit=deezer.RATE_LIMIT)
        from_deezer = deezer.Deezer(http, guard, base_url=settings.deezer_url)
        candidates.append(from_deezer)
    if settings.reccobeats:
        guard = guards.of(reccobeats.NAME, rate_limit=reccobeats.RATE_LIMIT)
        from_reccobeats = reccobeats.ReccoBeats(http, guard, base_url=settings.reccobeats_url)
        lookups.append(from_reccobeats)
        features.append(from_reccobeats)
        candidates.append(from_reccobeats)
    if settings.listenbrainz:
        guard = guards.of(listenbrainz.NAME, rate_limit=listenbrainz.RATE_LIMIT)
        listeners = listenbrainz.ListenBrainz(http, guard, base_url=settings.labs_url)
    media = _media(settings, http, guards, from_deezer, listeners) if settings.covers else []
    return ExternalSources(
        charts=[_chart(name, settings, http, guards) for name in settings.hotlist_sources],
        lookups=lookups,
        playlists=playlists,
        features=features,
        candidates=candidates,
        details=from_deezer,
        listeners=listeners,
        media=media,
        media_hosts=MediaHosts(
            tuple(dict.fromkeys(host for source in media for host in source.hosts.images)),
            tuple(dict.fromkeys(host for source in media for host in source.hosts.sounds)),
        ),
        previews=from_deezer if settings.covers else None,
        clips=from_reccobeats,
    )


def _media(
    settings: Settings,
    http: Http,
    guards: Guards,
    from_deezer: deezer.Deezer | None,
    listeners: ListenerSource | None,
) -> list[MediaSource]:
    guard = guards.of("Spotify oEmbed", rate_limit=_COVER_RATE_LIMIT)
    media: list[MediaSource] = [SpotifyOEmbed(http, guard, base_url=settings.oembed_url)]
    if from_deezer is not None:
        media.insert(0, from_deezer)
    if listeners is not None:  # no other source knows the release of a song
        guard = guards.of("Cover Art Archive", rate_limit=_COVER_RATE_LIMIT)
        media.append(CoverArtArchive(http, guard, listeners, base_url=settings.coverart_url))
    return media


def _chart(name: ChartName, settings: Settings, http: Http, guards: Guards) -> ChartSource:
    match name:
        case "billboard":
            return Billboard(http, guards.of("Billboard"), base_url=settings.billboard_url)
        case "apple":
            guard, country = guards.of("Apple Music"), settings.hotlist_country
            return AppleMusic(http, guard, base_url=settings.apple_url, country=country)
        case "deezer":  # Deezer's search, tracks and chart share one limit
            guard = guards.of(deezer.NAME, rate_limit=deezer.RATE_LIMIT)
            return DeezerChart(http, guard, base_url=settings.deezer_url)
