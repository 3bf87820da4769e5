"""Queries: names, and the phrases around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.search.phrases import Kind
from bot.services.search.query import read_query


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the song africa", "africa"),
        ("a song called Africa", "africa"),
        ("songs like Creep", "creep"),
        ("songs similar to Toxic", "toxic"),
        ("recommend me something like Creep by Radiohead", "creep radiohead"),
        ("Lieder wie Atemlos von Helene Fischer", "atemlos helene fischer"),
        ("Creep lyrics", "creep"),
        ("Queen - Bohemian Rhapsody (Official Video) [4K]", "queen bohemian rhapsody"),
        ("Queen - Bohemian Rhapsody official music video", "queen bohemian rhapsody"),
        ("1. Yesterday", "yesterday"),
        ("africa song toto", "africa toto"),
        ("♫ Now playing: Coldplay — Yellow (Official Video) [HD]", "coldplay yellow"),
        ("@bot recommend me something like Creep", "creep"),
        ("**Creep**", "creep"),
        ("`Creep`", "creep"),
        (":musical_note: Creep", "creep"),
        ("<:notes:123456789012345678> Creep", "creep"),
        ("“Creep” by Radiohead", "creep radiohead"),
        ("《夜に駆ける》", "夜に駆ける"),
        ("EminemVEVO - Without Me", "eminem without me"),
        ("Creep (slowed + reverb)", "creep"),
        ("Kids - Remastered 2011 MGMT", "kids mgmt"),
        ("Heroes (2017 Remaster) David Bowie", "heroes david bowie"),
        ("Hotel California - Live at Wembley 1986", "hotel california"),
        ("unholy (feat. Kim Petras) Sam Smith", "unholy kim petras sam smith"),
        ("jimmy cooks w/ 21 savage", "jimmy cooks 21 savage"),
        ("F**k You", "fuck you"),
    ],
)
def test_phrases_around_a_name_are_left_out(text: str, names: str) -> None:
    query = read_query(text)
    found = " ".join(query.words[at].spelt for at in query.names)
    assert found == " ".join(read_query(names).words[at].spelt for at in range(len(names.split())))


@pytest.mark.parametrize("text", ["lyrics", "live", "the", "song", "!!!", "official video", "by", "play"])
def test_a_phrase_alone_is_a_name(text: str) -> None:
    assert read_query(text).names


@pytest.mark.parametrize("text", ["something by The Beatles", "songs by Queen", "etwas von Rammstein"])
def test_songs_of_an_artist_are_asked_for(text: str) -> None:
    assert read_query(text).by_artist


@pytest.mark.parametrize("text", ["Stand By Me", "Something", "Songs About Jane"])
def test_titles_ask_for_no_artist(text: str) -> None:
    assert not read_query(text).by_artist


@pytest.mark.parametrize(
    "text", ["Video Killed the Radio Star", "Live Forever", "Stand By Me", "Play That Song"]
)
def test_a_title_stands_in_the_query_as_a_whole(text: str) -> None:
    query = read_query(text)
    assert (0, len(query.words)) in [span for spans in query.spans.values() for span in spans]


def test_guests_are_told_apart() -> None:
    query = read_query("Jimmy Cooks (feat. 21 Savage) Drake")
    assert [word.text for word in query.words if word.kind is Kind.FEATURING] == ["21", "savage"]


def test_words_of_a_version_are_known() -> None:
    assert read_query("Hotel California live").version == {"live"}
    assert read_query("Ignition (Remix)").version == {"remix"}


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    query = read_query(text)
    assert all(0 <= at < len(query.words) for at in query.names)
    assert bool(query.names) is bool(text.strip()) or not query.words
