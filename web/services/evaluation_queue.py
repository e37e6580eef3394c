"""What waits for a manager after the work: completed assignments to evaluate, outcomes that the host has confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Assignment, IndicatorClaim, Need, Pairing
from models.choices import AssignmentState, ClaimState, Role
from web.services.access import Actor
from web.services.errors import Sentence
from web.services.evaluation_missing import missing_of
from web.services.jurisdiction import needs_within
from web.services.paging import Page, page_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """An assignment, what must be done before its evaluation, and how many of its outcomes wait for the manager."""

    assignment: Assignment
    missing: tuple[Sentence, ...]
    claims: int


def waiting_for(session: Session, *, by: Actor, number: int = 1) -> Page[Waiting]:
    """A page of what waits for this manager, what has waited longest first. Raises NotAllowedError for others."""
    by.require(Role.MANAGER)
    pairing = joinedload(Assignment.pairing)
    statement = _waiting(by).options(
        joinedload(Assignment.expert), pairing.joinedload(Pairing.need).joinedload(Need.organisation)
    )
    page = page_of(session, statement.order_by(Assignment.state_since, Assignment.id), number=number)
    missing, claims = missing_of(session, page.items), _claims(session, page)
    items = [Waiting(one, missing[one.id], claims.get(one.id, 0)) for one in page.items]
    return Page(items, page.number, page.size, page.total)


def count_waiting(session: Session, *, by: Actor) -> int:
    """How many assignments wait for the manager."""
    return session.scalar(_counting(by)) or 0


@lru_cache(maxsize=256)
def _counting(by: Actor) -> Select[int]:
    """Kept, for each page of a manager counts, and to put the question takes longer than to answer it."""
    return select(func.count()).select_from(_waiting(by).subquery())


def _waiting(by: Actor) -> Select[Assignment]:
    return select(Assignment).where(
        Assignment.pairing.has(Pairing.need.has(needs_within(by))),
        or_(Assignment.state == AssignmentState.COMPLETED, _has_claims()),
    )


def _has_claims() -> ColumnElement[bool]:
    mine = and_(IndicatorClaim.assignment_id == Assignment.id, IndicatorClaim.state == ClaimState.HOST_CONFIRMED)
    return select(IndicatorClaim.id).where(mine).exists()


def _claims(session: Session, page: Page[Assignment]) -> dict[int, int]:
    column = IndicatorClaim.assignment_id
    mine = (column.in_([one.id for one in page.items]), IndicatorClaim.state == ClaimState.HOST_CONFIRMED)
    rows = session.execute(select(column, func.count()).where(*mine).group_by(column))
    return {row[0]: row[1] for row in rows}
