"""Chooses a scaler per feature: the simplest sufficient one, from its measured distribution."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import kstest
from scipy.stats import skew as skewness
from sklearn.base import TransformerMixin
from sklearn.preprocessing import PowerTransformer, QuantileTransformer, StandardScaler

from ml.arrays import Floats
from ml.features import FEATURE_NAMES
from ml.report.phrases import listed, percent
from ml.report.section import Section, Table

Choice = Literal["none", "standard", "power", "quantile"]

LOPSIDED = 0.5
"""Skewness up to which a shape is nearly even on both sides (Bulmer 1979, "Principles of Statistics")."""
HEAVY = 0.02
"""Share of tracks beyond three deviations from which a tail still rules; 0.3 % is normal."""
BLOCK = 0.1
"""Share of tracks within a hundredth of the range of one end from which no smooth curve spreads them."""
QUANTILES = 1_000


@dataclass(frozen=True)
class ScalerChoice:
    """The scaler chosen for a feature.

    Attributes:
        zeros: share of tracks that are exactly zero.
        at_an_end: share of tracks within a hundredth of the range of the fuller end.
        skew: third standardised moment as measured; None where the feature does not vary.
        skew_power: the same after a Yeo-Johnson power transformation.
        far, far_power: share of tracks beyond three deviations, as measured and after that transformation.
        distance, distance_power: largest distance of the cumulative distribution to the normal one
            (Kolmogorov-Smirnov), as measured and after that transformation.
        choice: the simplest scaler that suffices.
        why: in words.
    """

    feature: str
    zeros: float
    at_an_end: float
    skew: float | None
    skew_power: float | None
    far: float | None
    far_power: float | None
    distance: float | None
    distance_power: float | None
    choice: Choice
    why: str


def scalers_section(choices: Sequence[ScalerChoice], note: str) -> Section:
    """A table of the measures and the choices.

    Args:
        note: about the sample.
    """
    named: dict[Choice, list[str]] = {}
    for choice in choices:
        named.setdefault(choice.choice, []).append(choice.feature)
    sentences = [
        "Distances only mean something when every feature speaks equally loud. Each row takes the first "
        "scaler that suffices: a standard one keeps the shape, a power one (Yeo-Johnson) straightens a "
        "lopsided shape, a quantile one keeps nothing but the order. “Off normal” is the largest "
        "distance of the cumulative distribution to the normal one.",
        " ".join(
            f"{label}: {listed(named[choice])}."
            for choice, label in (
                ("standard", "Standard"),
                ("power", "Power"),
                ("quantile", "Quantile"),
                ("none", "Nothing to scale"),
            )
            if choice in named
        ),
    ]
    if "quantile" in named:
        sentences.append(
            "What lies in one block at an end of its range stays a block under any scaler; ranks only "
            "keep the rest from being squeezed by it."
        )
    table = Table(
        [
            {
                "Feature": c.feature,
                "Scaler": None if c.choice == "none" else c.choice,
                "Why": c.why,
                "Skew": _rounded(c.skew),
                "Skew, power": _rounded(c.skew_power),
                "Off normal": _rounded(c.distance),
                "Off normal, power": _rounded(c.distance_power),
                "Zeros": percent(c.zeros, 1),
                "At an end": percent(c.at_an_end, 1),
            }
            for c in choices
        ]
    )
    return Section("scalers", "Which scaler suits which feature", (*sentences, note), tables=(table,))


def choose_scalers(features: Floats) -> list[ScalerChoice]:
    """Measure columns of shape (n, 9) and choose for each."""
    return [choose_scaler(name, features[:, i]) for i, name in enumerate(FEATURE_NAMES)]


def choose_scaler(name: str, values: Floats) -> ScalerChoice:
    """Measure one feature of shape (n,) and choose the simplest scaler that suffices."""
    spread = float(np.ptp(values))
    zeros = float((values == 0).mean())
    if spread == 0:
        why = "It never varies."
        return ScalerChoice(name, zeros, 1.0, None, None, None, None, None, None, "none", why)
    near = spread / 100
    low, high = (
        float((values <= values.min() + near).mean()),
        float((values >= values.max() - near).mean()),
    )
    column = values[:, None]
    standardised = StandardScaler().fit_transform(column)[:, 0]
    powered = PowerTransformer().fit_transform(column)[:, 0]
    if not np.isfinite(powered).all() or np.ptp(powered) == 0:
        powered = standardised
    skew, skew_power = (float(skewness(shape)) for shape in (standardised, powered))
    far, far_power = (float((np.abs(shape) > 3.0).mean()) for shape in (standardised, powered))
    distance, distance_power = (float(kstest(shape, "norm").statistic) for shape in (standardised, powered))
    block = max(low, high)
    if block >= BLOCK:
        choice: Choice = "quantile"
        end = "lowest" if low >= high else "highest"
        why = f"{percent(block)} of the tracks lie at its {end} hundredth."
    elif abs(skew) < LOPSIDED and far < HEAVY:
        choice = "standard"
        why = f"Skew {skew:+.2f}: nearly even on both sides."
    elif abs(skew_power) < LOPSIDED and far_power < HEAVY:
        choice = "power"
        why = f"Skew {skew:+.2f} becomes {skew_power:+.2f}."
    else:
        choice = "quantile"
        why = f"Skew {skew:+.2f}; a power curve leaves {skew_power:+.2f}."
    return ScalerChoice(
        name, zeros, block, skew, skew_power, far, far_power, distance, distance_power, choice, why
    )


def scaler_of(choice: Choice, *, rows: int, seed: int) -> TransformerMixin:
    """A new scaler of the kind chosen, for so many rows; there is none for "none"."""
    scalers: dict[Choice, TransformerMixin] = {
        "standard": StandardScaler(),
        "power": PowerTransformer(),
        "quantile": QuantileTransformer(
            n_quantiles=min(QUANTILES, rows), output_distribution="normal", random_state=seed
        ),
    }
    return scalers[choice]


def _rounded(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"
