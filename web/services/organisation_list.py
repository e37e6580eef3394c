"""The organisations that a manager answers for: searched, filtered, counted, sorted."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from models import Grant, Need, Organisation, User
from models.choices import NeedState, OrganisationKind, Role, Verification
from web.services.access import Actor
from web.services.areas import Areas, areas_for
from web.services.desk import IN_SIGHT
from web.services.faceted import Makers, Wanted, conditions, counts, has_words, ordered
from web.services.jurisdiction import needs_within
from web.services.organisations import within
from web.services.paging import Page, page_of

FACETS = ("verification", "region", "kind")
SORTS = {
    "name": Organisation.name,
    "updated": Organisation.updated_at,
    "verification": Organisation.verification,
}


def organisations_page(session: Session, wanted: Wanted, *, by: Actor, number: int = 1) -> Page[Organisation]:
    """A page of them. Raises NotAllowedError for whom is no manager."""
    by.require(Role.MANAGER)
    chosen = conditions(wanted, _makers(areas_for(session, by)))
    statement = select(Organisation).where(*_found(wanted, by), *chosen)
    return page_of(session, statement.order_by(*ordered(wanted, SORTS, Organisation.id)), number=number)


def organisation_counts(session: Session, wanted: Wanted, *, by: Actor) -> dict[str, Counter[str]]:
    """Per filter, how many organisations each value would leave."""
    areas = areas_for(session, by)
    columns = (Organisation.verification, Organisation.region_code, Organisation.is_xpcc, Organisation.kind)
    rows = session.execute(select(*columns).where(*_found(wanted, by)))
    facts = (
        {"verification": (state.value,), "region": (areas.of(region, is_xpcc),), "kind": (kind.value,)}
        for state, region, is_xpcc, kind in rows
    )
    return counts(facts, wanted, FACETS)


def needs_by_organisation(session: Session, organisations: list[int]) -> dict[int, Counter[NeedState]]:
    """How many needs of each of these organisations are in which state; drafts are not counted."""
    found: dict[int, Counter[NeedState]] = {record: Counter() for record in organisations}
    rows = session.execute(
        select(Need.organisation_id, Need.state, func.count())
        .where(Need.organisation_id.in_(organisations), IN_SIGHT)
        .group_by(Need.organisation_id, Need.state)
    )
    for record, state, count in rows:
        found[record][state] = count
    return found


def needs_of(session: Session, organisation: Organisation, *, by: Actor) -> list[Need]:
    """The organisation's needs that the manager answers for, the last submitted first."""
    statement = select(Need).where(Need.organisation_id == organisation.id, IN_SIGHT, needs_within(by))
    parts = (joinedload(Need.organisation), joinedload(Need.task))
    return list(session.scalars(statement.order_by(Need.submitted_at.desc(), Need.id.desc()).options(*parts)))


def people_of(session: Session, organisation: Organisation) -> list[Grant]:
    """Every role at the organisation, with whose it is; those that hold first, then by name."""
    statement = select(Grant).join(Grant.user).where(Grant.organisation_id == organisation.id)
    order = (Grant.state, User.name, Grant.id)
    return list(session.scalars(statement.order_by(*order).options(contains_eager(Grant.user))))


def _found(wanted: Wanted, by: Actor) -> tuple[ColumnElement[bool], ...]:
    return within(by), has_words(wanted.q, Organisation.search_text)


def _makers(areas: Areas) -> Makers:
    return {
        "verification": lambda state: Organisation.verification == Verification(state),
        "region": areas.condition,
        "kind": lambda kind: Organisation.kind == OrganisationKind(kind),
    }
