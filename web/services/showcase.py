"""What the public sees of the whole: counts, the programmes, and the flows from east to west."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from models import Expert, Need, Organisation, Programme, Task
from models.choices import ExpertState, NeedState, Verification
from models.place import is_western
from web.services.need_list import CORPS

MAIN_SOURCES = 2
"""Eastern provinces shown per western one, besides those that the plan names."""


@dataclass(frozen=True, slots=True)
class Flow:
    """From an eastern province to a western one: how many experts offer to go, and which programmes name the pair."""

    source: str
    target: str
    programmes: tuple[Programme, ...]
    experts: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts over all public records; provinces are two-digit prefixes."""

    needs: int
    experts: int
    organisations: int
    needs_by_province: Counter[str]
    experts_by_province: Counter[str]
    needs_by_task: Counter[str]
    programmes: Sequence[Programme]
    flows: Sequence[Flow]

    def needs_of(self, programme: Programme) -> int:
        """Published needs of a programme's tasks."""
        return sum(self.needs_by_task[task.code] for task in programme.tasks)


def overview(session: Session) -> Overview:
    """Everything that the landing and programme pages count."""
    needs = session.execute(
        select(Organisation.region_code, Organisation.is_xpcc, Need.task_code, func.count())
        .join(Need.organisation)
        .where(Need.state == NeedState.PUBLISHED)
        .group_by(Organisation.region_code, Organisation.is_xpcc, Need.task_code)
    ).all()
    by_province, by_task = Counter[str](), Counter[str]()
    for region, is_xpcc, task, count in needs:
        by_province[CORPS if is_xpcc else region[:2]] += count
        if task:
            by_task[task] += count
    experts, going = _experts(session)
    programmes = all_programmes(session)
    organisations = select(func.count()).where(Organisation.verification == Verification.VERIFIED)
    return Overview(
        needs=by_province.total(),
        experts=experts.total(),
        organisations=session.scalar(organisations) or 0,
        needs_by_province=by_province,
        experts_by_province=experts,
        needs_by_task=by_task,
        programmes=programmes,
        flows=_flows(programmes, going),
    )


def all_programmes(session: Session) -> Sequence[Programme]:
    """The programmes with their tasks, in the order of the plan."""
    return session.scalars(select(Programme).options(selectinload(Programme.tasks)).order_by(Programme.position)).all()


def programme_task_codes(session: Session, province: str) -> tuple[str, ...]:
    """The tasks of a western province's programme; none where it has no programme. The Corps shares Xinjiang's."""
    code = "650000" if province.startswith(CORPS) else f"{province[:2]}0000"
    statement = select(Task.code).join(Task.programme).where(Programme.province_code == code).order_by(Task.number)
    return tuple(session.scalars(statement))


def _experts(session: Session) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Public experts by home province, and by (home province, western province that they name)."""
    homes, going = Counter[str](), Counter[tuple[str, str]]()
    home = func.substr(Expert.region_code, 1, 2)
    rows = session.execute(
        select(home, Expert.regions_served, func.count())
        .where(Expert.state == ExpertState.PUBLIC, Expert.region_code.is_not(None))
        .group_by(home, Expert.regions_served)
    )
    for province, served, count in rows:
        homes[province] += count
        for prefix in dict.fromkeys(code[:2] for code in served):
            going[province, prefix] += count
    return homes, going


def _flows(programmes: Sequence[Programme], going: Counter[tuple[str, str]]) -> list[Flow]:
    """The pairs of provinces that the plan names, and each western province's main sources; the most experts first."""
    pairs: dict[tuple[str, str], list[Programme]] = {}
    given: Counter[str] = Counter()
    for (source, target), _count in going.most_common():
        if given[target] < MAIN_SOURCES and target != CORPS:
            given[target] += 1
            pairs[source, target] = []
    for programme in programmes:
        for code in dict.fromkeys(code[:2] for code in programme.partner_codes):
            if not is_western(code):
                pairs.setdefault((code, programme.province_code[:2]), []).append(programme)
    flows = [Flow(a, b, tuple(named), going[a, b]) for (a, b), named in pairs.items()]
    return sorted(flows, key=lambda flow: (-flow.experts, flow.source, flow.target))
