import asyncio
import base64
import logging
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import SourceUnavailable
from bot.domain.tracks import Track
from bot.sources.blocks import Block
from bot.sources.features.spotify import SpotifyFeatures, SpotifyPlaylists, SpotifySearch
from bot.sources.features.spotify_client import SpotifyClient
from bot.sources.guard import Guard, SourceBlocked, SourceClosed
from tests.sources.conftest import ENOUGH, SECONDS, Clock, Memory
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.songs import Song, made_up_id, made_up_song
from tests.support.stand_ins.spotify import CLIENT_ID, CLIENT_SECRET, SpotifyStandIn

SONG = made_up_song(1, "Bohemian Nocturne", "The Imaginary Queens")
REMASTER = made_up_song(2, "Bohemian Nocturne - Remastered 2011", "The Imaginary Queens")
NAMESAKE = made_up_song(3, "Bohemian Nocturne", "Somebody Else")
BARE = Song(made_up_id(4), "Bare", ("Nobody",), None, None, None, None, None, None)
SONGS = [REMASTER, SONG, NAMESAKE, BARE]
TRACK = Track(SONG.id, SONG.title, SONG.artists)


class Spotify:
    """The stand-in with the sources pointed at it."""

    def __init__(
        self, stand_in: SpotifyStandIn, client: SpotifyClient, closed: Block, memory: Memory, clock: Clock
    ) -> None:
        self.stand_in = stand_in
        self.client = client
        self.search = SpotifySearch(client)
        self.features = SpotifyFeatures(client, closed)
        self.playlists = SpotifyPlaylists(client, Block("Spotify playlists", memory, now=clock))


@asynccontextmanager
async def spotify_against(
    stand_in: SpotifyStandIn,
    memory: Memory,
    clock: Clock,
    *,
    secret: str = CLIENT_SECRET,
    seconds: float = ENOUGH,
    threads: int = 4,
) -> AsyncIterator[Spotify]:
    client = SpotifyClient(
        CLIENT_ID,
        secret,
        Guard("Spotify", memory, now=clock),
        api_url=stand_in.api_url,
        token_url=stand_in.token_url,
        seconds=seconds,
        threads=threads,
    )
    closed = Block("Spotify audio features", memory, now=clock)
    yield Spotify(stand_in, client, closed, memory, clock)
    await client.close()


@pytest.fixture
async def stand_in() -> AsyncIterator[SpotifyStandIn]:
    async with SpotifyStandIn(songs=list(SONGS)) as server:
        yield server


@pytest.fixture
async def spotify(stand_in: SpotifyStandIn, memory: Memory, clock: Clock) -> AsyncIterator[Spotify]:
    async with spotify_against(stand_in, memory, clock) as ready:
        yield ready


def ids(tracks: Iterable[Track]) -> list[str]:
    return [track.id for track in tracks]


async def test_candidates_come_unmatched(spotify: Spotify) -> None:
    found = await spotify.search.candidates("bohemian nocturne", "The Imaginary Queens")
    assert [request.query["q"] for request in spotify.stand_in.asked("/search")] == [
        "track:bohemian nocturne artist:The Imaginary Queens"
    ]
    assert [one.track_id for one in found] == [REMASTER.id, SONG.id]
    assert (found[1].source, found[1].isrc, found[1].explicit) == ("spotify", SONG.isrc, False)
    assert (found[1].album, found[1].duration_ms, found[1].release_year) == (SONG.album, 201_000, 2024)
    assert [one.track_id for one in await spotify.search.candidates("Nocturne", None)] == [
        REMASTER.id,
        SONG.id,
        NAMESAKE.id,
    ]
    assert await spotify.search.candidates(' : "" ', None) == []


async def test_plain_words_where_fields_find_nothing(spotify: Spotify) -> None:
    spotify.stand_in.field_filters = False
    found = await spotify.search.candidates("Bohemian Nocturne", "Somebody Else")
    assert [one.track_id for one in found] == [NAMESAKE.id]
    assert len(spotify.stand_in.asked("/search")) == 2


async def test_a_track_by_id(spotify: Spotify) -> None:
    track = await spotify.search.track(SONG.id)
    assert track is not None
    assert track.title == SONG.title
    assert await spotify.search.track(made_up_id(99)) is None
    assert await spotify.search.track("local:7") is None


async def test_a_track_with_nothing_but_a_name(spotify: Spotify) -> None:
    assert await spotify.search.track(BARE.id) == Track(BARE.id, "Bare", ("Nobody",), source="spotify")


async def test_features_where_the_app_may_read_them(spotify: Spotify) -> None:
    spotify.stand_in.audio_features_open = True
    features = await spotify.features.features_of(TRACK)
    assert features is not None
    assert features.acousticness == 0.817
    [asked] = [request for request in spotify.stand_in.requests if "audio-features" in request.path]
    assert (asked.path, asked.query) == (f"/v1/audio-features/{TRACK.id}", {})
    assert await spotify.features.features_of(Track(made_up_id(99), "Unheard", ("Of",))) is None
    assert await spotify.features.features_of(Track("local:7", "Unheard", ("Of",))) is None


async def test_a_playlist_is_read_page_by_page_where_the_app_may(spotify: Spotify) -> None:
    spotify.stand_in.playlists_open = True
    road = made_up_id(500)
    songs = [made_up_song(number) for number in range(120)]
    spotify.stand_in.playlists[road] = songs
    found = await spotify.playlists.playlist(road)
    assert found is not None
    assert found.name == "Songs for the road"
    assert [song.track_id for song in found.songs] == [song.id for song in songs]
    assert found.songs[0].name == f"{songs[0].artists[0]} - {songs[0].title}"
    asked = spotify.stand_in.asked(f"/playlists/{road}/items")
    assert [request.query["offset"] for request in asked] == ["0", "50", "100"]
    assert await spotify.playlists.playlist(made_up_id(501)) is None


async def test_closed_playlists_are_asked_for_once_and_search_goes_on(
    spotify: Spotify, memory: Memory, clock: Clock
) -> None:
    road = made_up_id(500)
    spotify.stand_in.playlists[road] = [SONG]
    for _ in range(2):
        with pytest.raises(SourceClosed):
            await spotify.playlists.playlist(road)
    assert len(spotify.stand_in.asked("/items")) == 1
    assert await spotify.search.candidates("Bohemian Nocturne", None)
    clock.advance(hours=13)
    spotify.stand_in.playlists_open = True
    assert await spotify.playlists.playlist(road) is not None


async def test_features_out_of_range_are_no_features(
    spotify: Spotify, caplog: pytest.LogCaptureFixture
) -> None:
    spotify.stand_in.audio_features_open = True
    spotify.stand_in.songs = [made_up_song(1)]
    assert spotify.stand_in.songs[0].features is not None
    spotify.stand_in.songs[0].features["energy"] = 7.0
    assert await spotify.features.features_of(TRACK) is None
    assert "energy" in caplog.text


async def test_closed_audio_features_are_asked_once_and_search_goes_on(
    spotify: Spotify, memory: Memory, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        with pytest.raises(SourceClosed):
            await spotify.features.features_of(TRACK)
    async with spotify_against(spotify.stand_in, memory, clock) as restarted:
        with pytest.raises(SourceClosed):
            await restarted.features.features_of(TRACK)
    assert len(spotify.stand_in.asked(f"/audio-features/{TRACK.id}")) == 1
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1
    assert await spotify.search.track(SONG.id) is not None
    clock.advance(hours=13)
    spotify.stand_in.audio_features_open = True
    assert await spotify.features.features_of(TRACK) is not None


@pytest.mark.parametrize("fault", [Fault.TOO_MANY_6_HOURS, Fault.TOO_MANY_UNTIL_A_DATE])
async def test_the_quota_blocks_the_whole_account_across_restarts(
    spotify: Spotify, memory: Memory, clock: Clock, fault: Fault
) -> None:
    assert await spotify.search.track(SONG.id) is not None
    spotify.stand_in.fault = fault
    with pytest.raises(SourceUnavailable) as caught:
        await spotify.search.candidates("Bohemian Nocturne", None)
    assert "QUOTA_EXCEEDED" in caught.value.detail
    spotify.stand_in.fault = None
    so_far = len(spotify.stand_in.requests)
    async with spotify_against(spotify.stand_in, memory, clock) as restarted:
        for source in (spotify, restarted):
            with pytest.raises(SourceBlocked):
                await source.search.track(SONG.id)
            with pytest.raises(SourceBlocked):
                await source.features.features_of(TRACK)
    assert len(spotify.stand_in.requests) == so_far
    clock.advance(hours=6, minutes=1)
    assert await spotify.search.track(SONG.id) is not None


async def test_an_account_without_premium_is_blocked_for_an_hour(spotify: Spotify, clock: Clock) -> None:
    spotify.stand_in.fault = Fault.FORBIDDEN_PLAIN
    spotify.stand_in.fault_path = "/v1/search"
    with pytest.raises(SourceUnavailable) as caught:
        await spotify.search.candidates("Bohemian Nocturne", None)
    assert caught.value.retry_after == timedelta(hours=1)
    assert "premium" in caught.value.detail


async def test_wrong_credentials(stand_in: SpotifyStandIn, memory: Memory, clock: Clock) -> None:
    async with spotify_against(stand_in, memory, clock, secret="not-the-secret") as spotify:
        with pytest.raises(SourceUnavailable) as caught:
            await spotify.search.track(SONG.id)
    assert caught.value.detail == "no token: invalid_client"


async def test_an_expired_token_is_replaced_at_once(spotify: Spotify) -> None:
    await spotify.search.track(SONG.id)
    spotify.stand_in.tokens_valid = False
    assert await spotify.search.track(SONG.id) is not None
    assert spotify.stand_in.tokens_issued == 2


async def test_many_at_once_fetch_one_token(spotify: Spotify) -> None:
    await asyncio.gather(*(spotify.search.track(song.id) for song in SONGS * 3))
    assert spotify.stand_in.tokens_issued == 1


async def test_no_file_is_written(spotify: Spotify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    await spotify.search.track(SONG.id)
    assert os.listdir() == []


ASKS: list[Callable[[Spotify], Awaitable[object]]] = [
    lambda spotify: spotify.features.features_of(TRACK),
    lambda spotify: spotify.search.candidates("Bohemian Nocturne", "The Imaginary Queens"),
    lambda spotify: spotify.search.track(SONG.id),
]


@pytest.mark.parametrize("path", ["/api/token", "/v1"])
@pytest.mark.parametrize("fault", Fault)
async def test_every_fault_is_one_typed_error_in_time_without_secrets(
    stand_in: SpotifyStandIn, clock: Clock, fault: Fault, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stand_in.fault = fault
    stand_in.fault_path = path
    details = []
    for ask in ASKS:
        async with spotify_against(stand_in, Memory(), clock, seconds=SECONDS) as spotify:
            with pytest.raises(SourceUnavailable) as caught:
                await ask(spotify)
        assert caught.value.detail
        details.append(caught.value.detail)
    said = "\n".join([caplog.text, *details])
    pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    assert not any(secret in said for secret in (CLIENT_SECRET, pair, "token-1"))


def threads_of_spotipy() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("spotipy")]


def join_threads_of_spotipy() -> None:
    for thread in threads_of_spotipy():
        thread.join()


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.SLOW, Fault.SLOW_HEADERS])
async def test_slow_answers_take_few_threads(memory: Memory, clock: Clock, fault: Fault) -> None:
    async with (
        SpotifyStandIn(songs=list(SONGS), fault=fault) as stand_in,
        spotify_against(stand_in, memory, clock, seconds=SECONDS) as spotify,
    ):
        outcomes = await asyncio.gather(
            *(spotify.search.track(SONG.id) for _ in range(12)), return_exceptions=True
        )
        assert all(isinstance(outcome, SourceUnavailable) for outcome in outcomes)
        assert len(threads_of_spotipy()) <= 4
    # They end when the connection does, or with their own timeout.
    await asyncio.to_thread(join_threads_of_spotipy)


async def test_a_caller_who_gives_up_gives_the_thread_back(
    stand_in: SpotifyStandIn, memory: Memory, clock: Clock
) -> None:
    async with spotify_against(stand_in, memory, clock, threads=1) as spotify:
        await spotify.search.track(SONG.id)  # fetches the token
        stand_in.door = asyncio.Event()
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await spotify.search.track(SONG.id)
        stand_in.door.set()
        assert await spotify.search.track(SONG.id) is not None
