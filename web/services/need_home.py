"""An employer's own needs: the list, what waits for its people, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from models import Need, Organisation, ShortlistEntry
from models.choices import NeedState, Role, Verification
from web.services.access import Actor
from web.services.paging import Page, page_of
from web.services.searching import matches

MOST_WAITING = 5
"""Needs of each kind that the top of the page names; the list below has them all."""


@dataclass(frozen=True, slots=True)
class OwnFilter:
    """Which of the own needs: in these states (none: all), with these words."""

    q: str = ""
    states: tuple[NeedState, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the employer's people."""

    returned: Sequence[Need]
    drafts: Sequence[Need]
    unverified: Sequence[Organisation]
    """Own organisations that a manager has not verified yet, or returned."""

    def __bool__(self) -> bool:
        return bool(self.returned or self.drafts or self.unverified)


def employer_organisations(session: Session, *, by: Actor) -> Sequence[Organisation]:
    """The organisations for which the person may post, in a fixed order; at least one for an employer."""
    ids = by.organisations(Role.EMPLOYER)
    return session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id)).all()


def own_needs(session: Session, wanted: OwnFilter, *, by: Actor, number: int = 1) -> Page[Need]:
    """A page of the needs of the person's organisations, the last changed first; colleagues share them."""
    conditions = [_own(by), matches(Need.search_text, wanted.q)]
    if wanted.states:
        conditions.append(Need.state.in_(wanted.states))
    statement = (
        select(Need)
        .where(*conditions)
        .order_by(Need.updated_at.desc(), Need.id.desc())
        .options(joinedload(Need.organisation), joinedload(Need.posted_by))
    )
    return page_of(session, statement, number=number)


def own_needs_of(session: Session, codes: Sequence[str], *, by: Actor) -> Sequence[Need]:
    """Those of the needs that belong to the person's organisations."""
    return session.scalars(select(Need).where(_own(by), Need.code.in_(codes))).all()


def state_counts(session: Session, q: str, *, by: Actor) -> Counter[NeedState]:
    """How many own needs with these words are in each state."""
    statement = select(Need.state, func.count()).where(_own(by), matches(Need.search_text, q)).group_by(Need.state)
    return Counter(dict(session.execute(statement).all()))


def shortlist_counts(session: Session, needs: Sequence[Need]) -> Counter[int]:
    """How many experts are on each need's short list, by the need's id."""
    statement = (
        select(ShortlistEntry.need_id, func.count())
        .where(ShortlistEntry.need_id.in_([need.id for need in needs]))
        .group_by(ShortlistEntry.need_id)
    )
    return Counter(dict(session.execute(statement).all()))


def waiting(session: Session, *, by: Actor) -> Waiting:
    """Returned needs, drafts and unverified organisations, the last changed first."""
    organisations = employer_organisations(session, by=by)
    return Waiting(
        returned=_in_state(session, NeedState.RETURNED, by),
        drafts=_in_state(session, NeedState.DRAFT, by),
        unverified=[one for one in organisations if one.verification != Verification.VERIFIED],
    )


def _own(by: Actor) -> ColumnElement[bool]:
    return Need.organisation_id.in_(by.organisations(Role.EMPLOYER))


def _in_state(session: Session, state: NeedState, by: Actor) -> Sequence[Need]:
    statement = select(Need).where(_own(by), Need.state == state).order_by(Need.updated_at.desc(), Need.id.desc())
    return session.scalars(statement.limit(MOST_WAITING)).all()
