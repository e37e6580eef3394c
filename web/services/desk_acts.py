"""What a manager does with what waits: each act on what was seen, by exactly one of those who act at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Need, Organisation, StateChange
from models.choices import NeedState, Subject, Verification
from web.services import needs, organisations
from web.services.access import Actor
from web.services.check_words import MOVES
from web.services.desk import (
    findings_of_need,
    findings_of_organisation,
    need_to_check,
    organisation_to_check,
)
from web.services.errors import ConflictError, FieldProblem, InvalidError, Sentence
from web.services.findings import Finding, musts
from web.services.journal import note_audit
from web.services.need_submission import CHINA


class OvertakenError(ConflictError):
    """Somebody else dealt with the record, or changed it, after this manager had opened it."""


class UnsettledError(ConflictError):
    """Something that must be put right stands in the way."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        wrong = tuple(findings)
        zh = "；".join(one.sentence.zh for one in wrong)
        super().__init__(f"还不能通过：{zh}", "Not yet: " + "; ".join(one.sentence.en for one in wrong))


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about a need."""

    name: str
    phone: str
    email: str


def need_as_seen(session: Session, code: str, *, version: int, state: NeedState, by: Actor) -> Need:
    """The need in that state and version, locked until the transaction ends.

    Of two who act at once, the second waits here and then sees what the first has done. Raises OvertakenError,
    NotFoundError.
    """
    locked = select(Need).where(Need.code == code).with_for_update(of=Need)
    need = session.scalar(locked.execution_options(populate_existing=True))
    if need is not None and _was_taken_back(need) and by.manages(need.jurisdiction_code, need.programme_code):
        raise _overtaken(session, Subject.NEED, need.id)
    need = need_to_check(session, code, by=by)
    if need.state != state:
        raise _overtaken(session, Subject.NEED, need.id)
    _require_unchanged(need.version, version)
    return need


def organisation_as_seen(session: Session, credit_code: str, *, version: int, by: Actor) -> Organisation:
    """An organisation that waits or was returned, in that version, locked as `need_as_seen` does."""
    locked = select(Organisation).where(Organisation.credit_code == credit_code).with_for_update(of=Organisation)
    session.scalar(locked.execution_options(populate_existing=True))
    organisation = organisation_to_check(session, credit_code, by=by)
    if organisation.verification == Verification.VERIFIED or (
        organisation.verification == Verification.RETURNED and organisation.version != version
    ):
        raise _overtaken(session, Subject.ORGANISATION, organisation.id)
    _require_unchanged(organisation.version, version)
    return organisation


def publish(
    session: Session,
    code: str,
    *,
    version: int,
    by: Actor,
    overruled: Collection[str] = (),
    today: date | None = None,
) -> Need:
    """Publishes the need as it was at `version`. `overruled`: keys of findings that the manager has looked at.

    Raises OvertakenError, UnsettledError, NotFoundError, and what `needs.publish` raises.
    """
    need = need_as_seen(session, code, version=version, state=NeedState.SUBMITTED, by=by)
    _settle(session, Subject.NEED, need.id, findings_of_need(session, need, today=today), overruled, by)
    needs.publish(session, need, by=by, today=today)
    return need


def return_need(session: Session, code: str, *, version: int, reason: str, by: Actor) -> Need:
    """Gives the need back for the reason. Raises OvertakenError, NotFoundError, and what `needs.return_` raises."""
    need = need_as_seen(session, code, version=version, state=NeedState.SUBMITTED, by=by)
    needs.return_(session, need, reason=reason, by=by)
    return need


def close(session: Session, code: str, *, version: int, reason: str, by: Actor) -> Need:
    """Ends a published need for the reason. Raises as `return_need`."""
    need = need_as_seen(session, code, version=version, state=NeedState.PUBLISHED, by=by)
    needs.close(session, need, reason=reason, by=by)
    return need


def contact_of(session: Session, code: str, *, by: Actor) -> Contact:
    """The contact of a need, for the manager who answers for it; each look is kept. Raises NotFoundError."""
    need = need_to_check(session, code, by=by)
    note_audit(session, action="contact.look", subject=Subject.NEED, subject_id=need.id, by=by, detail=need.code)
    own = select(Need.contact_name, Need.contact_phone, Need.contact_email).where(Need.id == need.id)
    return Contact(*session.execute(own).one())


def verify(
    session: Session, credit_code: str, *, version: int, by: Actor, overruled: Collection[str] = ()
) -> Organisation:
    """Lets the organisation through as it was at `version`. Raises as `publish`."""
    organisation = organisation_as_seen(session, credit_code, version=version, by=by)
    found = findings_of_organisation(session, organisation)
    _settle(session, Subject.ORGANISATION, organisation.id, found, overruled, by)
    organisations.verify(session, organisation, by=by)
    session.flush()
    return organisation


def return_organisation(session: Session, credit_code: str, *, version: int, reason: str, by: Actor) -> Organisation:
    """Gives it back for the reason. Raises OvertakenError, NotFoundError, InvalidError."""
    organisation = organisation_as_seen(session, credit_code, version=version, by=by)
    written = reason.strip()
    if not written or len(written) > needs.REASON_CHARS:
        raise InvalidError([FieldProblem("reason", _about_reason(len(written)))])
    organisations.return_(session, organisation, reason=written, by=by)
    session.flush()
    return organisation


def _about_reason(length: int) -> Sentence:
    if not length:
        return Sentence("请写明原因", "Give a reason")
    most = needs.REASON_CHARS
    return Sentence(f"“原因”最多 {most} 字，现在 {length} 字", f"The reason: at most {most} characters, now {length}")


def _was_taken_back(need: Need) -> bool:
    """Whether it is a draft again, which managers see no more."""
    return need.state == NeedState.DRAFT and need.submitted_at is not None


def _require_unchanged(now: int, seen: int) -> None:
    if now != seen:
        raise OvertakenError(
            "您打开之后，用人单位改过内容；请重新核对后再办理",
            "The employer has changed this since you opened it; check it again before you decide",
        )


def _overtaken(session: Session, subject: Subject, subject_id: int) -> OvertakenError:
    """Says who was first, and what they did."""
    change = session.scalar(
        select(StateChange)
        .where(StateChange.subject == subject, StateChange.subject_id == subject_id)
        .order_by(StateChange.id.desc())
        .limit(1)
        .options(joinedload(StateChange.actor))
    )
    if change is None:
        return OvertakenError("当前状态不能这样办理", "Its present state does not allow this")
    move, at = MOVES[change.move], f"{change.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    who = change.actor.name if change.actor else ""
    return OvertakenError(
        f"已由{f' {who} ' if who else '系统'}处理：{move.zh}（{at}）",
        f"Already dealt with by {who or 'the service'}: {move.en} ({at})",
    )


def _settle(
    session: Session, subject: Subject, subject_id: int, found: Iterable[Finding], overruled: Collection[str], by: Actor
) -> None:
    """Raises UnsettledError unless all that must be put right was overruled; what was, is kept."""
    wrong = musts(found)
    open_ = [one for one in wrong if not (one.can_overrule and one.key in overruled)]
    if open_:
        raise UnsettledError(open_)
    if wrong:
        detail = ", ".join(one.key for one in wrong)
        note_audit(session, action="finding.overrule", subject=subject, subject_id=subject_id, by=by, detail=detail)
