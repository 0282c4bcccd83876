"""Understanding: the engines `linear` and `rasa`, training and evaluation."""

from bot.nlu.evaluation import BadEvaluationFile, Report, evaluate, parse_json
from bot.nlu.examples import TrainingDataError
from bot.nlu.linear import Linear
from bot.nlu.listener import Listener
from bot.nlu.opening import open_nlu, open_rasa, open_reader
from bot.nlu.reading import Reader
from bot.nlu.training import load_or_train, model_file, train

__all__ = [
    "BadEvaluationFile",
    "Linear",
    "Listener",
    "Reader",
    "Report",
    "TrainingDataError",
    "evaluate",
    "load_or_train",
    "model_file",
    "open_nlu",
    "open_rasa",
    "open_reader",
    "parse_json",
    "train",
]
