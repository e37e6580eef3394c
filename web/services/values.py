"""Rows of the database as the engine's values. The ids of the engine are the codes of the records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from matcher import types as m
from models import Base, Expert, Need, Region, Work
from models.choices import Place
from web.services.places import short_province

_KEPT = "place names"


def expert_value(expert: Expert) -> m.Expert:
    """The profile as the engine sees it: no name of a person's contact, no personal number.

    `province` is short as on maps (江苏), `city` as in the table of regions (南京市).
    Raises ValueError for an expert that is in no session.
    """
    province, city = _place(expert, expert.region_code)
    return m.Expert(
        id=expert.code,
        name=expert.name,
        kind=cast(m.Kind, str(expert.kind)),
        title=expert.title,
        degree=str(expert.degree),
        institution=expert.institution,
        province=province,
        city=city,
        bio=expert.bio,
        keywords=expert.keywords,
        works=tuple(work_value(work) for work in expert.works),
        modes=expert.modes,
        days_per_year=expert.days_per_year,
        altitude_ok=expert.altitude_ok,
        languages=expert.languages,
        windows=tuple((window.starts, window.ends) for window in expert.windows),
        regions=expert.regions_served,
    )


def work_value(work: Work) -> m.Work:
    """The work as the engine sees it."""
    return m.Work(title=work.title, abstract=work.abstract, year=work.year, kind=str(work.kind), keywords=work.keywords)


def need_value(need: Need) -> m.Need:
    """The need as the engine sees it; places as in `expert_value`. Raises ValueError for one that is in no session."""
    province, city = _place(need, need.region_code)
    return m.Need(
        id=need.code,
        title=need.title,
        problem=need.problem,
        indicators=need.indicators,
        goal=need.goal,
        keywords=need.keywords,
        modes=need.modes,
        province=province,
        city=city,
        days_per_year=need.days_per_year,
        starts=need.starts,
        ends=need.ends,
        min_title=str(need.min_title),
        min_degree=str(need.min_degree),
        headcount=need.headcount,
        altitude_m=need.altitude_m,
        exclude_institutions=need.exclude_institutions,
        places=_places(need) if need.place == Place.ONSITE else (),
    )


def _places(need: Need) -> tuple[str, ...]:
    """The codes that name where the work is: the place itself, and for a unit of the Corps the Corps too."""
    corps = (need.jurisdiction_code,) if need.organisation.is_xpcc else ()
    return (need.region_code, *corps)


def _place(record: Base, adcode: str | None) -> tuple[str, str]:
    """(province, city) of a code; empty where there is none."""
    session = object_session(record)
    if session is None:
        raise ValueError(f"{record!r} is in no session, so the names of its places cannot be read")
    names = _names(session)
    province, city = f"{(adcode or '')[:2]}0000", f"{(adcode or '')[:4]}00"
    return short_province(names.get(province, "")), names.get(city, "") if city != province else ""


def _names(session: Session) -> Mapping[str, str]:
    """The names of provinces and cities, read once a session: hundreds of records share them."""
    if _KEPT not in session.info:
        rows = session.execute(select(Region.adcode, Region.name).where(Region.level < 3))
        session.info[_KEPT] = dict(rows.all())
    return cast(Mapping[str, str], session.info[_KEPT])
