"""How an administrator changes a rule: a draft, what it would change, and its publication as the next version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import PolicyRule
from models.choices import Role, RuleState, Severity, Subject
from models.columns import utc_now
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotFoundError, Sentence
from web.services.journal import note_audit, note_move
from web.services.orders import Order, OvertakenError, was_done
from web.services.policy_checks import LONGEST_NOTE, problems_of, region_problem
from web.services.policy_loading import CONTENT


@dataclass(frozen=True, slots=True)
class RuleContent:
    """What an administrator may change in a rule; its code, kind and region stay."""

    severity: Severity
    parameters: Mapping[str, Any]
    modes: tuple[str, ...]
    name_zh: str
    name_en: str
    pass_zh: str
    pass_en: str
    fail_zh: str
    fail_en: str
    citation: str
    citation_en: str
    citation_url: str
    effective_from: date | None
    effective_to: date | None


def draft_of(session: Session, code: str, *, by: Actor) -> PolicyRule:
    """The rule's draft. Raises NotFoundError, NotAllowedError."""
    by.require(Role.ADMINISTRATOR)
    draft = _draft(session, code)
    if draft is None:
        raise NotFoundError(
            "这条规则没有草稿，可能已发布或已放弃", "This rule has no draft; it was published or discarded"
        )
    return draft


def begin(session: Session, code: str, *, by: Actor, region: str = "") -> PolicyRule:
    """A draft with the rule's present content: the one that is there, or a new one.

    With a region: of a rule for that region alone, which will stand in for the general one there. Raises
    NotFoundError, InvalidError for a strange region, ConflictError where the region has its own rule already.
    """
    by.require(Role.ADMINISTRATOR)
    source = _latest(session, code)
    if region:
        code = _regional(session, source, region)
    if (known := _draft(session, code)) is not None:
        return known
    content = {name: getattr(source, name) for name in CONTENT}
    draft = PolicyRule(code=code, state=RuleState.DRAFT, version=_next_version(session, code), **content)
    draft.region_prefix = region or source.region_prefix
    draft.edited_by_id = by.user_id
    session.add(draft)
    session.flush()
    _note(session, "rule.draft", draft, by)
    return draft


def save(
    session: Session,
    code: str,
    content: RuleContent,
    *,
    order: Order,
    by: Actor,
    unread: Sequence[FieldProblem] = (),
) -> PolicyRule:
    """Puts the content into the draft; `unread`: what of the form could not be read.

    Raises InvalidError with every problem, OvertakenError, NotFoundError.
    """
    draft = _seen(session, code, order, by)
    if problems := [*unread, *problems_of(session, draft, content)]:
        raise InvalidError(problems)
    for one in fields(content):
        setattr(draft, one.name, getattr(content, one.name))
    draft.parameters = dict(content.parameters)
    draft.revision += 1
    draft.edited_by_id = by.user_id
    session.flush()
    _note(session, "rule.edit", draft, by)
    return draft


def discard(session: Session, code: str, *, order: Order, by: Actor) -> None:
    """Throws the draft away. Raises OvertakenError, NotFoundError."""
    draft = _seen(session, code, order, by)
    _note(session, "rule.discard", draft, by)
    session.execute(delete(PolicyRule).where(PolicyRule.id == draft.id))


def publish(session: Session, code: str, *, order: Order, by: Actor) -> PolicyRule:
    """Makes the draft the version that holds, and retires the one before; the order's reason says why.

    The same form sent twice publishes once. Raises InvalidError without a note, OvertakenError, NotFoundError.
    """
    by.require(Role.ADMINISTRATOR)
    current = _published(session, code)
    if current is not None and was_done(session, order, Subject.RULE, current.id):
        return current
    draft = _seen(session, code, order, by)
    draft.note = _note_written(order)
    content = RuleContent(**{one.name: getattr(draft, one.name) for one in fields(RuleContent)})
    if problems := problems_of(session, draft, content):
        raise InvalidError(problems)
    if current is not None:
        current.state = RuleState.RETIRED
    draft.version = _next_version(session, code, but=draft.id)
    session.flush()  # the old one leaves before the new one comes: only one may be published
    draft.state, draft.published_at, draft.edited_by_id = RuleState.PUBLISHED, utc_now(), by.user_id
    session.flush()
    note_move(
        session,
        subject=Subject.RULE,
        subject_id=draft.id,
        move="publish",
        change=(RuleState.DRAFT, RuleState.PUBLISHED),
        by=by,
        role=Role.ADMINISTRATOR,
        reason=f"{draft.code} v{draft.version}: {draft.note}",
        seen_version=order.version,
        request_id=order.request_id,
    )
    return draft


def _note_written(order: Order) -> str:
    written = order.reason.strip()
    if not written or len(written) > LONGEST_NOTE:
        zh = f"请用 1 至 {LONGEST_NOTE} 字写明为什么改"
        raise InvalidError(
            [FieldProblem("reason", Sentence(zh, f"Say in 1 to {LONGEST_NOTE} characters why it changes"))]
        )
    return written


def _seen(session: Session, code: str, order: Order, by: Actor) -> PolicyRule:
    """The draft as it was seen, locked."""
    by.require(Role.ADMINISTRATOR)
    locked = select(PolicyRule).where(PolicyRule.code == code, PolicyRule.state == RuleState.DRAFT).with_for_update()
    session.scalar(locked.execution_options(populate_existing=True))
    draft = draft_of(session, code, by=by)
    if draft.revision != order.version:
        who = draft.edited_by.name if draft.edited_by else ""
        raise OvertakenError(
            f"草稿已由 {who} 修改，请刷新后再办", f"{who or 'Somebody'} has changed the draft; reload the page"
        )
    return draft


def _draft(session: Session, code: str) -> PolicyRule | None:
    return session.scalar(select(PolicyRule).where(PolicyRule.code == code, PolicyRule.state == RuleState.DRAFT))


def _published(session: Session, code: str) -> PolicyRule | None:
    return session.scalar(select(PolicyRule).where(PolicyRule.code == code, PolicyRule.state == RuleState.PUBLISHED))


def _latest(session: Session, code: str) -> PolicyRule:
    """The published version, else the last one. Raises NotFoundError."""
    rows = session.scalars(select(PolicyRule).where(PolicyRule.code == code).order_by(PolicyRule.version.desc())).all()
    found = next((row for row in rows if row.state == RuleState.PUBLISHED), rows[0] if rows else None)
    if found is None:
        raise NotFoundError("没有这条规则", "There is no such rule")
    return found


def _regional(session: Session, source: PolicyRule, region: str) -> str:
    if (problem := region_problem(session, region)) is not None:
        raise InvalidError([problem])
    code = f"{source.base}@{region}"
    if _published(session, code) is not None:
        raise ConflictError(
            f"该地区已有自己的规则 {code}，请直接修改它", f"The region has its own rule {code} already; change that one"
        )
    return code


def _next_version(session: Session, code: str, *, but: int | None = None) -> int:
    others = select(func.max(PolicyRule.version)).where(PolicyRule.code == code)
    return (session.scalar(others.where(PolicyRule.id != but) if but is not None else others) or 0) + 1


def _note(session: Session, action: str, draft: PolicyRule, by: Actor) -> None:
    note_audit(session, action=action, subject=Subject.RULE, subject_id=draft.id, by=by, detail=draft.code)
