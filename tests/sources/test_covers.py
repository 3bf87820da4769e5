from collections.abc import AsyncIterator, Callable

import pytest

from bot.domain.candidates import Cover
from bot.domain.errors import SourceUnavailable
from bot.domain.tracks import Track
from bot.sources.covers.cover_art_archive import CoverArtArchive
from bot.sources.covers.oembed import SpotifyOEmbed
from bot.sources.fallback import FirstCover
from bot.sources.guard import Guard
from bot.sources.http import Http
from tests.sources.conftest import ENOUGH, SECONDS
from tests.support.stand_ins.covers import CoversStandIn
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.songs import made_up_id, made_up_song

SONG = made_up_song(1, "Bohemian Nocturne", "The Imaginary Queens")
TRACK = Track(SONG.id, SONG.title, SONG.artists)
GROUP = "0da580f2-6768-498f-af9d-2becaddf15e0"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def stand_in() -> AsyncIterator[CoversStandIn]:
    async with CoversStandIn(songs=[SONG], release_groups={GROUP}) as server:
        yield server


@pytest.fixture
def oembed(stand_in: CoversStandIn, http: Http, guard: Callable[[str], Guard]) -> SpotifyOEmbed:
    return SpotifyOEmbed(http, guard("oEmbed"), base_url=stand_in.url, seconds=ENOUGH)


@pytest.fixture
def archive(stand_in: CoversStandIn, http: Http, guard: Callable[[str], Guard]) -> CoverArtArchive:
    return CoverArtArchive(http, guard("archive"), base_url=stand_in.url, seconds=ENOUGH)


async def test_a_cover_by_spotify_id(oembed: SpotifyOEmbed, stand_in: CoversStandIn) -> None:
    page = f"https://open.spotify.com/track/{SONG.id}"
    image = f"https://image-cdn-ak.spotifycdn.com/image/{SONG.id}"
    assert await oembed.cover_of(TRACK) == Cover(image, "Spotify", page)
    assert stand_in.requests[0].query == {"url": page}
    assert await oembed.cover_of(Track(made_up_id(99), "Unheard", ("Of",))) is None


async def test_songs_without_a_spotify_id_are_not_asked_for(
    oembed: SpotifyOEmbed, stand_in: CoversStandIn
) -> None:
    assert await oembed.cover_of(Track("local:7", "A", ("B",))) is None
    assert stand_in.requests == []


async def test_a_front_cover_by_release_group_is_not_fetched(
    archive: CoverArtArchive, stand_in: CoversStandIn
) -> None:
    image = f"{stand_in.url}/release-group/{GROUP}/front-250"
    page = f"https://musicbrainz.org/release-group/{GROUP}"
    assert await archive.cover_of_release_group(GROUP) == Cover(image, "Cover Art Archive", page)
    assert await archive.cover_of_release_group(UNKNOWN) is None
    assert [request.path for request in stand_in.requests] == [
        f"/release-group/{one}/front-250" for one in (GROUP, UNKNOWN)
    ]
    assert await archive.cover_of_release_group("../../x") is None
    assert len(stand_in.requests) == 2


class Covers:
    name = "Covers"

    def __init__(self, says: Cover | SourceUnavailable | None) -> None:
        self.says = says

    async def cover_of(self, track: Track) -> Cover | None:
        if isinstance(self.says, SourceUnavailable):
            raise self.says
        return self.says


async def test_the_first_cover_of_several_sources(oembed: SpotifyOEmbed) -> None:
    down = Covers(SourceUnavailable("Covers", "HTTP 500"))
    cover = await FirstCover([Covers(None), down, oembed], seconds=ENOUGH).cover_of(TRACK)
    assert cover is not None
    assert cover.source == "Spotify"
    assert await FirstCover([Covers(None)], seconds=ENOUGH).cover_of(TRACK) is None
    with pytest.raises(SourceUnavailable):
        await FirstCover([Covers(None), down], seconds=ENOUGH).cover_of(TRACK)


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NOT_FOUND])
async def test_every_fault_of_oembed_is_one_typed_error(
    stand_in: CoversStandIn, fault: Fault, guard: Callable[[str], Guard], http: Http
) -> None:
    stand_in.fault = fault
    source = SpotifyOEmbed(http, guard("oEmbed"), base_url=stand_in.url, seconds=SECONDS)
    with pytest.raises(SourceUnavailable) as caught:
        await source.cover_of(TRACK)
    assert caught.value.source == "Spotify oEmbed"


REDIRECTS = (Fault.REDIRECT_ELSEWHERE, Fault.REDIRECT_LOOP)
"""What the archive answers when all is well: the address is given on, and nobody here follows it."""


@pytest.mark.parametrize("fault", [f for f in Fault if f is not Fault.NOT_FOUND and f not in REDIRECTS])
async def test_every_fault_of_the_archive_is_one_typed_error(
    stand_in: CoversStandIn, fault: Fault, guard: Callable[[str], Guard], http: Http
) -> None:
    stand_in.fault = fault
    source = CoverArtArchive(http, guard("archive"), base_url=stand_in.url, seconds=SECONDS)
    with pytest.raises(SourceUnavailable) as caught:
        await source.cover_of_release_group(GROUP)
    assert caught.value.source == "Cover Art Archive"
