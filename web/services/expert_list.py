"""The experts whose profiles are public, for managers of any place: where they come from, and how fresh they are."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from models import Expert
from models.choices import Degree, ExpertKind, ExpertState, Role
from models.columns import has_item, utc_now
from models.expert import EXPERT_WITHOUT_CONTACT
from web.services.access import Actor
from web.services.faceted import Makers, Wanted, conditions, counts, has_words, ordered
from web.services.paging import Page, page_of

FACETS = ("region", "mode", "kind", "age")
STALE, FRESH = "stale", "fresh"
STALE_AFTER = timedelta(days=365)
"""A profile that nobody has touched for so long should be looked through again."""
SORTS = {
    "updated": Expert.updated_at,
    "days": Expert.days_per_year,
    "institution": func.nullif(Expert.institution, ""),
}
_ENOUGH_WORKS = 3


def experts_page(
    session: Session, wanted: Wanted, *, by: Actor, number: int = 1, now: datetime | None = None
) -> Page[Expert]:
    """A page of them; what is personal is not read and cannot be reached. Raises NotAllowedError."""
    by.require(Role.MANAGER)
    chosen = conditions(wanted, _makers(now or utc_now()))
    statement = select(Expert).where(*_found(wanted), *chosen).order_by(*ordered(wanted, SORTS, Expert.id))
    parts = (selectinload(Expert.works), selectinload(Expert.windows))
    return page_of(session, statement.options(*parts, *EXPERT_WITHOUT_CONTACT), number=number)


def expert_counts(
    session: Session, wanted: Wanted, *, by: Actor, now: datetime | None = None
) -> dict[str, Counter[str]]:
    """Per filter, how many experts each value would leave."""
    by.require(Role.MANAGER)
    now = now or utc_now()
    columns = (Expert.region_code, Expert.modes, Expert.kind, Expert.updated_at)
    rows = session.execute(select(*columns).where(*_found(wanted)))
    facts = (
        {
            "region": ((region or "")[:2],),
            "mode": modes,
            "kind": (kind.value,),
            "age": (STALE if changed < now - STALE_AFTER else FRESH,),
        }
        for region, modes, kind, changed in rows
    )
    return counts(facts, wanted, FACETS)


def is_stale(expert: Expert, *, now: datetime | None = None) -> bool:
    """Whether the profile was last changed more than twelve months ago."""
    return expert.updated_at < (now or utc_now()) - STALE_AFTER


def completeness(expert: Expert) -> float:
    """The share of the profile that is filled in, in [0, 1]: everything that matching or a manager asks about."""
    parts = (
        expert.name,
        expert.title,
        expert.degree != Degree.NONE,
        expert.institution,
        expert.region_code,
        expert.bio,
        expert.keywords,
        expert.modes,
        expert.days_per_year,
        expert.languages,
        expert.windows,
        expert.altitude_ok is not None,
        expert.ties_declared,
    )
    works = min(len(expert.works), _ENOUGH_WORKS) / _ENOUGH_WORKS
    return (sum(map(bool, parts)) + works) / (len(parts) + 1)


def _found(wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    return Expert.state == ExpertState.PUBLIC, has_words(wanted.q, Expert.search_text)


def _makers(now: datetime) -> Makers:
    return {
        "region": lambda prefix: Expert.region_code.startswith(prefix, autoescape=True),
        "mode": lambda mode: has_item(Expert.modes, mode),
        "kind": lambda kind: Expert.kind == ExpertKind(kind),
        "age": lambda age: _is_stale_then(now) if age == STALE else ~_is_stale_then(now),
    }


def _is_stale_then(now: datetime) -> ColumnElement[bool]:
    return Expert.updated_at < now - STALE_AFTER
