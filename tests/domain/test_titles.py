"""When two spellings are one song."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.titles import artist_keys, base_title, normalise, query_key, same_song, title_key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Beyoncé – Déjà Vu!", "beyonce deja vu"),
        ("  MIXED   case\tand\nspace ", "mixed case and space"),
        ("Don’t Stop Me Now", "dont stop me now"),
        ("Don't Stop Me Now", "dont stop me now"),
        ("Rock & Roll", "rock and roll"),
        ("Straße", "strasse"),
        ("Æon Flux Øre", "aeon flux ore"),
        ("Łódź", "lodz"),
        ("ﬁne", "fine"),
        ("２０２４", "2024"),
        ("紅蓮華", "紅蓮華"),
        ("÷", "÷"),
        ("???", "???"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text(max_size=300))
def test_normalise_never_fails_and_does_not_change_its_own_result(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == " ".join(once.split())


@given(st.text(max_size=300))
def test_normalise_does_not_mind_the_case_around_it(text: str) -> None:
    assert normalise(f"  {text.casefold()} ") == normalise(text.casefold())


@given(st.text(max_size=200))
def test_keys_never_fail(text: str) -> None:
    for key in (title_key(text), query_key(text), base_title(text), *artist_keys(text)):
        assert isinstance(key, str)
    assert "" not in artist_keys(text)


@pytest.mark.parametrize(
    ("title", "base"),
    [
        ("Bohemian Rhapsody - Remastered 2011", "Bohemian Rhapsody"),
        ("Bohemian Rhapsody (Live Aid)", "Bohemian Rhapsody"),
        ("Stay [Remix]", "Stay"),
        ("Stay feat. Nobody", "Stay"),
        ("Stay ft. Nobody", "Stay"),
        ("(I Can't Get No) Satisfaction", "(I Can't Get No) Satisfaction"),
        ("Anti-Hero", "Anti-Hero"),
        ("Feature Film", "Feature Film"),
        ("- ", "-"),
    ],
)
def test_base_title(title: str, base: str) -> None:
    assert base_title(title) == base


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Bohemian Rhapsody - Remastered 2011", "bohemian rhapsody"),
        ("Bohemian Rhapsody - Live at Wembley", "bohemian rhapsody"),
        ("Queen - Bohemian Rhapsody", "queen bohemian rhapsody"),
        ("Queen - Bohemian Rhapsody (Live)", "queen bohemian rhapsody"),
        ("Bohemian Rhapsody", "bohemian rhapsody"),
    ],
)
def test_query_key(typed: str, key: str) -> None:
    assert query_key(typed) == key


def test_artists_of_one_credit_are_known_alone_and_together() -> None:
    assert {"elton john", "dua lipa"} <= artist_keys("Elton John & Dua Lipa")
    assert artist_keys("Elton John & Dua Lipa") & artist_keys(("Dua Lipa", "Elton John"))
    assert "earth wind and fire" in artist_keys("Earth, Wind & Fire")
    assert artist_keys(()) == frozenset()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (("Stay", ("A",)), ("Stay - Live", ("A", "B")), True),
        (("Stay", ("A",)), ("Stay", ("B",)), False),
        (("Stay", ("A",)), ("Go", ("A",)), False),
        (("STAY!", ("a",)), ("Stay", ("Á",)), True),
    ],
)
def test_same_song(
    first: tuple[str, tuple[str, ...]], second: tuple[str, tuple[str, ...]], same: bool
) -> None:
    assert same_song(*first, *second) is same
    assert same_song(*second, *first) is same


@given(st.text(min_size=1, max_size=60), st.text(alphabet="abc ", min_size=1, max_size=20).filter(str.strip))
def test_every_song_is_itself(title: str, artist: str) -> None:
    assert same_song(title, (artist,), title, (artist,))
