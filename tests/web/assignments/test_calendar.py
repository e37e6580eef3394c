"""The calendar holds everything that takes the expert's days, and nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from assignment_cast import Cast
from factories import Maker, sign_in
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from models import ExchangeLeg, Milestone, ServiceLog
from models.choices import AssignmentState, LogState, PairingState
from web.services import calendar

YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}


def filled(cast: Cast, make: Maker) -> None:
    """Everything that a calendar can hold, also what it must not show."""
    assignment, session = cast.assignment, cast.session
    logs = ((18, LogState.SUBMITTED), (17, LogState.DISPUTED))
    for day, state in logs:
        session.add(
            ServiceLog(
                assignment=assignment,
                expert=assignment.expert,
                day=date(2026, 11, day),
                days=1.0,
                done="查园",
                state=state,
            )
        )
    session.add(Milestone(assignment=assignment, title="鉴定", due=date(2026, 12, 1)))
    session.add(Milestone(assignment=assignment, title="做完的", due=date(2026, 10, 1), done_on=date(2026, 10, 1)))
    leg = {"direction": "west", "name": "马工", "organisation": "站"}
    session.add(ExchangeLeg(pairing_id=assignment.pairing_id, starts=date(2026, 9, 5), ends=date(2026, 9, 9), **leg))
    make.pairing(expert=assignment.expert, state=PairingState.APPROVED, starts=date(2026, 12, 5))
    make.pairing(expert=assignment.expert, state=PairingState.DECLINED)
    session.flush()


def test_everything_that_takes_days_is_in_the_calendar(cast: Cast, make: Maker) -> None:
    filled(cast, make)
    found = calendar.commitments(cast.session, by=cast.by("expert"), **YEAR)
    assert [(one.kind, one.starts) for one in found] == [
        ("assignment", date(2026, 9, 1)),
        ("leg", date(2026, 9, 5)),
        ("log", date(2026, 11, 18)),
        ("milestone", date(2026, 12, 1)),
        ("pairing", date(2026, 12, 5)),
    ]
    assert [one.kind for one in found if one.is_tentative] == ["pairing"]


def test_members_of_a_team_see_it_and_strangers_do_not(cast: Cast) -> None:
    assert len(calendar.commitments(cast.session, by=cast.by("member"), **YEAR)) == 1
    assert calendar.commitments(cast.session, by=cast.by("stranger"), **YEAR) == []


def test_an_assignment_that_was_ended_stops_on_that_day(stage: Callable[..., Cast]) -> None:
    cast = stage(state=AssignmentState.TERMINATED, ended_on=date(2026, 10, 2))
    (one,) = calendar.commitments(cast.session, by=cast.by("expert"), **YEAR)
    assert one.ends == date(2026, 10, 2)
    before = stage(state=AssignmentState.TERMINATED, ended_on=date(2026, 8, 1))
    assert calendar.commitments(before.session, by=before.by("expert"), **YEAR) == []


def test_the_file_is_read_by_calendar_programmes(
    cast: Cast, make: Maker, client: FlaskClient, session: Session
) -> None:
    filled(cast, make)
    sign_in(client, cast.expert, session)
    answer = client.get("/me/calendar.ics")
    assert answer.mimetype == "text/calendar"
    events = {str(one["uid"]): one for one in Calendar.from_ical(answer.data).walk("VEVENT")}
    assert len(events) == 5
    log = next(one for uid, one in events.items() if uid.startswith("log-"))
    assert (log["dtstart"].dt, log["dtend"].dt) == (date(2026, 11, 18), date(2026, 11, 19))
    assert str(log["summary"]) == "服务：查园"
    assert str(log["url"]).endswith(f"/assignments/{cast.assignment.code}")
    assert client.get("/me/calendar.ics").data.count(b"UID:") == 5


def test_the_year_and_the_month_show_what_is_due(
    cast: Cast, make: Maker, client: FlaskClient, session: Session
) -> None:
    filled(cast, make)
    sign_in(client, cast.expert, session)
    year = client.get("/me/calendar?year=2026").text
    assert "枸杞黑果病怎么治" in year
    assert "month-table" not in year
    month = client.get("/me/calendar?year=2026&month=11").text
    assert month.count('<td class="') >= 28
    assert "服务：查园" in month
    for strange in ("year=99999", "year=x&month=y", "month=13", "year=-5&month=0"):
        assert client.get(f"/me/calendar?{strange}").status_code == 200
