"""Lists of songs in the formats of other programs."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.playlists import as_csv, as_jspf, as_m3u8, as_xspf
from bot.domain.song_lists import MOST_SONGS, ListedSong, read_song_list
from bot.domain.tracks import Track

ID = "4u7EnebtmKWzUH433cf5Qv"
OTHER = "7tFiyTwD0nx5a1eklYtX2J"
QUEEN = ListedSong("Queen - Bohemian Rhapsody", ID)


@pytest.mark.parametrize(
    "text",
    [
        # Exportify
        f"Track URI,Track Name,Album Name,Artist Name(s)\r\nspotify:track:{ID},Bohemian Rhapsody,A,Queen\r\n",
        # TuneMyMusic, with a byte order mark
        f"\ufeffTrack name,Artist name,Album,Type,ISRC,Spotify - id\nBohemian Rhapsody,Queen,,,,{ID}",
        f"Title;Artist;Link\nBohemian Rhapsody;Queen;https://open.spotify.com/track/{ID}?si=abc\n",
        f"#EXTM3U\n#EXTINF:354,Queen - Bohemian Rhapsody\nhttps://open.spotify.com/track/{ID}\n",
        '<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track>'
        f"<location>https://open.spotify.com/track/{ID}</location><title>Bohemian Rhapsody</title>"
        "<creator>Queen</creator></track></trackList></playlist>",
        json.dumps(
            {
                "playlist": {
                    "track": [
                        {
                            "title": "Bohemian Rhapsody",
                            "creator": "Queen",
                            "identifier": [f"spotify:track:{ID}"],
                        }
                    ]
                }
            }
        ),
    ],
)
def test_files_of_other_programs(text: str) -> None:
    assert read_song_list(text.encode()) == [QUEEN]


def test_pasted_lines_and_links() -> None:
    pasted = (
        "1. Queen - Bohemian Rhapsody 5:54\n2) Toto – Africa\n• ABBA - Dancing Queen\n\n"
        f"https://open.spotify.com/track/{ID} spotify:track:{OTHER}\n"
    )
    assert read_song_list(pasted.encode()) == [
        ListedSong("Queen - Bohemian Rhapsody"),
        ListedSong("Toto – Africa"),
        ListedSong("ABBA - Dancing Queen"),
        ListedSong("", ID),
        ListedSong("", OTHER),
    ]


def test_other_encodings() -> None:
    line = "Die Ärzte - Schrei nach Liebe"
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        assert read_song_list(line.encode(encoding)) == [ListedSong(line)]


@given(
    titles=st.lists(
        st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30), min_size=1, max_size=8
    )
)
def test_our_own_exports_come_back(titles: list[str]) -> None:
    tracks = [Track(f"{number:022d}", title, ("Somebody",)) for number, title in enumerate(titles)]
    for written in (as_csv(tracks).encode("utf-8-sig"), as_m3u8("x", tracks).encode(), as_xspf("x", tracks)):
        assert [song.track_id for song in read_song_list(written)] == [track.id for track in tracks]
    assert len(read_song_list(as_jspf("x", tracks).encode())) == len(tracks)


@given(st.binary(max_size=400))
def test_any_file_is_read_without_an_error(data: bytes) -> None:
    assert len(read_song_list(data)) <= MOST_SONGS


@pytest.mark.parametrize("start", ["<", "{", "[", "#EXTM3U\n", "Title,Artist\n"])
@given(rest=st.text(max_size=200))
def test_broken_files_are_read_as_far_as_they_go(start: str, rest: str) -> None:
    read_song_list((start + rest).encode())


def test_a_long_list_is_cut() -> None:
    assert len(read_song_list("\n".join(f"A - {n}" for n in range(900)).encode())) == MOST_SONGS


@pytest.mark.parametrize("part", [" ", "9", "1. ", "1:0", ";", '"', "title,", "[", "<a>", "\t", "(3:20"])
def test_a_line_of_any_length_is_read(part: str) -> None:
    """None takes a time that grows with the square of its length."""
    for begin in ("a", "", "title,artist\n", "#EXTM3U\n#EXTINF:"):
        assert len(read_song_list(f"{begin}{part * 100_000}b".encode())) <= MOST_SONGS
