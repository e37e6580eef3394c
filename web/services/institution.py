"""What an institution that sends experts sees of itself: its people, its experts, what it will be asked."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from matcher.eligibility.rules import institution_key, is_part_of
from models import Expert, Grant, Organisation
from models.choices import ExpertState, GrantState, Mode, Verification
from models.expert import EXPERT_WITHOUT_CONTACT
from web.services.access import Actor
from web.services.errors import NotAllowedError
from web.services.organisations import ACTING
from web.services.paging import PAGE_SIZE, Page

CONSENT_MODES = (Mode.DUAL_APPOINTMENT,)
"""Modes for which the home institution must consent."""


def own_experts(session: Session, organisation: Organisation, *, by: Actor, number: int = 1) -> Page[Expert]:
    """A page of the public experts who name the institution, or a part of it, as their own; by institution and name.

    Empty until a manager has verified it: anybody may claim to act for one. Raises NotAllowedError for others.
    """
    if not any(organisation.id in by.organisations(role) for role in ACTING):
        raise NotAllowedError("您不是该单位的成员", "You do not act for this organisation")
    if organisation.verification != Verification.VERIFIED:
        return Page((), 1, PAGE_SIZE, 0)
    names = [name for name in (organisation.name, organisation.name_en) if name]
    rows = session.scalars(
        select(Expert)
        .where(
            Expert.state == ExpertState.PUBLIC,
            or_(*(Expert.institution.istartswith(name, autoescape=True) for name in names)),
        )
        .options(*EXPERT_WITHOUT_CONTACT)
        .order_by(Expert.institution, Expert.name, Expert.code)
    )
    found = [row for row in rows if any(_belongs(row.institution, name) for name in names)]
    number = min(max(1, number), max(1, -(-len(found) // PAGE_SIZE)))
    return Page(tuple(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]), number, PAGE_SIZE, len(found))


def members(session: Session, organisation: Organisation) -> list[Grant]:
    """The roles of those who act for it now, by name."""
    acting = (Grant.role.in_(ACTING), Grant.state == GrantState.ACTIVE)
    statement = select(Grant).where(Grant.organisation_id == organisation.id, *acting).options(joinedload(Grant.user))
    return sorted(session.scalars(statement), key=lambda grant: (grant.user.name, grant.id))


def _belongs(written: str, name: str) -> bool:
    return is_part_of(institution_key(written), institution_key(name))
