"""Measures of a ranking against graded judgements."""

from matcher.evaluation.judgements import JudgedSet, load_judged_set
from matcher.evaluation.metrics import Interval, bootstrap, calibration_error, mrr, ndcg, recall
from matcher.evaluation.runner import VARIANTS, Report, evaluate

__all__ = [
    "VARIANTS",
    "Interval",
    "JudgedSet",
    "Report",
    "bootstrap",
    "calibration_error",
    "evaluate",
    "load_judged_set",
    "mrr",
    "ndcg",
    "recall",
]
