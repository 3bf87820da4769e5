"""The network of a label classifier: scikit-learn's, without its checks in every epoch."""

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from ml.arrays import Floats32, Rows


class LabelNetwork(MLPClassifier):
    """An `MLPClassifier` that checks what it is given in the first epoch only.

    An epoch over a few hundred tracks takes scikit-learn less time than its checks of the arrays, and the
    arrays of all epochs are of one kind. Apart from that it is the same network to the last digit.
    """

    def _validate_input(
        self, X: Floats32, y: Rows, incremental: bool, reset: bool
    ) -> tuple[Floats32, NDArray[np.bool_]]:
        if reset:
            checked: tuple[Floats32, NDArray[np.bool_]] = super()._validate_input(X, y, incremental, reset)
            return checked
        told_apart = self.classes_[1:] if len(self.classes_) == 2 else self.classes_
        return X, y[:, None] == told_apart

    def _forward_pass_fast(self, X: Floats32, check_input: bool = True) -> Floats32:
        chances: Floats32 = super()._forward_pass_fast(X, check_input=False)
        return chances
