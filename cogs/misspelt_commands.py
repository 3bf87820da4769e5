"""Suggests commands for unknown commands and subcommands, without running them."""

from collections.abc import Iterable
from typing import Any

from discord.ext import commands
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.errors import SamewaveError

ALIKE = 0.7
"""Similarity (0 to 1) from which a word counts as a misspelt command…"""
ALIKE_IN_GROUP = 0.6
"""… and as a misspelt subcommand, of which there are few."""
SHORTEST = 4
"""The shortest misspelt command in letters: shorter words are other bots' commands."""

_HELP = ("help", "hilfe", "?")


def nearest_command(word: str, known: Iterable[commands.Command[Any, ..., Any]]) -> str | None:
    """The name of the command most similar to a word."""
    names = {name: command.name for command in known for name in (command.name, *command.aliases)}
    found = _nearest(word, [name for name in names if len(name) >= SHORTEST], ALIKE)
    return names[found] if found else None


def nearest_subcommand(word: str, group: commands.Group[Any, ..., Any]) -> str | None:
    """The name of the subcommand most similar to a word."""
    return _nearest(word, _subcommands(group), ALIKE_IN_GROUP)


def left_over(context: commands.Context[Any]) -> str:
    """Text after a command group that is no subcommand; empty for a slash command."""
    if context.interaction is not None:
        return ""
    rest = context.view.buffer[context.view.index :].strip()
    return "" if rest.casefold() == getattr(context.command, "fallback", None) else rest


def check_subcommand(context: commands.Context[Any]) -> None:
    """Check that no unknown subcommand follows the name of a group.

    Raises:
        SamewaveError: there is one.
    """
    group, typed = context.command, left_over(context)
    if not typed or not isinstance(group, commands.Group):
        return
    word, _, rest = typed.partition(" ")
    if word.casefold() in _HELP:
        raise SamewaveError("Did you mean `{prefix}{command}`?", command=f"help {group.qualified_name}")
    if (name := nearest_subcommand(word, group)) is not None:
        raise SamewaveError(
            "Did you mean `{prefix}{command}`?", command=f"{group.qualified_name} {name} {rest}".strip()
        )
    raise SamewaveError(
        "There is no `{command}`; the commands are: {commands}.",
        command=f"{group.qualified_name} {word}",
        commands=", ".join(f"{group.qualified_name} {name}" for name in _subcommands(group)),
    )


def _subcommands(group: commands.Group[Any, ..., Any]) -> list[str]:
    fallback = getattr(group, "fallback", None)
    return sorted({*(command.name for command in group.commands), *([fallback] if fallback else [])})


def _nearest(word: str, names: list[str], at_least: float) -> str | None:
    alike = DamerauLevenshtein.normalized_similarity
    found = process.extractOne(word.casefold(), names, scorer=alike, score_cutoff=at_least)
    return found[0] if found else None
