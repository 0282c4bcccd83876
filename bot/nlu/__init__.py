"""Understanding: the `linear` engine, its training and its evaluation."""

from bot.nlu.evaluation import BadEvaluationFile, Report, evaluate, parse_json
from bot.nlu.examples import TrainingDataError
from bot.nlu.linear import Linear
from bot.nlu.training import load_or_train, model_file, train

__all__ = [
    "BadEvaluationFile",
    "Linear",
    "Report",
    "TrainingDataError",
    "evaluate",
    "load_or_train",
    "model_file",
    "parse_json",
    "train",
]
