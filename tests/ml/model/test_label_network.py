import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from ml.model.label_network import LabelNetwork


@pytest.mark.parametrize("classes", [2, 4])
def test_the_network_is_scikit_learns_to_the_last_digit(classes: int) -> None:
    generator = np.random.default_rng(classes)
    inputs = generator.normal(size=(60, 5)).astype(np.float32)
    targets = generator.integers(0, classes, 60)
    weights = generator.random(60).astype(np.float32)
    chances = []
    for kind in (MLPClassifier, LabelNetwork):
        network = kind((6, 4), batch_size=20, random_state=3)
        for start in range(3):  # the first lacks some classes
            seen = slice(start, start + 40)
            network.partial_fit(
                inputs[seen],
                np.minimum(targets[seen], start + 1),
                classes=np.arange(classes) if start == 0 else None,
                sample_weight=weights[seen],
            )
        chances.append(network.predict_proba(inputs))
    assert chances[1].shape == (60, classes)
    assert (chances[0] == chances[1]).all()
