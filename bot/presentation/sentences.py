"""Maps errors to sentences for people."""

import logging
import re
import secrets

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import TO_KNOW_MORE, ChartsUnavailable, SamewaveError, SongNotFound
from bot.domain.song_names import SongNames
from bot.i18n.translator import Translator
from bot.presentation.charts import refused_lines
from bot.presentation.song_names import song_names
from bot.presentation.texts import plain, shown

log = logging.getLogger(__name__)

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
SENTENCE_LIMIT = 1_500
VALUE_LIMIT = 600
"""Of one value in a sentence."""


def sentence_for(  # noqa: PLR0912  # a table
    error: BaseException,
    translate: Translator,
    *,
    prefix: str,
    example: str | None = None,
    for_host: bool = False,
) -> str | None:
    """The sentence for an error, or None to stay silent; unexpected errors are logged with a reference.

    Args:
        error: the error of a command, an app command or a button.
        prefix: the prefix of text commands, for hints.
        example: example usage of the command, if there was one.
        for_host: whether only the bot's host reads it.
    """
    cause = _root(error)
    match cause:
        case ChartsUnavailable():
            log.warning("%s", cause)
            refused = "; ".join(refused_lines(cause.attempts, translate))
            return shown(translate(cause.sentence, attempts=refused), SENTENCE_LIMIT)
        case SamewaveError():
            if cause.detail:
                log.warning("%s (%s)", cause, cause.detail)
            more = f"\n-# {translate(TO_KNOW_MORE)}" if for_host and isinstance(cause, SongNotFound) else ""
            return _sentence(cause, translate, prefix) + more
        case commands.CommandNotFound():
            return None
        case app_commands.CommandSignatureMismatch() | app_commands.CommandNotFound():
            return translate("Discord has not taken over my new commands yet; try again in a minute.")
        case commands.MissingRequiredArgument() | commands.MissingRequiredFlag():
            if example:
                return translate("That needs something more, for example: `{example}`.", example=example)
            return translate(
                "That needs something more; `{prefix}help` shows an example of each command.", prefix=prefix
            )
        case commands.MissingPermissions() | app_commands.MissingPermissions():
            return translate("Only moderators (with the permission Manage Server) can do that here.")
        case commands.NoPrivateMessage() | app_commands.NoPrivateMessage():
            return translate("That works only in a server.")
        case commands.RangeError(value=value, minimum=low, maximum=high):
            return translate(
                "{value} is out of range: it goes from {low} to {high}.", value=value, low=low, high=high
            )
        case commands.BadLiteralArgument(literals=known):
            return translate("I know only these: {words}.", words=", ".join(map(str, known)))
        case commands.ChannelNotFound():
            return translate("I know no such channel here.")
        case commands.UserInputError():
            return translate("I did not understand that; `{prefix}help` shows how to ask.", prefix=prefix)
        case commands.CheckFailure() | app_commands.CheckFailure():
            return translate("That is not possible here.")
        case discord.Forbidden() | discord.NotFound() | discord.HTTPException(code=40060):  # answered already
            log.info("could not answer: %s", cause)
            return None
        case discord.HTTPException(status=429) | discord.RateLimited():
            # An apology would meet the same limit.
            log.warning("could not answer: %s", " ".join(str(cause).split())[:200])
            return None
    reference = secrets.token_hex(4)
    log.error("unexpected error, reference %s", reference, exc_info=cause)
    return translate(
        "Something went wrong on my side. If it happens again, tell my operator the reference `{reference}`.",
        reference=reference,
    )


def _sentence(error: SamewaveError, translate: Translator, prefix: str) -> str:
    """Translate the sentence and fill in values; only the values are escaped."""
    in_code = set(_PLACEHOLDER.findall("".join(error.sentence.split("`")[1::2])))
    values = {name: _safe(value, translate, code=name in in_code) for name, value in error.values.items()}
    if "prefix" in values:
        values["prefix"] = prefix
    return translate(error.sentence, **values)[:SENTENCE_LIMIT]


def _safe(value: object, translate: Translator, *, code: bool) -> object:
    """Escape a value, except between backticks, where Discord renders no Markdown."""
    if isinstance(value, SongNames):
        value = song_names(value, translate)
    if not isinstance(value, str):
        return value
    return plain(value, VALUE_LIMIT).replace("`", "'") if code else shown(value, VALUE_LIMIT)


def _root(error: BaseException) -> BaseException:
    """Unwrap the exceptions of discord.py."""
    wrappers = (
        commands.BadFlagArgument,
        commands.ConversionError,
        commands.CommandInvokeError,
        commands.HybridCommandError,
        app_commands.CommandInvokeError,
    )
    while isinstance(error, wrappers):
        error = error.original
    return error
