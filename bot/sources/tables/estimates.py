"""Features that a whole table lacks, estimated from the others."""

import numpy as np

from bot.sources.tables.cells import Floats
from bot.sources.tables.cleaning import Estimate
from ml.features import FEATURE_NAMES, FEATURE_RANGES


def fit_estimate(known: Floats, missing: tuple[str, ...]) -> Estimate:
    """Learn the missing features from songs that have all nine (a ridge regression on their squares and
    products).

    An estimate is a conditional mean: it varies less than the real feature does.

    Args:
        known: shape (n, 9), in the order of `FEATURE_NAMES`, n at least 2.
        missing: at most two names out of `FEATURE_NAMES`.
    """
    # Most tables lack nothing, and scikit-learn takes a second to load.
    from sklearn.linear_model import Ridge  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler  # noqa: PLC0415

    absent = [FEATURE_NAMES.index(name) for name in missing]
    present = [column for column in range(len(FEATURE_NAMES)) if column not in absent]
    models = {
        column: make_pipeline(StandardScaler(), PolynomialFeatures(2), Ridge()).fit(
            known[:, present], known[:, column]
        )
        for column in absent
    }

    def estimate(features: Floats) -> Floats:
        filled = features.copy()
        for column, model in models.items():
            low, high = FEATURE_RANGES[FEATURE_NAMES[column]]
            filled[:, column] = np.clip(model.predict(features[:, present]), low, high)
        return filled

    return estimate
