"""Spanish: which locales read it, and what its grammar asks of a list."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.i18n.slash_commands import SlashTranslator
from bot.i18n.translator import translator_for

SPANISH = [discord.Locale.spain_spanish, discord.Locale.latin_american_spanish]


@pytest.mark.parametrize("locale", SPANISH)
async def test_spain_and_latin_america_read_spanish(locale: discord.Locale) -> None:
    assert translator_for(locale.value)("Another") == "Otra"
    choice = app_commands.Choice(name="party", value="party")
    context: app_commands.TranslationContext[Any, Any] = app_commands.TranslationContext(
        app_commands.TranslationContextLocation.choice_name, choice
    )
    assert await SlashTranslator().translate(app_commands.locale_str("party"), locale, context) == "fiesta"


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (["oscuro"], "oscuro"),
        (["oscuro", "lento"], "oscuro y lento"),
        (["lento", "oscuro", "instrumental"], "lento, oscuro e instrumental"),
        (["Enviar mensajes", "Insertar enlaces"], "Enviar mensajes e Insertar enlaces"),
        (["instrumental"], "instrumental"),
        (["seco", "hiriente"], "seco e hiriente"),
        (["fuego", "hielo"], "fuego y hielo"),
    ],
)
def test_and_changes_before_its_own_sound(words: list[str], listed: str) -> None:
    assert translator_for("es").listing(words) == listed
