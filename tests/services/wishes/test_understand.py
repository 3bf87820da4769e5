"""Wishes: 200 prompts in eight languages, and special cases."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.wishes import Part, Wish
from bot.services.wishes.meaning import Meaning, installed
from bot.services.wishes.understand import Words

PROMPTS = Path(__file__).with_name("prompts.tsv")
OTHER_GENRES = {"happy", "sad", "party", "sleep", "dance", "club", "romance", "british", "study"}


def rows() -> Iterator[dict[str, str]]:
    with PROMPTS.open(encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


GENRES = sorted({genre for row in rows() for genre in row["genres"].split("|") if genre} | OTHER_GENRES)


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(GENRES)


def wrong(row: dict[str, str], wish: Wish, words: Words) -> list[str]:
    """What was misunderstood."""
    targets, found = wish.targets(), []
    genres = {name for genre in wish.of("genre") for name in words.genres_of(genre)}
    expected = {genre for genre in row["genres"].split("|") if genre}
    if bool(expected) != bool(genres) or (expected and not genres & expected):
        found.append(f"genres {genres}")
    for column, feature in (("energy", "energy"), ("mood", "valence")):
        if (sign := row[column].strip()) and targets.get(feature, 0.0) * (1 if sign == "+" else -1) <= 0:
            found.append(f"{feature} {targets.get(feature)}")
    for flag in row["flags"].split():
        understood = {
            "no-vocals": wish.no_vocals,
            "live": wish.has("mark", "live"),
        }.get(flag, wish.years == (int(flag[:4]), int(flag[:4]) + 9) if flag[0].isdigit() else False)
        if not understood:
            found.append(flag)
    return found


def test_prompts_in_eight_languages_are_understood(words: Words) -> None:
    misunderstood = [
        f"{row['language']}: {row['prompt']}: {', '.join(found)}"
        for row in rows()
        if (found := wrong(row, words(row["prompt"]), words))
    ]
    assert len(list(rows())) == 200
    assert not misunderstood, "\n".join(misunderstood)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("happy", ["happy"]),  # no genre of that name, though the catalogue has one
        ("not sad, not slow", ["-sad", "-slow"]),
        ("jazz without drums or vocals", ["jazz", "-vocals"]),
        ("no sad or angry songs but fast", ["-sad", "-angry", "fast"]),
        ("歌なしのジャズ", ["-vocals", "jazz"]),
        ("暗くない曲", ["-dark"]),
        ("like Radiohead but happier", ["like radiohead", "happy"]),
        ("calm songs like Adele", ["calm", "like adele"]),
        ("Lieder wie 99 Luftballons", ["like 99 luftballons"]),
        ("I like rock", ["rock"]),
        ("rock from 1985-1994", ["rock", "1985-1994"]),
        ("'80s", ["1980-1989"]),
        ("música dos anos 2000", ["2000-2009"]),
        ("r&b", ["r n b"]),
        ("Musik aus den Siebzigern", ["1970-1979"]),
    ],
)
def test_what_is_wanted_and_what_is_not(words: Words, text: str, parts: list[str]) -> None:
    understood = words(text)
    said = [
        f"{'like ' if part.kind == 'like' else ''}{'-' if part.negated else ''}{part.value}"
        for part in understood.parts
    ]
    assert said == parts


def test_words_without_meaning_are_named(words: Words) -> None:
    assert words("calm jazz for my xylophone").unknown == ("xylophone",)
    assert words("quarterly tax report").parts == ()


@pytest.mark.parametrize(
    "text", ["雨の日の落ち着いたフォーク", "夜に聴くダンサブルなジャズ", "にぎやかなサンバ"]
)
def test_grammar_between_words_is_not_told_as_unknown(words: Words, text: str) -> None:
    assert words(text).unknown == ()


def test_a_genre_that_the_catalogue_lacks_is_unknown_not_another_one(words: Words) -> None:
    found = Words(["rock", "metal"])("calm jazz")
    assert (found.of("genre"), found.unknown) == ([], ("jazz",))


def test_a_genre_that_ends_in_a_sign_may_be_unwanted() -> None:
    assert Words(["misc."])("no misc").parts == (Part("genre", "misc ,", negated=True),)


OF_THREE = Words(["rock", "jazz", "hip-hop"])


@given(text=st.text(max_size=600))
def test_any_text_gives_a_wish_that_its_code_brings_back(text: str) -> None:
    wish = OF_THREE(text)
    again = Wish.from_code(wish.code)
    assert [(part.kind, part.negated) for part in again.parts] == [
        (part.kind, part.negated) for part in wish.parts
    ]


@pytest.fixture(scope="module")
def with_meaning() -> Words:
    if not installed():
        pytest.skip("the extra `words` is not installed")
    return Words(GENRES, Meaning())


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("like Snow Patrol but happier", "snow patrol"),
        ("songs like Rage Against the Machine", "rage against the machine"),
        ("レディオヘッドみたいで、もう少し静かな曲", "レディオヘッド"),
    ],
)
def test_a_name_may_begin_with_a_word_for_a_sound(words: Words, text: str, like: str) -> None:
    assert words(text).of("like") == [like]


def test_a_guess_never_goes_against_what_was_said(with_meaning: Words) -> None:
    wish = with_meaning("ストレス解消になる激しいロック")
    assert wish.targets()["energy"] > 0
    wish = with_meaning("Musik, die mich nach der Trennung auffängt, traurig aber schön")
    assert wish.targets()["valence"] < 0


@pytest.mark.parametrize(
    ("text", "guessed"),
    [
        ("music for a funeral", "sad"),
        ("long trucker journey", "drive"),
        ("spor için enerjik müzik", "energetic"),
        ("eurodance", "danceable"),
    ],
)
def test_semantic_similarity_guesses_words_missing_in_the_vocabulary(
    with_meaning: Words, text: str, guessed: str
) -> None:
    assert guessed in [part.value for part in with_meaning(text).parts if part.guess]


def test_of_a_long_text_only_the_beginning_is_guessed(with_meaning: Words) -> None:
    """The model's time grows faster than a text, and one wish may be thousands of characters."""
    assert [part.value for part in with_meaning("funeral " + "zq" * 60).parts if part.guess] == ["sad"]
    assert with_meaning("zq" * 60 + " funeral").parts == ()
    assert "sad" in [part.value for part in with_meaning("zqzqzq rock funeral").parts]
    assert "sad" not in [part.value for part in with_meaning("zqzqzq rock " * 4 + "funeral").parts]


def test_semantic_similarity_does_not_guess_from_nothing(with_meaning: Words) -> None:
    wish = with_meaning("lawyers")
    assert wish.parts == ()
    assert wish.unknown == ("lawyers",)


@pytest.mark.parametrize(
    ("text", "genres"),
    [
        ("quelque chose de calme pour lire sous la pluie", []),  # a short word is none: "sous" is near "soul"
        ("hard techno, no breaks", ["techno"]),  # nor is another one guessed beside one that is named
    ],
)
def test_genres_are_not_guessed_from_too_little(with_meaning: Words, text: str, genres: list[str]) -> None:
    assert [part.value for part in with_meaning(text).parts if part.kind == "genre"] == genres
