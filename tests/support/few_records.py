"""A few experts and needs for a database of a test's own, without the web application."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import Expert, Need, Organisation, OutboxEntry, Region, Work
from models.choices import ExpertState, NeedState, OrganisationKind, Subject

EXPERTS, NEEDS = 10, 4
BIOS = tuple(f"研究{topic}的防治" for topic in ("枸杞黑果病", "苹果腐烂病", "风机结冰", "盐碱地", "棉田滴灌"))


def add_few_records(session: Session) -> None:
    """Adds EXPERTS public experts and NEEDS published needs, all of them in the outbox."""
    session.add(Region(adcode="640000", name="宁夏回族自治区", level=1))
    host = Organisation(credit_code="91640521DC00000018", name="站", kind=OrganisationKind.FARM, region_code="640000")
    session.add(host)
    experts = [_expert(number) for number in range(EXPERTS)]
    needs = [_need(number, host) for number in range(NEEDS)]
    session.add_all(experts)
    session.flush()
    session.add_all(needs)
    session.flush()
    session.add_all(map(entry_of, (*experts, *needs)))


def entry_of(record: Expert | Need) -> OutboxEntry:
    """What a service writes when it changes the record."""
    subject = Subject.EXPERT if isinstance(record, Expert) else Subject.NEED
    return OutboxEntry(subject=subject, subject_id=record.id)


def _expert(number: int) -> Expert:
    works = [Work(position=place, title=f"第{place}篇") for place in range(3)]
    return Expert(code=f"ZJ{number}", name="甲", bio=BIOS[number % 5], state=ExpertState.PUBLIC, works=works)


def _need(number: int, host: Organisation) -> Need:
    return Need(
        code=f"XQ{number}",
        organisation=host,
        region_code="640000",
        title=BIOS[number % 5],
        problem="怎么办",
        state=NeedState.PUBLISHED,
    )
