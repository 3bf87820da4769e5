"""Chooses a scaler per feature: the simplest sufficient one, from its measured distribution."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.base import TransformerMixin
from sklearn.preprocessing import PowerTransformer, QuantileTransformer, StandardScaler

from ml.features import FEATURE_NAMES
from ml.report.phrases import listed, percent
from ml.report.section import Section, Table

Floats = NDArray[np.float64]
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


@dataclass(frozen=True)
class ScalerChoices:
    """All nine features."""

    features: Sequence[ScalerChoice]

    def section(self) -> Section:
        """A table of the measures and the choices."""
        named: dict[Choice, list[str]] = {}
        for choice in self.features:
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
        rows = [
            (
                c.feature,
                None if c.choice == "none" else c.choice,
                c.why,
                _rounded(c.skew),
                _rounded(c.skew_power),
                _rounded(c.distance),
                _rounded(c.distance_power),
                percent(c.zeros, 1),
                percent(c.at_an_end, 1),
            )
            for c in self.features
        ]
        columns = (
            "Feature",
            "Scaler",
            "Why",
            "Skew",
            "Skew, power",
            "Off normal",
            "Off normal, power",
            "Zeros",
            "At an end",
        )
        return Section(
            "scalers", "Which scaler suits which feature", sentences, tables=(Table(columns, rows),)
        )


def choose_scalers(features: Floats) -> ScalerChoices:
    """Measure columns of shape (n, 9) and choose for each."""
    return ScalerChoices([choose_scaler(name, features[:, i]) for i, name in enumerate(FEATURE_NAMES)])


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
    skew, skew_power = skewness(standardised), skewness(powered)
    far, far_power = _far(standardised), _far(powered)
    distance, distance_power = _off_normal(standardised), _off_normal(powered)
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


def skewness(values: Floats) -> float:
    """The third standardised moment of values of shape (n,); 0 where they do not vary."""
    centred = values - values.mean()
    deviation = float(np.sqrt((centred**2).mean()))
    return float((centred**3).mean() / deviation**3) if deviation > 0 else 0.0


def _far(values: Floats) -> float:
    return float((np.abs(values) > 3.0).mean())


def _off_normal(values: Floats) -> float:
    expected = np.array([NormalDist().cdf(value) for value in np.sort(values).tolist()])
    steps = np.arange(len(values) + 1) / len(values)
    return float(max((steps[1:] - expected).max(), (expected - steps[:-1]).max()))


def _rounded(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"
