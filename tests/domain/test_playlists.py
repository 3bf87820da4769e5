"""The files of a playlist, and how paths and mixes are read."""

import csv
from io import StringIO

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.journeys import parts_of_mix, splits_of_path
from bot.domain.pagination import page_count, page_of
from bot.domain.playlists import Playlist, as_csv, as_m3u8, spotify_links
from bot.domain.tracks import Track
from bot.i18n.translator import ENGLISH
from bot.presentation.playlists import PAGE, files, links_text, page_embed

SPOTIFY = "0123456789ABCDEFGHIJKL"
tracks = st.builds(
    Track,
    st.just(SPOTIFY) | st.just("local:1"),
    st.text(min_size=1, max_size=400),
    st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=4).map(tuple),
    album=st.none() | st.text(max_size=80),
    duration_ms=st.none() | st.integers(0, 10**7),
)
lists = st.lists(tracks, min_size=1, max_size=25)


@settings(max_examples=40)
@given(lists)
def test_no_cell_is_a_formula_and_every_row_stays_one(songs: list[Track]) -> None:
    rows = list(csv.reader(StringIO(as_csv(songs), newline="")))
    assert len(rows) == len(songs) + 1
    for row in rows[1:]:
        assert len(row) == len(rows[0])
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
        assert not any("\n" in cell or "\r" in cell for cell in row)


def test_a_formula_is_escaped_and_a_plain_title_unchanged() -> None:
    text = as_csv([Track(SPOTIFY, '=HYPERLINK("http://x")', ("@SUM(1)",)), Track(SPOTIFY, "Halo", ("A",))])
    rows = list(csv.reader(StringIO(text)))
    assert rows[1][1:3] == ['\'=HYPERLINK("http://x")', "'@SUM(1)"]
    assert rows[2][1:3] == ["Halo", "A"]


@settings(max_examples=40)
@given(st.text(max_size=100), lists)
def test_a_title_cannot_start_a_new_line(title: str, songs: list[Track]) -> None:
    lines = as_m3u8(title, songs).removesuffix("\n").split("\n")
    assert len("\n".join(lines).splitlines()) == len(lines) == 2 + 2 * len(songs)
    assert lines[0] == "#EXTM3U"
    assert lines[1].startswith("#PLAYLIST:")
    assert all(line.startswith("#EXTINF:") for line in lines[2::2])
    assert all(line.startswith("https://open.spotify.com/") for line in lines[3::2])


@settings(max_examples=40)
@given(lists, st.text(max_size=300))
def test_pages_and_links_fit_into_messages(songs: list[Track], name: str) -> None:
    playlist = Playlist("playlist id", "song", name, tuple(songs))
    named = []
    for number in range(page_count(len(songs), PAGE)):
        embed = page_embed(playlist, page_of(playlist.songs, number, PAGE), ENGLISH)
        assert len(embed) <= 6_000
        assert len(embed.title or "") <= 256
        assert len(embed.description or "") <= 4_096
        named += [line for line in (embed.description or "").split("\n") if line]
    assert len(named) == len(songs)
    assert page_count(len(songs), PAGE) == -(-len(songs) // PAGE)
    text = links_text(songs, ENGLISH)
    assert len(text) <= 2_000
    assert text.count("https://open.spotify.com/track/") == len(spotify_links(songs))
    for file in files(playlist, ENGLISH):
        file_name, data = file.filename, file.fp.read()
        assert file_name.isascii()
        assert len(file_name) < 60
        assert data


def test_a_path_is_read_with_arrows_bars_and_every_to() -> None:
    assert splits_of_path("Bohemian Rhapsody to Hey Ya!") == [("Bohemian Rhapsody", "Hey Ya!")]
    assert splits_of_path("A to B to C") == [("A", "B to C"), ("A to B", "C")]
    for arrow in ("->", "→", "|"):
        assert splits_of_path(f"Road to Nowhere {arrow} Halo") == [("Road to Nowhere", "Halo")]
    assert splits_of_path("Tomorrow") == splits_of_path("to Halo") == splits_of_path("Halo to") == []
    assert splits_of_path("-> Halo") == splits_of_path("Halo |") == []


def test_a_mix_is_read_with_plus_minus_and_without() -> None:
    assert parts_of_mix("a b + c - d") == (["a b", "c - d"], [])
    assert parts_of_mix("a + b without c minus d + e") == (["a", "b"], ["c", "d", "e"])
    assert parts_of_mix("+ a +") == (["a"], [])
    assert parts_of_mix("") == ([], [])


@given(st.text(max_size=200))
def test_anything_typed_can_be_read(text: str) -> None:
    for start, end in splits_of_path(text):
        assert start.strip()
        assert end.strip()
    assert all(part.strip() for side in parts_of_mix(text) for part in side)
