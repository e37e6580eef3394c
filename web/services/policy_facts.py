"""Gathers from the rows what the rules may know of a pairing. What nobody has stated stays None."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from matcher.vocabulary import degree_rank, title_rank
from models import Assignment, Document, Expert, Pairing
from models.choices import AssignmentState, DocumentKind, OrganisationKind, PairingState, Place, Subject
from models.rules import Leg, Notice, PairingFacts, YearBudget
from web.services.day_budget import ledgers, promised_by_year
from web.services.need_submission import today_in_china
from web.services.policy_commitments import commitments, site_of
from web.services.policy_details import flag_of, is_settled, number_of, ties_of
from web.services.policy_ties import stated_ties
from web.services.tie_dismissals import dismissed_ties
from web.services.working_days import working_days

_A = AssignmentState
ENDED = (_A.COMPLETED, _A.EVALUATED, _A.TERMINATED)
CONSENTED = (PairingState.CONSENTED, PairingState.APPROVED, PairingState.SIGNED)
_NO_OFFICE = frozenset(set(OrganisationKind) - {OrganisationKind.GOVERNMENT, OrganisationKind.EXTENSION_STATION})
"""Kinds of organisations that employ no civil servants."""
_NO_OFFICE_NAME = re.compile(r"大学|学院|研究院|研究所|医院|公司|集团|University|College|Hospital|Institute|Ltd", re.I)
_OFFICE_NAME = re.compile(r"党校|行政学院|社会主义学院|干部学院|委员会|厅|局$")


def facts_of(session: Session, pairing: Pairing, *, today: date | None = None) -> PairingFacts:
    """The pairing as the rules see it on the day (today in China)."""
    day = today or today_in_china()
    need, expert, mode, details = pairing.need, pairing.expert, pairing.mode, pairing.details or {}
    last = _last_here(session, pairing)
    return PairingFacts(
        mode=mode.code,
        today=day,
        starts=pairing.starts,
        ends=pairing.ends,
        days_per_year=pairing.days_per_year,
        place=need.region_code,
        is_remote=need.place == Place.REMOTE or mode.unit == "hour",
        altitude_m=need.altitude_m if need.altitude_m is not None else number_of(details, "altitude_m"),
        kind=expert.kind,
        title_rank=title_rank(expert.title) if expert.title else None,
        degree_rank=degree_rank(expert.degree) if expert.degree else None,
        birth_year=expert.birth_year,
        altitude_ok=expert.altitude_ok if expert.altitude_ok is not None else flag_of(details, "altitude_ok"),
        is_civil_servant=_is_civil_servant(pairing),
        civil_servants_in_team=sum(member.is_civil_servant for member in pairing.members),
        has_permanent_post=flag_of(details, "has_permanent_post"),
        ties=stated_ties(
            pairing, dismissed_ties(session, [pairing.expert_id], host_id=need.organisation_id, today=day)
        ),
        institution_ties=ties_of(details, "institution_ties"),
        needs_consent=mode.needs_consent,
        is_consented=mode.needs_consent and pairing.state in CONSENTED,
        notices=tuple(_notices(pairing, day)),
        mode_clauses=mode.clauses,
        clauses=tuple(code for code, words in sorted((pairing.clauses or {}).items()) if is_settled(words)),
        documents=_documents(session, pairing),
        budgets=tuple(_budgets(session, pairing)),
        commitments=commitments(session, pairing),
        renewals=_renewals(session, pairing),
        last_ended=last.ended_on if last is not None else None,
        last_was_broken_off=last is not None and last.state == _A.TERMINATED,
        site=site_of(session, pairing),
        west_days=number_of(details, "west_days"),
        mentor_years=number_of(details, "mentor_years"),
        mentor_share=number_of(details, "mentor_share"),
        legs=tuple(Leg(row.direction, row.starts, row.ends) for row in pairing.legs),
    )


def _is_civil_servant(pairing: Pairing) -> bool | None:
    """As stated; else no, where the institution is of a kind that employs none; else unknown."""
    stated = flag_of(pairing.details or {}, "is_civil_servant")
    if stated is not None:
        return stated
    if pairing.institution is not None:
        return False if pairing.institution.kind in _NO_OFFICE else None
    name = pairing.expert.institution
    return False if _NO_OFFICE_NAME.search(name) and not _OFFICE_NAME.search(name) else None


def _notices(pairing: Pairing, day: date) -> list[Notice]:
    found = []
    for notice in (one for one in pairing.notices if not one.is_superseded):
        counted = working_days(notice.starts, min(notice.ends or day, day))
        upheld = sum(one.is_upheld for one in notice.objections)
        waiting = sum(not one.is_settled for one in notice.objections)
        ends = notice.ends if notice.ends is None or notice.ends <= day else None
        found.append(Notice(notice.starts, ends, counted.days, waiting, upheld, counted.is_exact))
    return found


def _documents(session: Session, pairing: Pairing) -> tuple[DocumentKind, ...]:
    """Kinds of what was uploaded for the pairing or for the expert."""
    about = or_(
        and_(Document.subject == Subject.PAIRING, Document.subject_id == pairing.id),
        and_(Document.subject == Subject.EXPERT, Document.subject_id == pairing.expert_id),
    )
    kinds = session.scalars(select(Document.kind).where(about, Document.removed_at.is_(None)).distinct())
    return tuple(sorted(kinds))


def _budgets(session: Session, pairing: Pairing) -> list[YearBudget]:
    """Every calendar year of the term, for the expert and the members of the team who have a profile."""
    asked = promised_by_year(pairing.starts, pairing.ends, pairing.days_per_year)
    ids = {one.expert_id for one in pairing.members if one.expert_id is not None} - {pairing.expert_id}
    others = session.scalars(select(Expert).where(Expert.id.in_(ids)).order_by(Expert.code)).all() if ids else ()
    return [
        YearBudget(one.year, asked[one.year], one.left, person.code)
        for person in (pairing.expert, *others)
        for one in ledgers(session, person, list(asked), without=pairing)
    ]


def _renewals(session: Session, pairing: Pairing) -> int | None:
    """How many terms stand before this one: of those that are over as many as are stated or known, and all others.

    None where none is known and nobody has said how many there were.
    """
    stated, earlier = number_of(pairing.details or {}, "earlier_terms"), _earlier_here(session, pairing)
    if stated is None and not earlier:
        return None
    over = sum(one.state in ENDED for one in earlier)
    return max(int(stated or 0), over) + len(earlier) - over


def _earlier_here(session: Session, pairing: Pairing) -> Collection[Assignment]:
    """The expert's other assignments at this host in this mode, linked or not, and the chain that this one renews."""
    here = select(Assignment).where(
        Assignment.expert_id == pairing.expert_id,
        Assignment.host_id == pairing.need.organisation_id,
        Assignment.mode_code == pairing.mode_code,
        Assignment.pairing_id != pairing.id,
    )
    found, before = {one.id: one for one in session.scalars(here)}, pairing.renews_id
    chain = set[int]()
    while before is not None and before not in chain:
        chain.add(before)
        found[before] = session.get_one(Assignment, before)
        before = found[before].renews_id
    return found.values()


def _last_here(session: Session, pairing: Pairing) -> Assignment | None:
    """The expert's last assignment at this host that is over; none where this one renews an assignment."""
    if pairing.renews_id is not None:
        return None
    return session.scalar(
        select(Assignment)
        .where(
            Assignment.expert_id == pairing.expert_id,
            Assignment.host_id == pairing.need.organisation_id,
            Assignment.state.in_(ENDED),
            Assignment.ended_on.is_not(None),
            Assignment.pairing_id != pairing.id,
        )
        .order_by(Assignment.ended_on.desc(), Assignment.id.desc())
        .limit(1)
    )
