"""What the checks must know besides the records themselves, read for many records at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Need, Organisation, Programme, Region
from models.choices import NeedState
from web.services.checks import NeedSurroundings
from web.services.jurisdiction import CORPS_CODE
from web.services.likeness import LikeTexts
from web.services.need_submission import today_in_china
from web.services.organisation_checks import ALIKE_NAMES, OrganisationSurroundings

COMPARED = (NeedState.SUBMITTED, NeedState.RETURNED, NeedState.PUBLISHED, NeedState.FILLED)
"""States in which a need counts as one that may be there already."""
MOST_NAMED = 3
"""Similar records that a finding names."""


def need_surroundings(
    session: Session, needs: Sequence[Need], *, today: date | None = None
) -> Mapping[int, NeedSurroundings]:
    """The surroundings of each need, by its id."""
    today = today or today_in_china()
    programmes = _programmes_by_province(session)
    alike = _alike_needs(session, needs)
    return {
        need.id: NeedSurroundings(
            today, programmes.get(_province_of(need.jurisdiction_code), frozenset()), alike.get(need.id, ())
        )
        for need in needs
    }


def organisation_surroundings(
    session: Session, organisations: Sequence[Organisation]
) -> Mapping[int, OrganisationSurroundings]:
    """The surroundings of each organisation, by its id."""
    if not organisations:
        return {}
    names = dict(session.execute(select(Organisation.credit_code, Organisation.name)).all())
    provinces = frozenset(code[:2] for code in session.scalars(select(Region.adcode).where(Region.level == 1)))
    texts = LikeTexts(names)
    found = {}
    for one in organisations:
        codes = texts.of(one.name, least=ALIKE_NAMES, but=(one.credit_code,))[:MOST_NAMED]
        found[one.id] = OrganisationSurroundings(tuple((code, names[code]) for code in codes), provinces)
    return found


def _programmes_by_province(session: Session) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, province in session.execute(select(Programme.code, Programme.province_code)):
        found.setdefault(province, set()).add(code)
    return {province: frozenset(codes) for province, codes in found.items()}


def _province_of(code: str) -> str:
    """The province whose programmes count; the Corps shares Xinjiang's."""
    return "650000" if code == CORPS_CODE else f"{code[:2]}0000"


def _alike_needs(session: Session, needs: Iterable[Need]) -> Mapping[int, tuple[str, ...]]:
    """The codes of other needs of the same organisation whose title or problem is very similar, by the need's id."""
    by_organisation: dict[int, list[Need]] = {}
    for need in needs:
        by_organisation.setdefault(need.organisation_id, []).append(need)
    rows = session.execute(
        select(Need.organisation_id, Need.code, Need.title, Need.problem)
        .where(Need.organisation_id.in_(by_organisation), Need.state.in_(COMPARED))
        .order_by(Need.id)
    )
    texts: dict[int, dict[str, tuple[str, str]]] = {}
    for organisation, code, title, problem in rows:
        texts.setdefault(organisation, {})[code] = (title, problem)
    found: dict[int, tuple[str, ...]] = {}
    for organisation, theirs in texts.items():
        mine = by_organisation[organisation]
        if any(need.code not in theirs for need in mine) or len(theirs) > 1:
            found.update(_alike_within(mine, theirs))
    return found


def _alike_within(needs: Iterable[Need], texts: Mapping[str, tuple[str, str]]) -> Mapping[int, tuple[str, ...]]:
    titles = LikeTexts({code: title for code, (title, _) in texts.items()})
    problems = LikeTexts({code: problem for code, (_, problem) in texts.items()})
    return {
        need.id: tuple(
            dict.fromkeys((*problems.of(need.problem, but=(need.code,)), *titles.of(need.title, but=(need.code,))))
        )[:MOST_NAMED]
        for need in needs
    }
