"""Why two songs go together, in words."""

from datetime import date
from itertools import chain

import pytest

from bot.domain.charts import Chart, ChartEntry
from bot.domain.recommendations import ClusterReason, HotReason
from bot.i18n.translator import ENGLISH, translator_for
from bot.presentation.reasons import reason_sentence
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
