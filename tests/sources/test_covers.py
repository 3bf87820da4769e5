from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from bot.domain.candidates import Cover, Media, MediaHosts, Recording
from bot.domain.errors import SourceUnavailable
from bot.domain.tracks import Track
from bot.sources.covers.cover_art_archive import CoverArtArchive
from bot.sources.covers.oembed import SpotifyOEmbed
from bot.sources.fallback import FirstMedia
from bot.sources.guard import Guard
from bot.sources.http import Http
from bot.sources.listeners.listenbrainz import ListenBrainz
from tests.sources.conftest import ENOUGH, SECONDS
from tests.support.stand_ins.covers import CoversStandIn
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.songs import made_up_id, made_up_song

SONG = made_up_song(1, "Bohemian Nocturne", "The Imaginary Queens")
TRACK = Track(SONG.id, SONG.title, SONG.artists)
RELEASE = "0da580f2-6768-498f-af9d-2becaddf15e0"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def stand_in() -> AsyncIterator[CoversStandIn]:
    async with CoversStandIn(songs=[SONG], releases={RELEASE}) as server:
        yield server


@pytest.fixture
def oembed(stand_in: CoversStandIn, http: Http, guard: Callable[[str], Guard]) -> SpotifyOEmbed:
    return SpotifyOEmbed(http, guard("oEmbed"), base_url=stand_in.url, seconds=ENOUGH)


@pytest.fixture
def archive(stand_in: CoversStandIn, http: Http, guard: Callable[[str], Guard]) -> CoverArtArchive:
    return CoverArtArchive(http, guard("archive"), Releases(RELEASE), base_url=stand_in.url, seconds=ENOUGH)


class Releases(ListenBrainz):
    """Knows which release a song is on, and nothing else."""

    def __init__(self, release: str | None, title: str = SONG.title) -> None:
        self.found = Recording(UNKNOWN, title, SONG.artists[0], release=release)

    async def recordings(self, title: str, artist: str | None) -> Sequence[Recording]:
        return [self.found]


async def test_a_cover_by_spotify_id(oembed: SpotifyOEmbed, stand_in: CoversStandIn) -> None:
    page = f"https://open.spotify.com/track/{SONG.id}"
    image = f"https://image-cdn-ak.spotifycdn.com/image/{SONG.id}"
    assert await oembed.media_of(TRACK) == Media(Cover(image, "Spotify", page))
    assert stand_in.requests[0].query == {"url": page}
    assert await oembed.media_of(Track(made_up_id(99), "Unheard", ("Of",))) == Media()


async def test_songs_without_a_spotify_id_are_not_asked_for(
    oembed: SpotifyOEmbed, stand_in: CoversStandIn
) -> None:
    assert await oembed.media_of(Track("local:7", "A", ("B",))) == Media()
    assert stand_in.requests == []


async def test_a_front_cover_by_release_is_not_fetched(
    archive: CoverArtArchive, stand_in: CoversStandIn, http: Http, guard: Callable[[str], Guard]
) -> None:
    image = f"{stand_in.url}/release/{RELEASE}/front-250"
    page = f"https://musicbrainz.org/release/{RELEASE}"
    assert await archive.media_of(TRACK) == Media(Cover(image, "Cover Art Archive", page))
    for other in (Releases(None), Releases(RELEASE, "Another Song")):
        unasked = CoverArtArchive(http, guard("archive"), other, base_url=stand_in.url, seconds=ENOUGH)
        assert await unasked.media_of(TRACK) == Media()
    assert [request.path for request in stand_in.requests] == [f"/release/{RELEASE}/front-250"]
    stand_in.releases.clear()
    assert await archive.media_of(TRACK) == Media()


class Has:
    name = "Somebody"
    hosts = MediaHosts()

    def __init__(self, says: Media | SourceUnavailable) -> None:
        self.says = says

    async def media_of(self, track: Track) -> Media:
        if isinstance(self.says, SourceUnavailable):
            raise self.says
        return self.says


async def test_the_first_cover_of_several_sources(oembed: SpotifyOEmbed) -> None:
    nothing, down = Has(Media()), Has(SourceUnavailable("Somebody", "HTTP 500"))
    preview = Has(Media(None, has_preview=True))
    found = await FirstMedia([nothing, preview, oembed], seconds=ENOUGH).media_of(TRACK)
    assert found.cover is not None
    assert (found.cover.source, found.has_preview) == ("Spotify", True)
    found = await FirstMedia([down, oembed], seconds=ENOUGH).media_of(TRACK)
    assert found.cover is not None
    assert found.has_preview is None, "who has previews could not be asked"
    assert await FirstMedia([nothing], seconds=ENOUGH).media_of(TRACK) == Media(None, has_preview=False)
    with pytest.raises(SourceUnavailable):
        await FirstMedia([nothing, down], seconds=ENOUGH).media_of(TRACK)


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NOT_FOUND])
async def test_every_fault_of_oembed_is_one_typed_error(
    stand_in: CoversStandIn, fault: Fault, guard: Callable[[str], Guard], http: Http
) -> None:
    stand_in.fault = fault
    source = SpotifyOEmbed(http, guard("oEmbed"), base_url=stand_in.url, seconds=SECONDS)
    with pytest.raises(SourceUnavailable) as caught:
        await source.media_of(TRACK)
    assert caught.value.source == "Spotify oEmbed"


REDIRECTS = (Fault.REDIRECT_ELSEWHERE, Fault.REDIRECT_LOOP)
"""What the archive answers when all is well: the address is given on, and nobody here follows it."""


@pytest.mark.parametrize("fault", [f for f in Fault if f is not Fault.NOT_FOUND and f not in REDIRECTS])
async def test_every_fault_of_the_archive_is_one_typed_error(
    stand_in: CoversStandIn, fault: Fault, guard: Callable[[str], Guard], http: Http
) -> None:
    stand_in.fault = fault
    source = CoverArtArchive(
        http, guard("archive"), Releases(RELEASE), base_url=stand_in.url, seconds=SECONDS
    )
    with pytest.raises(SourceUnavailable) as caught:
        await source.media_of(TRACK)
    assert caught.value.source == "Cover Art Archive"
