"""Links as people paste them."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import Link, find_links, first_link, is_spotify_id, spotify_reference, track_url

ID = "4u7EnebtmKWzUH433cf5Qv"


@pytest.mark.parametrize(
    "text",
    [
        f"https://open.spotify.com/track/{ID}",
        f"http://open.spotify.com/track/{ID}",
        f"open.spotify.com/track/{ID}",
        f"https://open.spotify.com/track/{ID}/",
        f"https://open.spotify.com/track/{ID}?si=abc&utm_source=x#part",
        f"https://open.spotify.com/intl-de/track/{ID}",
        f"https://open.spotify.com/intl-pt-BR/track/{ID}?si=abc",
        f"https://open.spotify.com/embed/track/{ID}",
        f"https://open.spotify.com/intl-fr/embed/track/{ID}",
        f"https://play.spotify.com/track/{ID}",
        f"HTTPS://OPEN.SPOTIFY.COM/track/{ID}",
        f"<https://open.spotify.com/track/{ID}>",
        f"listen: https://open.spotify.com/track/{ID} now",
        f"[song](https://open.spotify.com/track/{ID})",
        f"https://open.spotify.com/track/{ID},",
        f"https://open.spotify.com/track/{ID}.",
        f"spotify:track:{ID}",
        f"SPOTIFY:TRACK:{ID}",
        f"HTTPS://OPEN.SPOTIFY.COM/TRACK/{ID}",
        f"https://open.spotify.com/album/1GbtB4zTqAsyfZEsm1RZfx and https://open.spotify.com/track/{ID}",
        f"https://youtu.be/dQw4w9WgXcQ https://open.spotify.com/track/{ID}",
        f"https://open.spotify.com/track/{ID} https://open.spotify.com/track/0000000000000000000000",
        f"https://song.link/s/{ID}",
        f"  {ID} ",
    ],
)
def test_a_track_is_found_in(text: str) -> None:
    assert spotify_reference(text) == ("track", ID)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://open.spotify.com/album/1GbtB4zTqAsyfZEsm1RZfx", "album"),
        ("https://open.spotify.com/artist/1dfeR4HaWDbWqFHLkxsg1d?si=x", "artist"),
        ("spotify:playlist:37i9dQZEVXbMDoHDwVN2tF", "playlist"),
        ("https://spotify.link/AbCdEf", "short link"),
        ("https://spoti.fi/3AbCdEf", "short link"),
        ("SPOTI.FI/3AbCdEf", "short link"),
        ("https://open.spotify.com/", "page"),
        ("https://www.spotify.com/de/premium/", "page"),
    ],
)
def test_links_to_other_things_are_named(text: str, kind: str) -> None:
    found = spotify_reference(text)
    assert found is not None
    assert found[0] == kind


@pytest.mark.parametrize(
    "text",
    [
        "Bohemian Rhapsody",
        "",
        "spotify",
        "Spotify: the musical",
        f"https://example.invalid/track/{ID}",
        f"https://notspotify.com/track/{ID}",
        f"https://open.spotify.com.example.invalid/track/{ID}",
        f"https://example.invalid/?u=spotify/track/{ID}",
        "PneumonoultramicroscopX",
        "https://music.apple.com/us/song/1",
    ],
)
def test_other_text_is_no_spotify_link(text: str) -> None:
    assert spotify_reference(text) is None


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "YouTube"),
        ("youtu.be/dQw4w9WgXcQ", "YouTube"),
        ("https://music.youtube.com/watch?v=dQw4w9WgXcQ&list=x", "YouTube"),
        ("HTTPS://M.YOUTUBE.COM/watch?v=dQw4w9WgXcQ", "YouTube"),
        ("https://music.apple.com/us/album/x/1440650428?i=1440650711", "Apple Music"),
        ("https://www.deezer.com/en/track/3135556", "Deezer"),
        ("https://deezer.page.link/abc", "Deezer"),
        ("listen to https://soundcloud.com/someone/something please", "SoundCloud"),
        ("https://tidal.com/browse/track/1234", "Tidal"),
        ("https://song.link/i/1440650711", "song.link"),
        ("https://www.last.fm/user/somebody", "last.fm"),
        ("<https://listen.tidal.com/track/1>", "Tidal"),
        ("https://example.invalid/some/page", ""),
    ],
)
def test_links_of_other_services_are_known_as_such(text: str, service: str) -> None:
    link = first_link(text)
    assert link is not None
    assert (link.service, link.name) == (service, None)
    assert spotify_reference(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Bohemian Rhapsody",
        "Deezer",
        "youtube",
        "M.I.A. - Paper Planes",
        "t.A.T.u.",
        "last.fm",
        "AC/DC",
        "24/7",
    ],
)
def test_plain_titles_are_no_links(text: str) -> None:
    assert [link for link in find_links(text) if link.service not in ("", "last.fm")] == []


def test_last_fm_tells_artist_and_title() -> None:
    link = first_link("https://www.last.fm/music/Guns+N%27+Roses/_/November+Rain")
    assert link == Link("last.fm", "track", name="Guns N' Roses - November Rain")


def test_all_links_of_a_text_are_found_in_their_order() -> None:
    other = "0000000000000000000001"
    text = f"1. spotify:track:{ID}\n2. https://youtu.be/x 3. (https://open.spotify.com/track/{other})."
    assert [(link.service, link.id) for link in find_links(text)] == [
        ("Spotify", ID), ("YouTube", ""), ("Spotify", other)
    ]  # fmt: skip


@given(st.text(max_size=300))
def test_any_text_is_handled(text: str) -> None:
    for asked in (
        text,
        f"https://open.spotify.com/{text}",
        f"https://open.spotify.com/track/{text}",
        f"spotify:track:{text}",
        f"https://[{text}.spotify.com/",
    ):
        found = spotify_reference(asked)
        assert found is None or all(isinstance(part, str) for part in found)


@given(st.from_regex(r"[0-9A-Za-z]{22}", fullmatch=True))
def test_every_id_survives_its_own_link(track_id: str) -> None:
    assert is_spotify_id(track_id)
    assert spotify_reference(track_url(track_id, "t", ("a",))) == ("track", track_id)


@pytest.mark.parametrize(
    "text", ["", ID[:-1], ID + "0", f"{ID}\n", ID[:-1] + "-", ID[:-1] + "é", ID[:-1] + "٣"]
)
def test_what_is_no_id(text: str) -> None:
    assert not is_spotify_id(text)


@given(st.text(max_size=100), st.text(max_size=100))
def test_without_an_id_the_link_is_a_search_for_title_and_artist(title: str, artist: str) -> None:
    url = urlsplit(track_url("local:1", title, (artist,)))
    assert (url.scheme, url.netloc) == ("https", "open.spotify.com")
    assert not url.query
    assert not url.fragment
    assert unquote(url.path) == f"/search/{title} {artist}"
