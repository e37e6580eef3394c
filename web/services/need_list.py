"""The public list of needs: searched, filtered, counted per filter, sorted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Need, Organisation, Task
from models.choices import NeedState, Place
from models.columns import has_item
from models.place import prefix_of
from web.services.errors import NotFoundError
from web.services.paging import PAGE_SIZE, Page, page_of
from web.services.searching import matches

CORPS = "66"


@dataclass(frozen=True, slots=True)
class NeedFilter:
    """What the visitor asked for; an empty field asks for nothing. Provinces are two digits, 66 being the Corps."""

    q: str = ""
    province: tuple[str, ...] = ()
    programme: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    sort: str = "newest"


SORTS: dict[str, tuple[Any, ...]] = {
    "newest": (Need.published_at.desc(), Need.id.desc()),
    "deadline": (Need.deadline.is_(None), Need.deadline, Need.id),
    "funding": (Need.funding.is_(None), Need.funding.desc(), Need.id),
}
FACETS = ("province", "programme", "mode", "place")


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the filters look at in one need."""

    province: tuple[str, ...]
    programme: tuple[str, ...]
    mode: tuple[str, ...]
    place: tuple[str, ...]


def public_needs(session: Session, wanted: NeedFilter, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Need]:
    """A page of published needs."""
    order = SORTS.get(wanted.sort, SORTS["newest"])
    statement = _published().where(*_conditions(wanted)).order_by(*order)
    statement = statement.options(joinedload(Need.organisation), joinedload(Need.task))
    return page_of(session, statement, number=number, size=size)


def facet_counts(session: Session, wanted: NeedFilter) -> dict[str, Counter[str]]:
    """Per filter, how many needs each of its values would give beside the other filters."""
    rows = session.execute(
        select(Organisation.region_code, Organisation.is_xpcc, Task.programme_code, Need.modes, Need.place)
        .select_from(Need)
        .join(Need.organisation)
        .outerjoin(Need.task)
        .where(Need.state == NeedState.PUBLISHED, matches(Need.search_text, wanted.q))
    )
    facts = [_facts(*row) for row in rows]
    return {facet: _count(facts, wanted, facet) for facet in FACETS}


def public_need(session: Session, code: str) -> Need:
    """The published need of that code (filled and expired ones stay readable). Raises NotFoundError."""
    shown = (NeedState.PUBLISHED, NeedState.FILLED, NeedState.EXPIRED)
    need = session.scalar(
        select(Need)
        .where(Need.code == code, Need.state.in_(shown))
        .options(joinedload(Need.organisation), joinedload(Need.task).joinedload(Task.programme))
    )
    if need is None:
        raise NotFoundError("没有这条需求，或它没有公开", "There is no such need, or it is not public")
    return need


def _published() -> Select[Any]:
    return select(Need).join(Need.organisation).outerjoin(Need.task).where(Need.state == NeedState.PUBLISHED)


def _conditions(wanted: NeedFilter) -> Sequence[ColumnElement[bool]]:
    makers: dict[str, Callable[[str], ColumnElement[bool]]] = {
        "province": _in_province,
        "programme": lambda code: Task.programme_code == code,
        "mode": lambda mode: has_item(Need.modes, mode),
        "place": lambda place: Need.place == Place(place),
    }
    conditions = [matches(Need.search_text, wanted.q)]
    for name, make in makers.items():
        values = getattr(wanted, name)
        if values:
            conditions.append(or_(*(make(value) for value in values)))
    return conditions


def _in_province(prefix: str) -> ColumnElement[bool]:
    if prefix == CORPS:
        return Organisation.is_xpcc.is_(True)
    return and_(Organisation.region_code.startswith(prefix, autoescape=True), Organisation.is_xpcc.is_(False))


def _facts(region: str, is_xpcc: bool, programme: str | None, modes: tuple[str, ...], place: Place) -> _Facts:
    return _Facts(
        province=(CORPS if is_xpcc else prefix_of(region)[:2],),
        programme=(programme,) if programme else (),
        mode=modes,
        place=(place.value,),
    )


def _count(facts: Sequence[_Facts], wanted: NeedFilter, facet: str) -> Counter[str]:
    named = [(field.name, set(getattr(wanted, field.name))) for field in fields(_Facts) if field.name != facet]
    kept = (fact for fact in facts if all(not values or values & set(getattr(fact, n)) for n, values in named))
    return Counter(value for fact in kept for value in getattr(fact, facet))
