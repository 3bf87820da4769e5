"""Reasons of recommendations in words."""

from dataclasses import replace
from datetime import date
from itertools import chain

import pytest

from bot.domain.charts import Chart, ChartEntry
from bot.domain.errors import SongNotFound
from bot.domain.recommendations import ArtistSound, Choice, ClusterReason, HotReason, SeedSong
from bot.i18n.translator import ENGLISH, translator_for
from bot.presentation import embeds
from bot.presentation.reasons import artist_basis, reason_sentence
from bot.presentation.sentences import sentence_for
from ml.features import FEATURE_WORDS


@pytest.mark.parametrize(
    ("shared", "ending"),
    [
        ((), "“Calm”."),
        (("slow",), "both are slow."),
        (("slow", "dark"), "both are slow and dark."),
        (("slow", "dark", "quiet"), "both are slow, dark and quiet."),
    ],
)
@pytest.mark.parametrize("fell_over", [False, True])
def test_a_cluster_reason_is_one_sentence(shared: tuple[str, ...], ending: str, fell_over: bool) -> None:
    sentence = reason_sentence(ClusterReason(3, "Calm", shared, fell_over), ENGLISH)
    assert sentence.endswith(ending)
    assert "Calm" in sentence
    assert ("nearest" in sentence) is fell_over


def test_a_hot_reason_says_both_places_and_the_week() -> None:
    first, second = ChartEntry(4, "T", "A"), ChartEntry(17, "U", "B")
    chart = Chart("billboard", "Hot 100", date(2026, 11, 21), (first, second))
    sentence = reason_sentence(HotReason(chart, first, second), ENGLISH)
    assert "no. 4" in sentence
    assert "no. 17" in sentence
    assert "21 November 2026" in sentence
    assert "Hot 100" in sentence


def test_every_word_of_the_model_is_known_to_translators() -> None:
    german = translator_for("de")
    for word in chain.from_iterable(FEATURE_WORDS.values()):
        assert german(word) != word or word in ("instrumental",), word


def test_hints_for_the_host_are_shown_to_the_host_only() -> None:
    unknown = SongNotFound("Lantern Weather")
    guess = Choice("Lantern Weather", (SeedSong("Lantern", ("Nobody",)),), unsure=True)
    several = replace(guess, unsure=False)
    for translate in (ENGLISH, translator_for("de")):
        for for_host in (True, False):
            told = sentence_for(unknown, translate, prefix="!", for_host=for_host) or ""
            asked = embeds.choice(guess, translate, for_host=for_host).description or ""
            assert ["samewave catalogue get" in text for text in (told, asked)] == [for_host] * 2
        assert "catalogue get" not in (embeds.choice(several, translate, for_host=True).description or "")


def test_a_single_song_of_an_artist_is_said_to_be_the_only_one() -> None:
    song = SeedSong("Lantern Weather", ("Queen",))
    assert artist_basis(ArtistSound(song, "Queen", 1), ENGLISH).endswith(
        "going by the only other song by Queen that I know."
    )
    assert artist_basis(ArtistSound(song, "Queen", 2), ENGLISH).endswith("going by 2 other songs by Queen.")
