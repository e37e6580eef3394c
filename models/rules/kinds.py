"""The kinds of rules by name, and the one way to test a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from models.choices import RuleKind
from models.rules import papers, parts, person, terms
from models.rules.facts import PairingFacts
from models.rules.finding import Finding
from models.rules.parameters import Parameters, read_parameters


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rule: its parameters and its function."""

    parameters: type[Parameters]
    function: Callable[[PairingFacts, Any], Finding]
    facts: tuple[str, ...]
    """What its sentences may ask for: the facts that stand in every finding that is a pass or a fail."""


KINDS: Mapping[RuleKind, Kind] = {
    RuleKind.MINIMUM_TITLE: Kind(
        person.MinimumTitle, person.minimum_title, ("minimum", "or_degree", "title", "degree")
    ),
    RuleKind.MINIMUM_DEGREE: Kind(person.MinimumDegree, person.minimum_degree, ("minimum", "degree")),
    RuleKind.AGE_CAP: Kind(person.AgeCap, person.age_cap, ("age", "most")),
    RuleKind.TERM_CAP: Kind(terms.TermCap, terms.term_cap, ("months", "term", "latest")),
    RuleKind.RENEWAL_CAP: Kind(terms.RenewalCap, terms.renewal_cap, ("most", "renewals")),
    RuleKind.MINIMUM_DAYS: Kind(terms.MinimumDays, terms.minimum_days, ("minimum", "days", "where")),
    RuleKind.DAY_BUDGET: Kind(terms.DayBudget, terms.day_budget, ("year", "asked", "left", "person", "over")),
    RuleKind.REQUIRED_CONSENT: Kind(papers.RequiredConsent, papers.required_consent, ("consent",)),
    RuleKind.PUBLIC_NOTICE: Kind(
        papers.PublicNotice, papers.public_notice, ("minimum", "days", "calendar", "objections")
    ),
    RuleKind.REQUIRED_CLAUSES: Kind(papers.RequiredClauses, papers.required_clauses, ("wanted", "absent")),
    RuleKind.REQUIRED_DOCUMENTS: Kind(papers.RequiredDocuments, papers.required_documents, ("wanted", "absent")),
    RuleKind.NO_TIE: Kind(person.NoTie, person.no_tie, ("ties", "holders", "found")),
    RuleKind.ENCLAVE_SITE: Kind(parts.EnclaveSite, parts.enclave_site, ("site_place", "places", "taken", "found")),
    RuleKind.MENTOR: Kind(parts.Mentor, parts.mentor, ("years", "share", "mentor_years", "mentor_share")),
    RuleKind.ALTITUDE_CLEARANCE: Kind(
        person.AltitudeClearance, person.altitude_clearance, ("above_m", "altitude_m", "document")
    ),
    RuleKind.COOLING_OFF: Kind(terms.CoolingOff, terms.cooling_off, ("months", "last_ended", "earliest")),
    RuleKind.CONCURRENT_CAP: Kind(terms.ConcurrentCap, terms.concurrent_cap, ("most", "at_once")),
    RuleKind.DATE_OVERLAP: Kind(terms.DateOverlap, terms.date_overlap, ("stay_days", "found")),
    RuleKind.RECIPROCAL_LEGS: Kind(parts.ReciprocalLegs, parts.reciprocal_legs, ("legs", "absent")),
    RuleKind.EXCLUDED_KIND: Kind(person.ExcludedKind, person.excluded_kind, ("excluded", "found")),
}


def judge(kind: RuleKind, facts: PairingFacts, raw: Mapping[str, Any]) -> Finding:
    """What a rule of the kind with these parameters finds. Raises ParameterError."""
    own = KINDS[kind]
    return own.function(facts, read_parameters(own.parameters, raw))
