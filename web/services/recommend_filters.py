"""What the filters of an expert's list look at in each need, read in one query, and how many each one leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Dismissal, Need, Organisation, Task
from models.choices import NeedState
from web.services.need_list import CORPS, FACETS


@dataclass(frozen=True, slots=True)
class NeedWishes:
    """What the expert asks to see; an empty field asks for nothing. Provinces are two digits, `days` at most a year."""

    province: tuple[str, ...] = ()
    programme: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    days: float | None = None

    @property
    def is_on(self) -> bool:
        """Whether anything is asked for."""
        return self.days is not None or any(getattr(self, facet) for facet in FACETS)


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """One published need as the filters see it."""

    values: Mapping[str, tuple[str, ...]]
    days: float | None
    is_dismissed: bool
    deadline: date | None

    def passes(self, wishes: NeedWishes, *, but: str = "") -> bool:
        """Whether the need answers to every filter that is on, leaving out one."""
        if wishes.days is not None and self.days is not None and self.days > wishes.days:
            return False
        return all(
            facet == but or not getattr(wishes, facet) or set(self.values[facet]) & set(getattr(wishes, facet))
            for facet in FACETS
        )


def published_facts(session: Session, *, expert_id: int | None) -> dict[str, NeedFacts]:
    """Every published need by its code."""
    rows = session.execute(
        select(
            Need.code,
            Organisation.region_code,
            Organisation.is_xpcc,
            Task.programme_code,
            Need.modes,
            Need.place,
            Need.days_per_year,
            Need.deadline,
            Dismissal.id,
        )
        .select_from(Need)
        .join(Need.organisation)
        .outerjoin(Need.task)
        .outerjoin(Dismissal, (Dismissal.need_id == Need.id) & (Dismissal.expert_id == expert_id))
        .where(Need.state == NeedState.PUBLISHED)
    )
    return {
        code: NeedFacts(
            {
                "province": (CORPS if is_xpcc else region[:2],),
                "programme": (programme,) if programme else (),
                "mode": modes,
                "place": (place.value,),
            },
            days,
            dismissal is not None,
            deadline,
        )
        for code, region, is_xpcc, programme, modes, place, days, deadline, dismissal in rows
    }


def filtered(codes: Iterable[str], facts: Mapping[str, NeedFacts], wishes: NeedWishes) -> list[str]:
    """The codes that pass, in their order."""
    return [code for code in codes if facts[code].passes(wishes)]


def facet_counts(codes: Sequence[str], facts: Mapping[str, NeedFacts], wishes: NeedWishes) -> dict[str, Counter[str]]:
    """Per filter, how many needs each of its values would leave beside the other filters."""
    return {
        facet: Counter(
            value for code in codes if facts[code].passes(wishes, but=facet) for value in facts[code].values[facet]
        )
        for facet in FACETS
    }
