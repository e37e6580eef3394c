"""Policy rules as pure functions: facts of a pairing and validated parameters in, an outcome with its facts out.

A rule is a row of `PolicyRule`; its kind is one of the few here. A new rule is new data, a new kind is one function.
"""

from models.rules.facts import Commitment, Leg, Notice, PairingFacts, Site, StatedTie, YearBudget
from models.rules.finding import Finding
from models.rules.kinds import KINDS, Kind, judge
from models.rules.parameters import ParameterError, Parameters, read_parameters
from models.rules.sentences import Names, SentenceError, fill, placeholders
from models.rules.words import WORDS, names_of

__all__ = [
    "KINDS",
    "WORDS",
    "Commitment",
    "Finding",
    "Kind",
    "Leg",
    "Names",
    "Notice",
    "PairingFacts",
    "ParameterError",
    "Parameters",
    "SentenceError",
    "Site",
    "StatedTie",
    "YearBudget",
    "fill",
    "judge",
    "names_of",
    "placeholders",
    "read_parameters",
]
