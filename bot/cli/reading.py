"""The options for reading a table, shared by all commands that take one."""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from bot.sources.tables.plan import ReadOptions
from ml.features import FEATURE_NAMES

Command = Callable[..., Any]


def reading_options(command: Command) -> Command:
    """Add `--encoding`, `--percent`, `--scale` and `--column`; the command gets them as `reading`."""

    @click.option("--encoding", help="Of the text, where it cannot be told: cp1250, shift_jis, …")
    @click.option("--percent", is_flag=True, help="Danceability and the like are percentages: divide by 100.")
    @click.option(
        "--scale",
        multiple=True,
        callback=_scales,
        metavar="FEATURE=FACTOR",
        help="Multiply a feature, for example tempo=60 where it is in beats per second.",
    )
    @click.option(
        "--column",
        "columns",
        multiple=True,
        callback=_pairs,
        metavar="ROLE=NAME",
        help="Which column is what, where its name is not known, for example valence=mood_score.",
    )
    @wraps(command)
    def with_reading(
        *args: Any,
        encoding: str | None,
        percent: bool,
        scale: dict[str, float],
        columns: dict[str, str],
        **kwargs: Any,
    ) -> Any:
        return command(*args, reading=ReadOptions(encoding, percent, scale, columns), **kwargs)

    return with_reading


def _pairs(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Parse the repeated option `NAME=VALUE`."""
    pairs = {}
    for value in values:
        name, sign, rest = value.partition("=")
        if not (sign and name.strip() and rest.strip()):
            raise click.BadParameter(f"{value!r} is not of the form NAME=VALUE", context, option)
        pairs[name.strip()] = rest.strip()
    return pairs


def _scales(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    scales = {}
    for name, text in _pairs(context, option, values).items():
        try:
            scales[name] = float(text)
        except ValueError as error:
            raise click.BadParameter(f"{text!r} is no number", context, option) from error
        if name not in FEATURE_NAMES:
            raise click.BadParameter(
                f"{name!r} is no feature; these are: {', '.join(FEATURE_NAMES)}", context, option
            )
        if not math.isfinite(scales[name]) or not scales[name]:
            raise click.BadParameter(f"{name} cannot be multiplied with {text}", context, option)
    return scales
