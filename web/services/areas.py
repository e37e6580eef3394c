"""Places as filters of a manager's lists: provinces for who answers for several, else what lies below the province."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from models import Organisation, Region
from models.choices import Role
from web.services.access import Actor

CORPS = "66"


@dataclass(frozen=True, slots=True)
class Areas:
    """Which places an organisation is counted under. `prefectures`: four digits each; None: provinces are enough."""

    prefectures: frozenset[str] | None

    def of(self, region_code: str, is_xpcc: bool) -> str:
        """A province (66 is the Corps), or within one the prefecture; a county that has none stands for itself."""
        if self.prefectures is None:
            return CORPS if is_xpcc else region_code[:2]
        return region_code[:4] if region_code[:4] in self.prefectures else region_code

    def condition(self, value: str) -> ColumnElement[bool]:
        """Whether an organisation is counted under the value."""
        if self.prefectures is not None:
            return Organisation.region_code.startswith(value, autoescape=True)
        if value == CORPS:
            return Organisation.is_xpcc.is_(True)
        return and_(Organisation.region_code.startswith(value, autoescape=True), Organisation.is_xpcc.is_(False))


def areas_for(session: Session, by: Actor) -> Areas:
    """The places that tell the manager's records apart."""
    provinces = {(one.adcode_prefix or "")[:2] for one in by.authorities if one.role == Role.MANAGER}
    if len(provinces) != 1 or "" in provinces:
        return Areas(None)
    return Areas(frozenset(code[:4] for code in session.scalars(select(Region.adcode).where(Region.level == 2))))
