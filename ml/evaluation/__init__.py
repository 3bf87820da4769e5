"""Evaluates the quality of recommendations: protocol, metrics and intervals; run by `evaluate`."""

from ml.evaluation.comparison import Evaluation, evaluate
from ml.evaluation.methods import GUARDS, RATES
from ml.evaluation.protocol import EvaluationError

__all__ = ["GUARDS", "RATES", "Evaluation", "EvaluationError", "evaluate"]
