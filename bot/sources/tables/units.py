"""Determines the units of a table's features from all values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from bot.sources.tables.cells import Flags, Floats
from bot.sources.tables.roles import says_hertz, says_percent
from ml.features import FEATURE_NAMES, FEATURE_RANGES

SHARES = tuple(name for name in FEATURE_NAMES if FEATURE_RANGES[name] == (0.0, 1.0))
_TOO_MANY = 0.2
"""Share of a column's values outside its range from which its unit is wrong, not single rows."""
_FEW_ROWS = 10
"""With fewer, it takes more than half of the values."""
_SLOWEST = 20.0
_FASTEST = 260.0
_LOUDEST = 5.0
_RESCALED = "The numbers of the original table are needed: look for it, or undo the scaling there."


@dataclass(frozen=True)
class Units:
    """Factors for the features of a table.

    Attributes:
        scale: factors other than 1, by feature.
        notes: what was converted, for people.
        faults: ambiguous units; with any, the table is refused.
    """

    scale: Mapping[str, float]
    notes: tuple[str, ...]
    faults: tuple[str, ...]


def units_of(
    values: Mapping[str, Floats], names: Mapping[str, str], given: Mapping[str, float], *, percent: bool
) -> Units:
    """Determine the units from all values.

    Args:
        values: values of each feature with a column, without failed analyses.
        names: the columns' names.
        given: factors given by a person.
        percent: whether a person declared shares as percentages.
    """
    scale = dict(given)
    notes: list[str] = []
    faults: list[str] = []
    shares = {
        name: some for name in SHARES if len(some := values.get(name, np.empty(0))) and name not in given
    }
    as_percent = [name for name, some in shares.items() if says_percent(names[name]) and some.max() > 1]
    if as_percent and not percent:
        shown = ", ".join(names[name].strip() for name in as_percent)
        notes.append(f"The columns {shown} are percentages by their names; they were divided by 100.")
    if percent or as_percent:
        as_percent = [
            name for name, some in shares.items() if _is_percent(name, some, names, percent=percent)
        ]
    scale.update(dict.fromkeys(as_percent, 0.01))
    faults += _share_faults({name: some for name, some in shares.items() if name not in as_percent}, names)
    for name, fault_of in (("tempo", _tempo_fault), ("loudness", _loudness_fault)):
        some = values.get(name, np.empty(0))
        if not len(some) or name in given:
            continue
        column = names[name].strip()
        if name == "tempo" and _is_hertz(some, column):
            scale[name] = 60.0
            notes.append(f"{column} is in beats per second by its name; it was multiplied by 60.")
        elif fault := fault_of(some, column):
            faults.append(fault)
    return Units(scale, tuple(notes), tuple(faults))


def _is_percent(name: str, values: Floats, names: Mapping[str, str], *, percent: bool) -> bool:
    """Whether a share is in percent: values above 1, or whole numbers only (1 is one per cent)."""
    if not percent and not says_percent(names[name]):
        return False
    return bool(values.max() > 1 or np.all(values == np.rint(values)))


def _share_faults(shares: Mapping[str, Floats], names: Mapping[str, str]) -> list[str]:
    standardised = [name for name, some in shares.items() if _are_many(some < 0)]
    faults = []
    if standardised:
        shown = _shown(standardised, names)
        faults.append(f"{shown} below 0 in many rows: standardised values, it seems. {_RESCALED}")
    high = {name: some for name, some in shares.items() if name not in standardised and _are_many(some > 1)}
    by_factor: dict[float, list[str]] = {}
    for name, some in high.items():
        top = float(np.quantile(some, 0.99))
        by_factor.setdefault(next((1 / size for size in (10, 100, 1_000) if top <= size), 0.0), []).append(
            name
        )
    if 0.01 in by_factor:  # small percentages look like tenths
        by_factor[0.01] = [*by_factor[0.01], *by_factor.pop(0.1, [])]
    for factor, found in by_factor.items():
        medians = ", ".join(f"{np.median(high[name]):.4g}" for name in found)
        what = f"{_shown(found, names)} between 0 and 1 in other tables, and {medians} in the middle here"
        if factor == 0.01:
            faults.append(f"{what}: percentages, it seems. If so, import with --percent.")
        elif factor:
            options = " ".join(f"--scale {name}={factor:g}" for name in found)
            faults.append(f"{what}: multiplied by {1 / factor:g}, it seems. If so, import with {options}.")
        else:
            faults.append(f"{what}. {_RESCALED}")
    return faults


def _are_many(outside: Flags) -> bool:
    return bool(np.mean(outside) > (_TOO_MANY if len(outside) >= _FEW_ROWS else 0.5))


def _is_hertz(tempo: Floats, column: str) -> bool:
    heard = tempo[tempo != 0]
    return bool(
        says_hertz(column) and len(heard) and not _are_many(heard < 0) and np.median(heard) < _SLOWEST
    )


def _tempo_fault(values: Floats, name: str) -> str:
    heard = values[values != 0]
    if not len(heard):
        return ""
    middle = float(np.median(heard))
    if _are_many(heard < 0):
        return f"{name} is below 0 in many rows: standardised values, it seems. {_RESCALED}"
    if middle < _SLOWEST:
        if heard.max() <= 1:
            return f"{name} is never above 1: scaled values, it seems, and no beats per minute. {_RESCALED}"
        return (
            f"{name} is {middle:.3g} in the middle: beats per second, it seems. "
            "If so, import with --scale tempo=60."
        )
    if middle > _FASTEST:
        if 50 <= middle / 1_000 <= 200:
            return (
                f"{name} is {middle:,.0f} in the middle. If that is beats times 1,000: --scale tempo=0.001."
            )
        return (
            f"{name} is {middle:,.0f} in the middle: no beats per minute (milliseconds a beat?). {_RESCALED}"
        )
    return ""


def _loudness_fault(values: Floats, name: str) -> str:
    low, high = float(values.min()), float(values.max())
    if low > 0 or (low == 0 and len(values) >= 3):
        if high <= 1:
            return (
                f"{name} is never below 0 nor above 1: scaled values, it seems, and no decibels. {_RESCALED}"
            )
        if low > _LOUDEST or len(values) >= 3:
            return (
                f"{name} is never below 0, but in decibels music is: the sign is lost, it seems. "
                "If so, import with --scale loudness=-1."
            )
    if np.median(values) < FEATURE_RANGES["loudness"][0]:
        return f"{name} is {np.median(values):,.0f} in the middle: no decibels. {_RESCALED}"
    return ""


def _shown(features: Iterable[str], names: Mapping[str, str]) -> str:
    found = [names[name].strip() for name in features]
    text = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
    return f"{text} {'is' if len(found) == 1 else 'are'}"
