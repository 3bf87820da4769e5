from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.candidates import Media, SongCandidate
from bot.domain.errors import SourceUnavailable
from bot.domain.tracks import Track
from bot.sources.charts.deezer import Deezer as DeezerChart
from bot.sources.external_values import web_address
from bot.sources.guard import Guard, Guards, SourceBlocked
from bot.sources.http import Http
from bot.sources.identity.deezer import NAME, RATE_LIMIT, Deezer, parse_song
from tests.sources.conftest import ENOUGH, SECONDS, Memory
from tests.support.stand_ins.charts import ChartsStandIn
from tests.support.stand_ins.deezer import BUSY, QUOTA, DeezerStandIn, deezer_id, with_impostors
from tests.support.stand_ins.faults import Fault
from tests.support.stand_ins.songs import made_up_id, made_up_song

SONG = made_up_song(1, "Kids of Nowhere", "The Imaginary")
DUET = replace(made_up_song(2, "Two of Us", "First Voice"), artists=("First Voice", "Second Voice"))
SONGS = [*with_impostors(SONG, 10), DUET]
ORIGINAL = SONGS[0]


@pytest.fixture
async def stand_in() -> AsyncIterator[DeezerStandIn]:
    async with DeezerStandIn(songs=list(SONGS)) as server:
        yield server


@pytest.fixture
def source(stand_in: DeezerStandIn, http: Http, guard: Callable[[str], Guard]) -> Deezer:
    return Deezer(http, guard("Deezer"), base_url=stand_in.url, seconds=ENOUGH)


def titled(found: object) -> list[tuple[str, str]]:
    assert isinstance(found, list)
    return [(song.title, song.artists[0]) for song in found]


async def test_a_search_by_fields_gives_every_candidate_in_the_services_order(
    source: Deezer, stand_in: DeezerStandIn
) -> None:
    found = await source.candidates("kids of nowhere", "The Imaginary")
    assert titled(found) == [
        ("Kids of Nowhere - Remastered 2011", "The Imaginary"),
        ("Kids of Nowhere (Live at Nowhere)", "The Imaginary"),
    ]
    assert [request.query["q"] for request in stand_in.requests] == [
        'artist:"The Imaginary" track:"kids of nowhere"'
    ]
    number = deezer_id(ORIGINAL)
    assert found[0] == SongCandidate(
        source="deezer",
        source_id=str(number),
        title=ORIGINAL.title,
        artists=("The Imaginary",),
        album=SONG.album,
        popularity=900_000,
        explicit=False,
        duration_ms=201_000,
        cover_url=found[0].cover_url,
        preview_url=found[0].preview_url,
        page_url=f"https://www.deezer.com/track/{number}",
    )
    assert found[0].cover_url is not None
    assert found[0].cover_url.endswith("250x250-000000-80-0-0.jpg")
    assert found[0].preview_url is not None


async def test_a_title_alone_also_finds_covers_for_the_caller_to_judge(source: Deezer) -> None:
    found = titled(await source.candidates("Kids of Nowhere", None))
    assert found[0] == ("Kids of Nowhere Forever", "A Namesake")
    assert ("Kids of Nowhere", "The Cover Orchestra") in found
    assert ("Kids of Nowhere - Remastered 2011", "The Imaginary") in found


async def test_plain_words_where_the_fields_find_nothing(source: Deezer, stand_in: DeezerStandIn) -> None:
    found = titled(await source.candidates("kids of nowhere the imaginary", None))
    assert found[0] == ("Kids of Nowhere - Remastered 2011", "The Imaginary")
    assert any("Karaoke" in title for title, _ in found)
    assert [request.query["q"] for request in stand_in.requests] == [
        'track:"kids of nowhere the imaginary"',
        "kids of nowhere the imaginary",
    ]
    stand_in.field_search = False
    assert ("Two of Us", "First Voice") in titled(await source.candidates("Two of Us", "First Voice"))


async def test_quotes_in_a_title_do_not_break_the_query(source: Deezer, stand_in: DeezerStandIn) -> None:
    await source.candidates('"Kids" of Nowhere', 'The "Imaginary"')
    assert stand_in.requests[0].query["q"] == 'artist:"The Imaginary" track:"Kids of Nowhere"'
    so_far = len(stand_in.requests)
    assert await source.candidates(' "" ', None) == []
    assert len(stand_in.requests) == so_far


async def test_details_by_id_and_by_isrc(source: Deezer, stand_in: DeezerStandIn) -> None:
    [found] = await source.candidates("Two of Us", "First Voice")
    assert (found.isrc, found.release_year, found.artists) == (None, None, ("First Voice",))
    whole = await source.details(found.source_id)
    assert whole is not None
    assert (whole.isrc, whole.release_year, whole.artists) == (DUET.isrc, 2024, DUET.artists)
    assert DUET.isrc is not None
    by_isrc = await source.by_isrc(DUET.isrc.lower())
    assert by_isrc is not None
    assert by_isrc.source_id == whole.source_id


@pytest.mark.parametrize("isrc", ["ZZZ990000099", "", "no isrc here!", "../chart/0/tracks"])
async def test_an_unknown_isrc_is_no_failure(source: Deezer, isrc: str) -> None:
    assert await source.by_isrc(isrc) is None


@pytest.mark.parametrize("number", ["1", "", "-1", "../chart", "isrc:ZZZ990000001", "１"])
async def test_an_unknown_id_is_no_failure(source: Deezer, number: str) -> None:
    assert await source.details(number) is None


async def test_covers_and_fresh_previews(source: Deezer, stand_in: DeezerStandIn) -> None:
    by_isrc = Track(made_up_id(50), "Whatever", ("Anybody",), isrc=DUET.isrc)
    by_name = Track(made_up_id(50), "Two Of Us - Remastered 2009", DUET.artists)
    stand_in.songs[-1] = replace(DUET, title="Two of Us - 2010 Mix")
    for track in (by_isrc, by_name):
        media, first, second = (
            await source.media_of(track),
            await source.preview_of(track),
            await source.preview_of(track),
        )
        assert media.cover is not None
        assert media.has_preview
        assert media.cover.source == "Deezer"
        assert media.cover.page_url == f"https://www.deezer.com/track/{deezer_id(DUET)}"
        assert first is not None
        assert second is not None
        assert first.url != second.url
    stand_in.songs[-1] = replace(DUET, in_deezer_with_preview=False)
    assert await source.preview_of(by_isrc) is None
    assert not (await source.media_of(by_isrc)).has_preview


async def test_no_cover_of_another_song_is_shown(source: Deezer) -> None:
    assert await source.media_of(Track(made_up_id(50), "Kids of Nowhere", ("Somebody Else",))) == Media()
    assert await source.media_of(Track(made_up_id(50), "Unheard Of", ("The Imaginary",))) == Media()


async def test_an_exceeded_quota_with_status_200_is_a_refusal(
    source: Deezer, stand_in: DeezerStandIn
) -> None:
    for error in (QUOTA, BUSY):
        stand_in.error = error
        with pytest.raises(SourceUnavailable) as caught:
            await Deezer(Http(), Guard("Deezer", Memory()), base_url=stand_in.url).candidates("Kids", None)
        assert caught.value.retry_after == timedelta(seconds=5)
    with pytest.raises(SourceUnavailable):
        await source.candidates("Kids", None)
    stand_in.error = None
    so_far = len(stand_in.requests)
    with pytest.raises(SourceBlocked):
        await source.candidates("Kids", None)
    assert len(stand_in.requests) == so_far


async def test_search_and_chart_are_one_service_with_one_limit(http: Http) -> None:
    async with ChartsStandIn(songs=list(SONGS)) as stand_in:
        await one_service(stand_in, http)


async def one_service(stand_in: ChartsStandIn, http: Http) -> None:
    guards = Guards(Memory())
    search = Deezer(http, guards.of(NAME, rate_limit=RATE_LIMIT), base_url=stand_in.url, seconds=ENOUGH)
    chart = DeezerChart(http, guards.of(NAME, rate_limit=RATE_LIMIT), base_url=stand_in.url, seconds=ENOUGH)
    stand_in.error = QUOTA
    with pytest.raises(SourceUnavailable):
        await search.candidates("Kids", None)
    with pytest.raises(SourceBlocked):
        await chart.fetch()
    assert len(guards.all) == 1


ASKS: list[Callable[[Deezer], Awaitable[object]]] = [
    lambda source: source.candidates("Kids of Nowhere", "The Imaginary"),
    lambda source: source.details(str(deezer_id(ORIGINAL))),
    lambda source: source.by_isrc(str(SONG.isrc)),
    lambda source: source.media_of(Track(made_up_id(1), SONG.title, SONG.artists, isrc=SONG.isrc)),
    lambda source: source.preview_of(Track(made_up_id(1), SONG.title, SONG.artists)),
]


@pytest.mark.parametrize("fault", Fault)
async def test_every_fault_is_one_typed_error(
    stand_in: DeezerStandIn, fault: Fault, guard: Callable[[str], Guard], http: Http
) -> None:
    stand_in.fault = fault
    for number, ask in enumerate(ASKS):
        source = Deezer(http, guard(f"Deezer {number}"), base_url=stand_in.url, seconds=SECONDS)
        with pytest.raises(SourceUnavailable) as caught:
            await ask(source)
        assert caught.value.source == "Deezer"


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    key=st.sampled_from(["id", "title", "artist", "album", "rank", "preview", "explicit_lyrics", "duration"]),
    value=any_json,
)
def test_a_damaged_song_is_left_out_or_lacks_what_is_damaged(key: str, value: object) -> None:
    row = {"id": 7, "title": "A", "artist": {"name": "B"}, "album": {"title": "C"}, "rank": 1} | {key: value}
    found = parse_song(row)
    assert found is None or (0 < len(found.title) <= 300 and all(found.artists))


@given(st.text() | st.builds("https://{}".format, st.text()))
def test_an_address_is_shown_only_if_it_is_one(value: str) -> None:
    found = web_address(value)
    assert found is None or (
        found.startswith(("http://", "https://")) and found.isascii() and " " not in found
    )
