"""Lines of the demo files as records."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import AvailabilityWindow, Expert, Need, Organisation, Tie, Work
from models.choices import ExpertState, NeedState, Subject
from web.services.codes import next_code
from web.services.demo_dates import expert_times, first_day, last_day, need_times, organisation_times, shifted
from web.services.demo_lines import SeedExpert, SeedNeed, SeedOrganisation
from web.services.searching import search_text


def organisation_record(line: SeedOrganisation, now: datetime, *, earlier: int = 0) -> Organisation:
    """The organisation."""
    signed_up, verified = organisation_times(line.code, now, earlier=earlier)
    return Organisation(
        credit_code=line.uscc,
        name=line.name,
        name_en=line.name_en,
        kind=line.kind,
        region_code=line.adcode,
        is_xpcc=line.xpcc,
        intro=line.intro,
        verification=line.verification,
        verification_note=line.reason,
        search_text=search_text(line.name, line.name_en, line.uscc),
        is_demo=True,
        created_at=signed_up,
        updated_at=verified,
    )


def need_record(
    session: Session, line: SeedNeed, host: Organisation, now: datetime, *, years: int, earlier: int = 0
) -> Need:
    """The need of a host, with dates that lie some years later than in the file."""
    times = need_times(line.code, line.state, now, earlier=earlier)
    code = next_code(session, Subject.NEED, now=now)
    was_submitted, is_public = line.state != NeedState.DRAFT, line.state == NeedState.PUBLISHED
    return Need(
        code=code,
        organisation=host,
        region_code=host.region_code,
        state=line.state,
        state_note=line.return_reason,
        title=line.title,
        problem=line.problem,
        indicators=line.indicators,
        goal=line.goal,
        keywords=line.keywords,
        discipline_code=line.discipline,
        industry_code=line.industry,
        min_title=line.min_title,
        min_degree=line.min_degree,
        headcount=line.headcount,
        modes=tuple(mode.value for mode in line.modes),
        place=line.place,
        altitude_m=line.altitude_m,
        days_per_year=line.days_per_year,
        starts=first_day(line.starts, years),
        ends=last_day(line.ends, years),
        deadline=shifted(line.deadline, years),
        funding=line.funding_wan,
        task_code=line.task,
        task_confirmed=was_submitted,
        contact_name=line.contact_name,
        contact_phone=line.contact_phone,
        contact_email=line.contact_email,
        submitted_at=times.submitted if was_submitted else None,
        published_at=times.decided if is_public else None,
        search_text=search_text(line.title, code, *line.keywords),
        is_demo=True,
        created_at=times.created,
        updated_at=times.decided if is_public or line.state == NeedState.RETURNED else times.submitted,
    )


def expert_record(session: Session, line: SeedExpert, now: datetime, *, years: int, earlier: int = 0) -> Expert:
    """The expert with works, windows and ties; windows lie some years later than in the file."""
    (begun, changed), code = expert_times(line.code, now, earlier=earlier), next_code(session, Subject.EXPERT)
    return Expert(
        code=code,
        kind=line.kind,
        state=line.state,
        name=line.name,
        gender=line.gender,
        birth_year=line.birth_year,
        degree=line.degree,
        title=line.title,
        institution=line.institution,
        department=line.department,
        position=line.position,
        region_code=line.adcode,
        bio=line.bio,
        keywords=line.keywords,
        modes=tuple(mode.value for mode in line.modes),
        days_per_year=line.days_per_year,
        languages=line.languages,
        regions_served=line.regions_served,
        altitude_ok=line.altitude_ok,
        ties_declared=line.state == ExpertState.PUBLIC or bool(line.ties),
        phone=line.phone,
        email=line.email,
        search_text=search_text(line.institution, code, person=line.name),
        is_demo=True,
        created_at=begun,
        updated_at=changed,
        works=[Work(position=number, **work.model_dump()) for number, work in enumerate(line.works)],
        windows=[
            AvailabilityWindow(starts=shifted(window.starts, years), ends=shifted(window.ends, years))
            for window in line.windows
        ],
        ties=[Tie(**tie.model_dump()) for tie in line.ties],
    )
