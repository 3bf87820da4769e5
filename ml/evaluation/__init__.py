"""Evaluates the quality of recommendations: protocol, metrics and intervals; run by `evaluate`."""

from ml.evaluation.comparison import Evaluation, evaluate
from ml.evaluation.methods import GUARDS, METHOD_NAMES, RATES
from ml.evaluation.protocol import EvaluationError

__all__ = ["GUARDS", "METHOD_NAMES", "RATES", "Evaluation", "EvaluationError", "evaluate"]
