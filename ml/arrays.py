"""Names for the types of arrays; shapes are in the docstrings that use them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Rows = NDArray[np.intp]
"""Positions in an array or a table."""
Labels = Sequence[frozenset[str]]
"""The labels of each track."""
