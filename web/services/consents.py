"""Consent of the home institution: what it is asked, what the person has promised already, its yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, CooperationMode, Grant, Need, Pairing
from models.assignment import RUNNING
from models.choices import GrantState, PairingState, Role, Side, Subject, Verification
from models.pairing import Objection
from web.services import pairing_moves
from web.services.access import Actor
from web.services.errors import ConflictError, NotAllowedError, NotFoundError
from web.services.orders import Order, was_done
from web.services.pairing_waits import asking_home
from web.services.pairings import found, locked, parts, sides_of

_S = PairingState
GROUPS: dict[str, tuple[PairingState, ...]] = {
    "waiting": (_S.ACCEPTED,),
    "agreed": (_S.CONSENTED, _S.APPROVED, _S.SIGNED),
    "ended": (_S.REFUSED, _S.REJECTED, _S.WITHDRAWN, _S.EXPIRED, _S.DECLINED),
}
"""What the institution's list is divided into; requests appear in it once both parties have agreed to the terms."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something else that the person has promised or is about to."""

    code: str
    host: str
    title: str
    mode: CooperationMode
    starts: date
    ends: date
    days_per_year: float
    is_settled: bool
    """Approved or running; else still being arranged."""


def requests_for(*, by: Actor, group: str = "waiting") -> Select[Pairing]:
    """The requests to the institutions for which the person acts, of one of GROUPS; the longest waiting first."""
    mine = Pairing.institution_id.in_(by.organisations(Role.INSTITUTION))
    statement = (
        select(Pairing)
        .join(Pairing.mode)
        .where(mine, asking_home(), CooperationMode.needs_consent, Pairing.state.in_(GROUPS[group]))
        .options(*parts(), joinedload(Pairing.institution))
    )
    if group != "waiting":
        return statement.order_by(Pairing.state_since.desc(), Pairing.id.desc())
    agreed = Pairing.employer_agreed_at.is_not(None), Pairing.expert_agreed_at.is_not(None)
    return statement.where(*agreed).order_by(Pairing.state_since, Pairing.id)


def count(session: Session, *, by: Actor, group: str) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(requests_for(by=by, group=group).subquery())) or 0


def request(session: Session, code: str, *, by: Actor) -> Pairing:
    """One request, for the officers of its institution. Raises NotFoundError for all others."""
    pairing = session.scalar(found(code))
    return _own(pairing, by)


def commitments(session: Session, pairing: Pairing) -> list[Commitment]:
    """What else the person has promised, or is being asked for, by first day."""
    options = (joinedload(Pairing.need).joinedload(Need.organisation), joinedload(Pairing.mode))
    others = select(Pairing).where(
        Pairing.expert_id == pairing.expert_id,
        Pairing.id != pairing.id,
        Pairing.state.in_((_S.ACCEPTED, _S.CONSENTED, _S.APPROVED)),
    )
    running = (
        select(Assignment)
        .where(Assignment.expert_id == pairing.expert_id, Assignment.state.in_(RUNNING))
        .options(joinedload(Assignment.pairing).options(*options))
    )
    rows = [
        _commitment(one, one.code, one, one.state == _S.APPROVED) for one in session.scalars(others.options(*options))
    ]
    rows += [
        _commitment(one.pairing, one.code, one, True) for one in session.scalars(running) if one.pairing is not pairing
    ]
    return sorted(rows, key=lambda one: (one.starts, one.code))


def has_officer(session: Session, pairing: Pairing) -> bool:
    """Whether somebody acts for the home institution now."""
    if pairing.institution_id is None:
        return False
    acting = (
        Grant.role == Role.INSTITUTION,
        Grant.organisation_id == pairing.institution_id,
        Grant.state == GrantState.ACTIVE,
    )
    return session.scalar(select(Grant.id).where(*acting).limit(1)) is not None


def consent(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """The institution consents to the terms as they stand.

    Raises NotFoundError for other institutions, NotAllowedError for the parties themselves, ConflictError while the
    institution is not verified or an objection is open or upheld, MoveError, OvertakenError.
    """
    pairing = for_officer(session, code, by=by)
    if not was_done(session, order, Subject.PAIRING, pairing.id):
        require_verified(pairing)
        _require_no_objection(pairing)
    return pairing_moves.consent(session, code, order=order, by=by)


def refuse(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """The institution refuses, with the reason. Raises as `consent`, and InvalidError without a reason."""
    pairing = for_officer(session, code, by=by)
    if not was_done(session, order, Subject.PAIRING, pairing.id):
        require_verified(pairing)
    return pairing_moves.refuse(session, code, order=order, by=by)


def for_officer(session: Session, code: str, *, by: Actor) -> Pairing:
    """The pairing, locked, for an officer of its institution who is no party to it. Raises as `consent`."""
    pairing = _own(locked(session, code, by=by), by)
    if goes_along(pairing, by) or Side.EMPLOYER in sides_of(pairing, by):
        raise NotAllowedError(
            "您是这条对接的一方，请由派出单位的其他同事办理",
            "You are a party to this pairing; another officer of the institution must do this",
        )
    return pairing


def goes_along(pairing: Pairing, by: Actor) -> bool:
    """Whether the person is the expert or one of the team: nobody consents to their own leave."""
    experts = [pairing.expert, *(one.expert for one in pairing.members if one.expert is not None)]
    return by.user_id is not None and any(expert.user_id == by.user_id for expert in experts)


def require_verified(pairing: Pairing) -> None:
    """Raises ConflictError while no manager has verified the institution: until then it speaks for nobody."""
    institution = pairing.institution
    if institution is None or institution.verification != Verification.VERIFIED:
        raise ConflictError(
            "本单位还没有通过核验，核验后才能办理", "The institution is not verified yet; it can act once it is"
        )


def standing_objections(pairing: Pairing) -> list[Objection]:
    """Objections to the notice of the present terms that are open or upheld: while there is one, nobody consents."""
    last = pairing.notices[-1] if pairing.notices else None
    objections = [] if last is None or last.is_superseded else last.objections
    return [one for one in objections if one.is_upheld or not one.is_settled]


def _require_no_objection(pairing: Pairing) -> None:
    objections = standing_objections(pairing)
    if any(not one.is_settled for one in objections):
        raise ConflictError(
            "公示中有未处理的异议，请先处理", "An objection to the public notice is open; settle it first"
        )
    if any(one.is_upheld for one in objections):
        raise ConflictError(
            "公示的异议成立，不能同意；可不同意并说明原因，或重新公示",
            "An objection was upheld, so you cannot consent; refuse with the reason, or hold another notice",
        )


def _own(pairing: Pairing | None, by: Actor) -> Pairing:
    if pairing is None or Side.INSTITUTION not in sides_of(pairing, by):
        raise NotFoundError("没有这条对接，或与您无关", "There is no such pairing, or you have no part in it")
    return pairing


def _commitment(pairing: Pairing, code: str, terms: Pairing | Assignment, is_settled: bool) -> Commitment:
    return Commitment(
        code,
        pairing.need.organisation.name,
        pairing.need.title,
        pairing.mode,
        terms.starts,
        terms.ends,
        terms.days_per_year,
        is_settled,
    )
