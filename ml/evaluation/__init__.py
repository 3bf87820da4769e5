"""How good are the recommendations? The protocol, its metrics and intervals; `evaluate` runs it."""

from ml.evaluation.comparison import Evaluation, evaluate
from ml.evaluation.methods import METHOD_NAMES
from ml.evaluation.protocol import EvaluationError

__all__ = ["METHOD_NAMES", "Evaluation", "EvaluationError", "evaluate"]
