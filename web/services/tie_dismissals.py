"""Declared interests that another manager sets aside for a time; the reason and the last day are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, joinedload

from matcher.eligibility.rules import institution_key
from models import Expert, Grant, ManagerTie, Tie, TieDismissal
from models.choices import GrantState, Role, Subject, TieKind
from models.columns import utc_now
from web.services.access import Actor, Authority
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotAllowedError, NotFoundError, Sentence
from web.services.journal import note_audit, notify
from web.services.need_submission import today_in_china

SHORTEST_REASON, LONGEST_REASON, LONGEST_DAYS = 5, 500, 366


def dismiss(
    session: Session,
    tie: ManagerTie | Tie,
    *,
    reason: str,
    until: date | None,
    by: Actor,
    host_id: int | None = None,
) -> TieDismissal:
    """Lets a declared interest stand aside up to a day, for a reason; by a manager whose own it is not.

    Of an expert's only one in a pairing of the manager's may be (the caller has found it there), and only for its host.
    Raises NotAllowedError, InvalidError, ConflictError where it stands aside already.
    """
    by.require(Role.MANAGER)
    owner = tie.user_id if isinstance(tie, ManagerTie) else tie.expert.user_id
    if owner is not None and owner == by.user_id:
        raise NotAllowedError("不能排除自己申报的利益关系", "You cannot dismiss an interest of your own")
    if by.name and institution_key(tie.counterpart) == institution_key(by.name):
        raise NotAllowedError("这条利益关系与您本人有关", "This interest is in you yourself")
    if isinstance(tie, ManagerTie) and not oversees(by, jurisdictions(session, {tie.user_id}).get(tie.user_id, [])):
        raise NotAllowedError("不在您的管辖范围内", "This is outside your jurisdiction")
    written = reason.strip()
    if problems := _dismissal_problems(written, until):
        raise InvalidError(problems)
    if is_dismissed(session, tie, host_id=host_id) or until is None:
        raise ConflictError("这条利益关系已经排除", "This interest is dismissed already")
    row = TieDismissal(kind=tie.kind, counterpart=tie.counterpart, reason=written, until=until, by_id=by.user_id)
    row.expert_id, row.manager_id = _whose(tie)
    row.host_id = host_id if row.expert_id is not None else None
    session.add(row)
    session.flush()
    _note(session, "tie.dismiss", row, f" {tie.kind.value} until {until}", by)
    _tell(session, row, owner)
    return row


def dismissed_ties(
    session: Session, expert_ids: list[int], *, host_id: int, today: date | None = None
) -> frozenset[tuple[int, TieKind, str]]:
    """(expert's id, kind, counterpart) of the experts' interests that stand aside on the day for the host."""
    rows = session.execute(
        select(TieDismissal.expert_id, TieDismissal.kind, TieDismissal.counterpart).where(
            TieDismissal.expert_id.in_(expert_ids),
            TieDismissal.host_id == host_id,
            TieDismissal.until >= (today or today_in_china()),
            TieDismissal.withdrawn_at.is_(None),
        )
    )
    return frozenset((number, kind, name) for number, kind, name in rows if number is not None)


def withdraw(session: Session, dismissal_id: int, *, by: Actor) -> TieDismissal:
    """Ends a dismissal of the manager's own early; the interest counts again. Raises NotFoundError."""
    row = session.get(TieDismissal, dismissal_id, with_for_update=True)
    if row is None or row.by_id != by.user_id or row.withdrawn_at is not None:
        raise NotFoundError("没有这条排除记录", "There is no such dismissal")
    row.withdrawn_at = utc_now()
    _note(session, "tie.restore", row, "", by)
    return row


def made_by(session: Session, *, by: Actor) -> Sequence[TieDismissal]:
    """Every dismissal of the manager's own, the latest first, past ones too."""
    return session.scalars(
        select(TieDismissal)
        .where(TieDismissal.by_id == by.user_id)
        .order_by(TieDismissal.id.desc())
        .options(joinedload(TieDismissal.expert).load_only(Expert.code, Expert.name), joinedload(TieDismissal.manager))
    ).all()


def is_dismissed(
    session: Session, tie: ManagerTie | Tie, *, host_id: int | None = None, today: date | None = None
) -> bool:
    """Whether the declared interest stands aside on the day, of an expert's for the host."""
    return standing_dismissal(session, tie, host_id=host_id, today=today) is not None


def standing_dismissal(
    session: Session, tie: ManagerTie | Tie, *, host_id: int | None = None, today: date | None = None
) -> TieDismissal | None:
    """The dismissal that counts on the day, of an expert's interest for the host."""
    expert_id, manager_id = _whose(tie)
    whose: ColumnElement[bool] = TieDismissal.manager_id == manager_id
    if expert_id is not None:
        whose = and_(TieDismissal.expert_id == expert_id, TieDismissal.host_id == host_id)
    return session.scalars(
        select(TieDismissal)
        .where(
            whose,
            TieDismissal.kind == tie.kind,
            TieDismissal.counterpart == tie.counterpart,
            TieDismissal.until >= (today or today_in_china()),
            TieDismissal.withdrawn_at.is_(None),
        )
        .order_by(TieDismissal.id.desc())
        .options(joinedload(TieDismissal.by))
    ).first()


def _whose(tie: ManagerTie | Tie) -> tuple[int | None, int | None]:
    """(the expert's id, the manager's id); one of them is None."""
    return (None, tie.user_id) if isinstance(tie, ManagerTie) else (tie.expert_id, None)


def _dismissal_problems(written: str, until: date | None) -> list[FieldProblem]:
    found = []
    if not SHORTEST_REASON <= len(written) <= LONGEST_REASON:
        zh = f"排除的原因请写 {SHORTEST_REASON} 至 {LONGEST_REASON} 字，现在 {len(written)} 字"
        en = f"Give the reason in {SHORTEST_REASON} to {LONGEST_REASON} characters; it has {len(written)}"
        found.append(FieldProblem("reason", Sentence(zh, en)))
    today = today_in_china()
    if until is None or not today <= until <= today + timedelta(days=LONGEST_DAYS):
        zh, en = "有效期应在今天起一年之内", "It must end within a year from today"
        found.append(FieldProblem("until", Sentence(zh, en)))
    return found


def _note(session: Session, action: str, row: TieDismissal, more: str, by: Actor) -> None:
    subject = Subject.USER if row.manager_id is not None else Subject.EXPERT
    number = row.manager_id if row.manager_id is not None else row.expert_id
    detail = f"dismissal {row.id}{more}"
    note_audit(session, action=action, subject=subject, subject_id=number or 0, by=by, detail=detail)


def _tell(session: Session, row: TieDismissal, owner: int | None) -> None:
    said = Sentence(
        f"您申报的与“{row.counterpart}”的利益关系已被管理人员排除，至 {row.until} 有效：{row.reason}",
        f"Your declared interest in “{row.counterpart}” was dismissed by a manager until {row.until}: {row.reason}",
    )
    notify(session, [owner], said, path="/desk/interests" if row.manager_id is not None else "")


def jurisdictions(session: Session, ids: set[int]) -> dict[int, list[Authority]]:
    """Each manager's id → what they answer for."""
    grants = session.scalars(
        select(Grant).where(Grant.user_id.in_(ids), Grant.role == Role.MANAGER, Grant.state == GrantState.ACTIVE)
    )
    found: dict[int, list[Authority]] = {}
    for grant in grants:
        found.setdefault(grant.user_id, []).append(Authority(grant.role, None, grant.adcode_prefix, grant.programmes))
    return found


def oversees(by: Actor, held: list[Authority]) -> bool:
    """Whether the manager's own jurisdiction covers one of the other's, programmes included."""
    own = [one for one in by.authorities if one.role == Role.MANAGER and one.adcode_prefix is not None]
    return any(
        (other.adcode_prefix or "").startswith(one.adcode_prefix or "")
        and (not one.programmes or (other.programmes and set(other.programmes) <= set(one.programmes)))
        for one in own
        for other in held
    )
