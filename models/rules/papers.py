"""Rules about what must be agreed, shown and signed: consent, public notice, clauses, documents."""

from __future__ import annotations

from dataclasses import dataclass

from models.choices import DocumentKind
from models.rules.facts import Notice, PairingFacts
from models.rules.finding import Finding, decided, unknown
from models.rules.parameters import Parameters, choice_of, codes, whole


@dataclass(frozen=True, slots=True)
class RequiredConsent(Parameters):
    """The home institution consents. There is nothing to set."""


def required_consent(facts: PairingFacts, _own: RequiredConsent) -> Finding:
    """The home institution has consented to the terms as they stand."""
    return decided(facts.is_consented, consent="given" if facts.is_consented else "not_given")


@dataclass(frozen=True, slots=True)
class PublicNotice(Parameters):
    """A public notice of so many working days."""

    working_days: int = whole("公示工作日", "Working days", 1, 60, ("个工作日", "working days"))


def public_notice(facts: PairingFacts, own: PublicNotice) -> Finding:
    """One notice is over, was long enough, and has no objection that is open or was upheld."""
    if not facts.notices:
        return decided(False, minimum=own.working_days, days=0, calendar="known", objections=0)
    best = max(
        facts.notices, key=lambda one: (_is_enough(one, own), one.ends is not None, one.working_days, one.starts)
    )
    objections = best.open_objections + best.upheld_objections
    known = {"minimum": own.working_days, "days": best.working_days, "objections": objections}
    return decided(_is_enough(best, own), **known, calendar="known" if best.is_exact else "weekdays_only")


def _is_enough(one: Notice, own: PublicNotice) -> bool:
    is_clean = not one.open_objections and not one.upheld_objections
    return one.ends is not None and is_clean and one.working_days >= own.working_days


@dataclass(frozen=True, slots=True)
class RequiredClauses(Parameters):
    """Clauses that the agreement must settle; none named: all of the mode's."""

    clauses: tuple[str, ...] = codes("必备条款", "Clauses that must be settled", may_be_empty=True, default=())


def required_clauses(facts: PairingFacts, own: RequiredClauses) -> Finding:
    """Something is agreed in each of them."""
    wanted = own.clauses or facts.mode_clauses
    if not wanted:
        return unknown("clauses")
    absent = [code for code in wanted if code not in facts.clauses]
    return decided(not absent, wanted=list(wanted), absent=absent)


@dataclass(frozen=True, slots=True)
class RequiredDocuments(Parameters):
    """Documents that must have been uploaded."""

    documents: tuple[str, ...] = choice_of("必备材料", "Documents that must be there", DocumentKind, several=True)


def required_documents(facts: PairingFacts, own: RequiredDocuments) -> Finding:
    """Each of them is there."""
    absent = [kind for kind in own.documents if kind not in facts.documents]
    return decided(not absent, wanted=list(own.documents), absent=absent)
