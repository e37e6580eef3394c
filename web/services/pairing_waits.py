"""For whom a pairing waits: for one of them as a value, for many as a condition of a query. The two agree."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from models import CooperationMode, Expert, Need, Pairing
from models.choices import PairingState, Role, Side
from web.services.access import Actor
from web.services.jurisdiction import needs_decided_by

_S = PairingState
KNOWN_AT_HOME = (_S.CONSENTED, _S.REFUSED, _S.APPROVED, _S.SIGNED)
"""States in which the home institution has decided, or somebody has approved that its person goes."""


def awaited(pairing: Pairing) -> Side | None:
    """The side that must act next; None when nobody must.

    Where the terms were changed, the party that has not agreed yet comes first. A home institution that the service
    does not know yet must be named by the expert.
    """
    employer, expert = pairing.employer_agreed_at is not None, pairing.expert_agreed_at is not None
    sides = {
        _S.INVITED: Side.EMPLOYER if expert and not employer else Side.EXPERT,
        _S.APPLIED: Side.EXPERT if employer and not expert else Side.EMPLOYER,
        _S.ACCEPTED: _next_after_acceptance(pairing, employer=employer, expert=expert),
        _S.CONSENTED: Side.MANAGER,
        _S.APPROVED: Side.EMPLOYER,
    }
    return sides.get(pairing.state)


def _next_after_acceptance(pairing: Pairing, *, employer: bool, expert: bool) -> Side:
    if not (employer and expert):
        return Side.EXPERT if employer else Side.EMPLOYER
    if not pairing.mode.needs_consent:
        return Side.MANAGER
    return Side.EXPERT if pairing.institution_id is None else Side.INSTITUTION


def awaiting(side: Side) -> ColumnElement[bool]:
    """The same as a condition: pairings that wait for this side."""
    employer, expert = Pairing.employer_agreed_at.is_not(None), Pairing.expert_agreed_at.is_not(None)
    invited, applied = Pairing.state == _S.INVITED, Pairing.state == _S.APPLIED
    agreed = and_(Pairing.state == _S.ACCEPTED, employer, expert)
    needs_consent = _needs_consent()
    conditions = {
        Side.EMPLOYER: or_(
            and_(invited, expert, ~employer),
            and_(applied, or_(~employer, expert)),
            Pairing.state == _S.APPROVED,
            and_(Pairing.state == _S.ACCEPTED, ~employer),
        ),
        Side.EXPERT: or_(
            and_(invited, or_(~expert, employer)),
            and_(applied, employer, ~expert),
            and_(Pairing.state == _S.ACCEPTED, employer, ~expert),
            and_(agreed, needs_consent, Pairing.institution_id.is_(None)),
        ),
        Side.INSTITUTION: and_(agreed, needs_consent, Pairing.institution_id.is_not(None)),
        Side.MANAGER: or_(Pairing.state == _S.CONSENTED, and_(agreed, ~needs_consent)),
    }
    return conditions[side]


def asks_home(pairing: Pairing) -> bool:
    """Whether the home institution may know of it: it is asked for its consent, or its person has been approved."""
    return pairing.state in KNOWN_AT_HOME or (pairing.mode.needs_consent and pairing.is_agreed)


def asking_home() -> ColumnElement[bool]:
    """The same as a condition."""
    agreed = and_(Pairing.employer_agreed_at.is_not(None), Pairing.expert_agreed_at.is_not(None))
    return or_(Pairing.state.in_(KNOWN_AT_HOME), and_(_needs_consent(), agreed))


def _needs_consent() -> ColumnElement[bool]:
    return Pairing.mode_code.in_(select(CooperationMode.code).where(CooperationMode.needs_consent.is_(True)))


def on_side(side: Side, by: Actor) -> ColumnElement[bool]:
    """Pairings on whose side the person stands."""
    if side == Side.EMPLOYER:
        return Pairing.need.has(Need.organisation_id.in_(by.organisations(Role.EMPLOYER)))
    if side == Side.INSTITUTION:
        return and_(Pairing.institution_id.in_(by.organisations(Role.INSTITUTION)), asking_home())
    if side == Side.MANAGER:
        return Pairing.need.has(needs_decided_by(by)) if by.has(Role.MANAGER) else false()
    is_theirs = by.user_id is not None and by.has(Role.EXPERT)
    return Pairing.expert.has(Expert.user_id == by.user_id) if is_theirs else false()


def count_waiting(session: Session, side: Side, *, by: Actor) -> int:
    """How many pairings wait for the person on this side."""
    return session.scalar(_counting(side, by)) or 0


@lru_cache(maxsize=1024)
def _counting(side: Side, by: Actor) -> Select[int]:
    """Kept, for each page counts, and to put the question takes longer than to answer it."""
    return select(func.count(Pairing.id)).where(on_side(side, by), awaiting(side))
