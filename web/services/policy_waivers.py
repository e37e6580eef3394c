"""A manager's written reason for letting a waivable rule pass in one pairing."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Pairing, PolicyRule, RuleWaiver
from models.choices import PairingState, Severity, Subject
from models.columns import utc_now
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotAllowedError, NotFoundError, Sentence
from web.services.journal import note_audit
from web.services.need_submission import today_in_china
from web.services.pairing_conflicts import require_unbiased
from web.services.pairing_deputies import acting_on
from web.services.policy_choice import rules_for

SHORTEST_REASON, LONGEST_REASON = 5, 500
WAIVED_IN = (PairingState.INVITED, PairingState.APPLIED, PairingState.ACCEPTED, PairingState.CONSENTED)
"""After the approval nothing is waived any more."""


def waive(
    session: Session, pairing: Pairing, *, rule_code: str, reason: str, by: Actor, until: date | None = None
) -> RuleWaiver:
    """Lets the rule's present version pass for the reason, up to `until` where given; a second one replaces the first.

    Raises NotAllowedError for a rule that cannot be waived, outside the jurisdiction, and in one's own affair;
    InvalidError for a reason that says too little; NotFoundError for a rule that does not concern the pairing;
    ConflictError once the pairing is decided.
    """
    by = acting_on(session, pairing, by)
    rule = _rule_to_waive(session, pairing, rule_code, by)
    written = reason.strip()
    if problems := _problems(written, until):
        raise InvalidError(problems)
    waiver = _standing(session, pairing, rule)
    if waiver is None:
        waiver = RuleWaiver(pairing_id=pairing.id, rule_code=rule.code, rule_version=rule.version, reason=written)
        session.add(waiver)
    waiver.reason, waiver.until, waiver.by_id, waiver.at = written, until, by.user_id, utc_now()
    pairing.endorsed_by_id = pairing.endorsed_at = None  # the first approver did not see it waived
    session.flush()
    digest = hashlib.sha256(written.encode()).hexdigest()[:16]  # the trail is for ever, what people write is not
    more = f" waiver={waiver.id} reason={digest}" + (f" (until {until})" if until else "")
    _note(session, "rule.waive", pairing, rule, by, more)
    return waiver


def unwaive(session: Session, pairing: Pairing, *, rule_code: str, by: Actor) -> None:
    """Takes the waiver back. Raises NotFoundError where there is none, and as `waive`."""
    by = acting_on(session, pairing, by)
    rule = _rule_to_waive(session, pairing, rule_code, by)
    waiver = _standing(session, pairing, rule)
    if waiver is None:
        raise NotFoundError("这条规则没有被豁免", "This rule is not waived")
    session.execute(delete(RuleWaiver).where(RuleWaiver.id == waiver.id))
    _note(session, "rule.unwaive", pairing, rule, by, "")


def take_back_all(session: Session, pairing: Pairing, *, by: Actor) -> None:
    """Takes every waiver back, for the terms that it was given for are no more."""
    for waiver in session.scalars(select(RuleWaiver).where(RuleWaiver.pairing_id == pairing.id)).all():
        session.delete(waiver)
        detail = f"{waiver.rule_code} v{waiver.rule_version}: terms changed"
        note_audit(session, action="rule.unwaive", subject=Subject.PAIRING, subject_id=pairing.id, by=by, detail=detail)
    session.flush()


def _rule_to_waive(session: Session, pairing: Pairing, rule_code: str, by: Actor) -> PolicyRule:
    require_unbiased(session, pairing, by)
    if pairing.state not in WAIVED_IN:
        raise ConflictError("这次对接已经决定，不能再改豁免", "The pairing is decided; waivers are closed")
    rule = next((one for one in rules_for(session, pairing) if one.code == rule_code), None)
    if rule is None:
        raise NotFoundError("没有这条适用的规则", "No such rule concerns this pairing")
    if rule.severity != Severity.WAIVABLE:
        raise NotAllowedError(f"“{rule.name_zh}”不能豁免", f"“{rule.name_en}” cannot be waived")
    return rule


def _problems(written: str, until: date | None) -> list[FieldProblem]:
    found = []
    if not SHORTEST_REASON <= len(written) <= LONGEST_REASON:
        zh = f"豁免原因请写 {SHORTEST_REASON} 至 {LONGEST_REASON} 字，现在 {len(written)} 字"
        en = f"Give the reason in {SHORTEST_REASON} to {LONGEST_REASON} characters; it has {len(written)}"
        found.append(FieldProblem("reason", Sentence(zh, en)))
    if until is not None and until < today_in_china():
        found.append(FieldProblem("until", Sentence("豁免截止日期已经过去", "The waiver's last day has passed")))
    return found


def _standing(session: Session, pairing: Pairing, rule: PolicyRule) -> RuleWaiver | None:
    return session.scalar(
        select(RuleWaiver).where(
            RuleWaiver.pairing_id == pairing.id,
            RuleWaiver.rule_code == rule.code,
            RuleWaiver.rule_version == rule.version,
        )
    )


def _note(session: Session, action: str, pairing: Pairing, rule: PolicyRule, by: Actor, more: str) -> None:
    detail = f"{rule.code} v{rule.version}{more}"
    note_audit(session, action=action, subject=Subject.PAIRING, subject_id=pairing.id, by=by, detail=detail)
