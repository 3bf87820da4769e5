"""Keys that are equal for all spellings of a name."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.spelling import key_words, keyed_words, name_key, name_keys, normalise


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
        ("Y.M.C.A.", "ymca"),
        ("J. Cole", "j cole"),
        ("P!nk", "pink"),
        ("Wham!", "wham"),
        ("A$AP Rocky", "asap rocky"),
        ("$100 Bills", "100 bills"),
        ("*NSYNC", "nsync"),
        ("F**k You", "fuck you"),
        ("Florence + The Machine", "florence and the machine"),
        ("÷", "÷"),
        ("???", "???"),
        ("¯", "¯"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text(max_size=300) | st.text(alphabet="ab.*!$@&+ '-7fuck", max_size=20))
@example("¯")
def test_normalise_never_fails_and_does_not_change_its_own_result(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == " ".join(once.split())
    assert bool(once) is bool(text.split())


@given(st.text(max_size=300))
def test_normalise_ignores_case(text: str) -> None:
    assert normalise(f"  {text.casefold()} ") == normalise(text.casefold())


@pytest.mark.parametrize(
    "spellings",
    [
        ("AC/DC", "acdc", "AC DC", "ac-dc"),
        ("Ke$ha", "Kesha", "KE$HA"),
        ("The Beatles", "beatles", "THE BEATLES"),
        ("Seven Nation Army", "7 nation army"),
        ("Twenty One Pilots", "21 pilots", "twenty-one pilots"),
        ("Y.M.C.A.", "YMCA", "y m c a"),
        ("Simon & Garfunkel", "simon garfunkel", "Simon and Garfunkel"),
        ("Guns N' Roses", "guns and roses", "Guns & Roses"),
        ("10,000 Hours", "ten thousand hours", "10000 hours"),
        ("good 4 u", "good for you"),
        ("Nothing Compares 2 U", "nothing compares to you"),
        ("a-ha", "aha", "A-HA"),
        ("Sk8er Boi", "sk8er boi"),
        ("Part II", "pt. 2", "part two"),
        ("R U Mine?", "are you mine"),
    ],
)
def test_spellings_of_one_name_share_a_key(spellings: tuple[str, ...]) -> None:
    assert len({name_key(text) for text in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Yesterday", "Today"), ("Symphony No. 5", "Symphony No. 6"), ("Hello", "Hell"), ("The", "A")],
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("name", "without_signs"), [("P!nk", "pnk"), ("Ke$ha", "keha"), ("F**k You", "fk you")]
)
def test_names_without_their_signs_are_understood(name: str, without_signs: str) -> None:
    assert name_key(without_signs) in name_keys(name)


def test_key_words_keep_the_typed_letters() -> None:
    assert keyed_words(["twenty", "one", "and", "two", "to"]) == [
        ("21", "twentyone"),
        ("2", "andtwo"),
        ("2", "to"),
    ]
    assert key_words(["and"]) == ["and"]
    assert keyed_words(["rock", "and"]) == [("rock", "rockand")]


WORDS = ("the", "and", "one", "twenty", "seven", "hundred", "thousand", "u", "r", "you", "to", "n", "love")


@given(st.lists(st.sampled_from(WORDS), max_size=8))
def test_no_letter_is_lost(words: list[str]) -> None:
    assert "".join(letters for _, letters in keyed_words(words)) == "".join(words)


@given(st.text(max_size=100).filter(str.strip))
def test_every_name_has_a_key(text: str) -> None:
    assert name_key(text)
    assert name_key(text) in name_keys(text)
