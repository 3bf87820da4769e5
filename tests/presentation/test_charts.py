"""Sentences about charts that were not used."""

from datetime import date

from bot.domain.charts import Attempt, Chart, ChartEntry, Reason, compare
from bot.domain.errors import ChartsUnavailable
from bot.i18n.translator import ENGLISH, translator_for
from bot.presentation.charts import attempt_line, changes_embed
from bot.presentation.sentences import sentence_for

FEW = Reason("{count} entries, not {wanted}", {"count": 10, "wanted": 100})
TOO_FEW = Attempt("Billboard", "not whole", FEW)
UNREACHABLE = Attempt("Apple Music", "unreachable", detail="HTTP 403")
ANSWERED = Attempt("Deezer", "answered")


def test_a_refused_chart_in_the_readers_language() -> None:
    assert attempt_line(TOO_FEW, ENGLISH) == "Billboard: 10 entries, not 100"
    assert attempt_line(TOO_FEW, translator_for("de")) == "Billboard: 10 Einträge statt 100"


def test_a_refresh_without_a_chart_names_every_source_and_why() -> None:
    error = ChartsUnavailable([TOO_FEW, UNREACHABLE])
    words = sentence_for(error, ENGLISH, prefix="!")
    assert words is not None
    assert "(Billboard: 10 entries, not 100; Apple Music: could not be reached)" in words
    words = sentence_for(error, translator_for("de"), prefix="!")
    assert words is not None
    assert "(Billboard: 10 Einträge statt 100; Apple Music: war nicht erreichbar)" in words


def test_a_refresh_tells_which_sources_it_passed_over() -> None:
    chart = Chart("deezer", "Deezer chart", date(2026, 11, 28), (ChartEntry(1, "A", "B"),))
    embed = changes_embed(compare(None, chart, [TOO_FEW, UNREACHABLE, ANSWERED]), ENGLISH)
    [field] = [field for field in embed.fields if field.name == "Not used"]
    assert field.value == "Billboard: 10 entries, not 100\nApple Music: could not be reached"
    assert all(field.name != "Not used" for field in changes_embed(compare(None, chart), ENGLISH).fields)
