"""What others and the service have written of a person who is removed: in pairings, checks, notices and files."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, Update, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from models import (
    Appraisal,
    Assignment,
    Delegation,
    Document,
    ExchangeLeg,
    Expert,
    IndicatorClaim,
    ManagerTie,
    Notification,
    OfficerInvitation,
    Pairing,
    RuleCheck,
    RuleResult,
    RuleWaiver,
    ServiceLog,
    StateChange,
    TieDismissal,
)
from models.choices import DocumentKind, Subject
from web.accounts.credential import Credential

GONE = "已注销"
"""What stands for the name of a person who was removed."""
REMOVED_TEXT = "（已删除）"
PRIVATE_KINDS = (DocumentKind.ALTITUDE_CLEARANCE, DocumentKind.QUALIFICATION)
"""Files about the person alone; agreements, certificates and evidence of work are records of public business."""
SHORTEST_NAME = 2


def remove_files(session: Session, expert: Expert) -> None:
    """Removes the rows of the expert's own files; the bytes go with the next sweep."""
    pairings = select(Pairing.id).where(Pairing.expert_id == expert.id)
    of_profile = and_(Document.subject == Subject.EXPERT, Document.subject_id == expert.id)
    of_pairings = and_(
        Document.kind.in_(PRIVATE_KINDS), Document.subject == Subject.PAIRING, Document.subject_id.in_(pairings)
    )
    session.execute(delete(Document).where(or_(of_profile, of_pairings)))


def empty_account_traces(session: Session, user_id: int, names: Iterable[str]) -> None:
    """Declared interests, absences, links to officers, and notices to others that name the person."""
    digest = select(Credential.email_digest).where(Credential.user_id == user_id)
    links = or_(OfficerInvitation.invited_by_id == user_id, OfficerInvitation.email_digest.in_(digest))
    session.execute(delete(OfficerInvitation).where(links))
    session.execute(delete(ManagerTie).where(ManagerTie.user_id == user_id))
    session.execute(delete(TieDismissal).where(TieDismissal.manager_id == user_id))
    absence = or_(Delegation.from_id == user_id, Delegation.to_id == user_id)
    session.execute(update(Delegation).where(absence).values(reason=""))
    session.execute(update(Appraisal).where(Appraisal.by_id == user_id).values(comment=""))
    for name in {name for name in names if len(name) >= SHORTEST_NAME and name != GONE}:
        texts = (Notification.text_zh, Notification.text_en)
        named = or_(*(text.contains(name, autoescape=True) for text in texts))
        session.execute(delete(Notification).where(named))


def empty_pairing_traces(session: Session, expert: Expert) -> None:
    """What was agreed with, found about and said of the expert in pairings and assignments; counts and days stay."""
    pairings = select(Pairing.id).where(Pairing.expert_id == expert.id)
    assignments = select(Assignment.id).where(Assignment.expert_id == expert.id)
    session.execute(delete(TieDismissal).where(TieDismissal.expert_id == expert.id))
    for statement in (*_of_pairings(expert, pairings), *_of_assignments(expert, assignments)):
        session.execute(statement)
    claims = select(IndicatorClaim.id).where(IndicatorClaim.assignment_id.in_(assignments))
    logs = select(ServiceLog.id).where(ServiceLog.expert_id == expert.id)
    about = (
        (Subject.PAIRING, pairings),
        (Subject.ASSIGNMENT, assignments),
        (Subject.INDICATOR, claims),
        (Subject.SERVICE_LOG, logs),
    )
    moves = or_(*(and_(StateChange.subject == kind, StateChange.subject_id.in_(ids)) for kind, ids in about))
    session.execute(update(StateChange).where(moves).values(reason=""))


def _of_pairings(expert: Expert, pairings: Select[int]) -> Iterable[Update]:
    empty = {"message": "", "state_note": "", "details": {}, "clauses": {}, "version": Pairing.version}
    yield update(Pairing).where(Pairing.expert_id == expert.id).values(**empty)
    went = or_(ExchangeLeg.name == expert.name, ExchangeLeg.direction == "west")
    yield update(ExchangeLeg).where(ExchangeLeg.pairing_id.in_(pairings), went).values(name=GONE)
    checks = select(RuleCheck.id).where(RuleCheck.pairing_id.in_(pairings))
    said = {"facts": {}, "sentence_zh": REMOVED_TEXT, "sentence_en": "(removed)", "waiver_reason": ""}
    yield update(RuleResult).where(RuleResult.check_id.in_(checks)).values(**said)
    yield update(RuleWaiver).where(RuleWaiver.pairing_id.in_(pairings)).values(reason=REMOVED_TEXT)


def _of_assignments(expert: Expert, assignments: Select[int]) -> Iterable[Update]:
    yield (
        update(Assignment).where(Assignment.expert_id == expert.id).values(state_note="", version=Assignment.version)
    )
    log = {"place": "", "done": REMOVED_TEXT, "state_note": "", "version": ServiceLog.version}
    yield update(ServiceLog).where(ServiceLog.expert_id == expert.id).values(**log)
    claim = {"note": "", "state_note": "", "version": IndicatorClaim.version}
    yield update(IndicatorClaim).where(IndicatorClaim.assignment_id.in_(assignments)).values(**claim)
    yield update(Appraisal).where(Appraisal.assignment_id.in_(assignments)).values(comment="")
