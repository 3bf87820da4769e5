"""Descriptions of slash commands in the languages of Discord; names stay English."""

import discord
from discord import app_commands

from bot.i18n.translator import ENGLISH, translator_for

_SPOKEN = (
    app_commands.TranslationContextLocation.command_description,
    app_commands.TranslationContextLocation.group_description,
    app_commands.TranslationContextLocation.parameter_description,
    app_commands.TranslationContextLocation.choice_name,
)


class SlashTranslator(app_commands.Translator):
    """Translates descriptions with the bot's translations."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The translated description, or None for English."""
        translate = translator_for(locale.value)
        if translate is ENGLISH or context.location not in _SPOKEN:
            return None
        spoken = translate(string.message)
        return spoken if spoken != string.message else None
