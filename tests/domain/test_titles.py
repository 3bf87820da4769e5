"""Titles and credits of one song."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.titles import (
    artist_keys,
    base_title,
    credited_names,
    same_song,
    song_key,
    title_key,
    title_names,
)


@given(st.text(max_size=200))
def test_keys_never_fail(text: str) -> None:
    for key in (title_key(text), base_title(text), *artist_keys(text), *title_names(text)):
        assert isinstance(key, str)
    assert "" not in artist_keys(text)


@pytest.mark.parametrize(
    ("title", "base"),
    [
        ("Bohemian Rhapsody - Remastered 2011", "Bohemian Rhapsody"),
        ("Bohemian Rhapsody (Live Aid)", "Bohemian Rhapsody"),
        ("Stay [Remix]", "Stay"),
        ("Stay(Remix)", "Stay"),
        ("Stay（Remix）", "Stay"),
        ("Stay (Live) - Remastered 2009", "Stay"),
        ("Stay – Live", "Stay"),
        ("Rock Me (Gently) Tonight", "Rock Me Tonight"),
        ("(Sittin' On) the Dock of the Bay - Mono", "(Sittin' On) the Dock of the Bay"),
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
    ("title", "names"),
    [
        ("I'm Gonna Be (500 Miles)", {"imgonnabe", "imgonnabe500miles", "500miles"}),
        ("Gangnam Style (강남스타일)", {"gangnamstyle", title_key("강남스타일")}),
        ("(Sittin' On) the Dock of the Bay", {"sittinonthedockofthebay", "dockofthebay"}),
        ("Kids - Remastered 2011", {"kids"}),
        ("Unholy (feat. Kim Petras)", {"unholy"}),
        ("Clair de Lune, L. 32", {"clairdelune"}),
        ("Suite bergamasque, L. 75: III. Clair de lune", {"suitebergamasque", "clairdelune"}),
        ("Fantaisie-Impromptu In C-Sharp Minor, Op. 66", {"fantaisieimpromptu"}),
        ("Hello, Goodbye", {"hellogoodbye"}),
        ("Take Me Home, Country Roads", {"takemehomecountryroads"}),
    ],
)
def test_a_title_has_several_names(title: str, names: set[str]) -> None:
    assert names <= set(title_names(title))
    assert title_names(title)[0] == title_key(title)


@pytest.mark.parametrize(
    "title", ["Kids - Remastered 2011", "Unholy (feat. Kim Petras)", "Hello (Live at Home)"]
)
def test_a_version_is_no_name(title: str) -> None:
    assert title_names(title) == (title_key(title),)


@given(st.text(max_size=100) | st.text(alphabet="ab ()[]-–feat.", max_size=20))
def test_the_first_name_of_a_title_is_its_key(title: str) -> None:
    assert title_names(title)[:1] == ((title_key(title),) if title.strip() else ())


def test_versions_share_a_song_key() -> None:
    assert song_key("Seven Nation Army", "The White Stripes") == song_key(
        "7 Nation Army (Live)", ("White Stripes",)
    )


def test_artists_of_one_credit_are_known_alone_and_together() -> None:
    assert {"eltonjohn", "dualipa"} <= artist_keys("Elton John & Dua Lipa")
    assert artist_keys("Elton John & Dua Lipa") & artist_keys(("Dua Lipa", "Elton John"))
    assert "earthwindfire" in artist_keys("Earth, Wind & Fire")
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


def test_featured_artists_are_separated() -> None:
    for joint in ("feat.", "Feat.", "ft.", "featuring", "Featuring", "&", "with", "x"):
        assert artist_keys(f"Drake {joint} Rob49") >= {"drake", "rob49"}, joint
        assert credited_names((f"Drake {joint} Rob49",))[1:] == ("Drake", "Rob49"), joint
