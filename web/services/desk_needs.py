"""All needs that a manager answers for, in every state but drafts: searched, filtered, counted, sorted."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from models import Need, Organisation, Task
from models.choices import NeedState, Role
from models.columns import has_item
from web.services.access import Actor
from web.services.areas import Areas, areas_for
from web.services.desk import IN_SIGHT
from web.services.faceted import Makers, Wanted, conditions, counts, has_words, ordered
from web.services.jurisdiction import needs_within
from web.services.paging import Page, page_of

FACETS = ("state", "region", "programme", "mode")
STATES = tuple(state for state in NeedState if state != NeedState.DRAFT)
NO_PROGRAMME = "none"
"""The filter's value for needs without a task."""
SORTS = {
    "submitted": func.coalesce(Need.submitted_at, Need.created_at),
    "deadline": Need.deadline,
    "organisation": Organisation.name,
    "state": Need.state,
}
MOST_EXPORTED = 5000
"""Rows of a sheet; narrower filters give the rest."""


def needs_page(session: Session, wanted: Wanted, *, by: Actor, number: int = 1) -> Page[Need]:
    """A page of them. Raises NotAllowedError for whom is no manager."""
    return page_of(session, _ordered(session, wanted, by), number=number)


def needs_to_export(session: Session, wanted: Wanted, *, by: Actor) -> list[Need]:
    """All of them, in the same order, but for contacts, which stay encrypted."""
    return list(session.scalars(_ordered(session, wanted, by).limit(MOST_EXPORTED)))


def need_counts(session: Session, wanted: Wanted, *, by: Actor) -> dict[str, Counter[str]]:
    """Per filter, how many needs each value would leave."""
    areas = areas_for(session, by)
    columns = (Need.state, Organisation.region_code, Organisation.is_xpcc, Task.programme_code, Need.modes)
    statement = select(*columns).select_from(Need).join(Need.organisation).outerjoin(Need.task)
    rows = session.execute(statement.where(*_found(wanted, by)))
    facts = (
        {
            "state": (state.value,),
            "region": (areas.of(region, is_xpcc),),
            "programme": (programme or NO_PROGRAMME,),
            "mode": modes,
        }
        for state, region, is_xpcc, programme, modes in rows
    )
    return counts(facts, wanted, FACETS)


def _ordered(session: Session, wanted: Wanted, by: Actor) -> Select[Need]:
    by.require(Role.MANAGER)
    chosen = conditions(wanted, _makers(areas_for(session, by)))
    statement = select(Need).join(Need.organisation).outerjoin(Need.task).where(*_found(wanted, by), *chosen)
    parts = (joinedload(Need.organisation), joinedload(Need.task).joinedload(Task.programme))
    return statement.order_by(*ordered(wanted, SORTS, Need.id.desc())).options(*parts)


def _found(wanted: Wanted, by: Actor) -> tuple[ColumnElement[bool], ...]:
    return IN_SIGHT, needs_within(by), has_words(wanted.q, Need.search_text, Organisation.search_text)


def _makers(areas: Areas) -> Makers:
    return {
        "state": lambda state: Need.state == NeedState(state),
        "region": areas.condition,
        "programme": lambda code: Task.programme_code == (None if code == NO_PROGRAMME else code),
        "mode": lambda mode: has_item(Need.modes, mode),
    }
