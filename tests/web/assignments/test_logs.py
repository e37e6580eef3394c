"""Days of service: in halves or hours, never twice, never more than was promised; the host confirms or disputes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from assignment_cast import TODAY, Cast
from factories import Maker
from sqlalchemy import func, select

from models import Notification, ServiceLog, StateChange
from models.choices import AssignmentState, LogState, PairingState, Role
from models.state_machine import MoveError
from web.services import assignment_moves, service_logs
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.log_rules import Entry
from web.services.orders import Order, OvertakenError

Orders = Callable[..., Order]
DAY = date(2026, 11, 18)


def entry(**values: Any) -> Entry:
    return Entry(**{"day": DAY, "place": "舟塔乡", "done": "查看黑果病", **values})


def write(cast: Cast, given: Entry | None = None, *, who: str = "expert", **values: Any) -> ServiceLog:
    values = {"request_id": str(uuid4()), "today": TODAY, **values}
    return service_logs.log(cast.session, cast.assignment.code, given or entry(), by=cast.by(who), **values)


def refused(cast: Cast, given: Entry, **values: Any) -> dict[str, str]:
    with pytest.raises(InvalidError) as error:
        write(cast, given, **values)
    return {problem.field: problem.sentence.zh for problem in error.value.problems}


def test_a_whole_day_and_halves_count_as_such(cast: Cast) -> None:
    assert write(cast).days == 1.0
    assert write(cast, entry(day=date(2026, 11, 17), part="am")).days == 0.5
    assert write(cast, entry(day=date(2026, 11, 17), part="pm")).days == 0.5


def test_a_form_sent_twice_logs_once(cast: Cast) -> None:
    name = str(uuid4())
    assert write(cast, request_id=name) is write(cast, request_id=name)
    assert cast.session.scalar(select(func.count()).select_from(ServiceLog)) == 1


def test_a_form_of_another_assignment_logs_nothing(cast: Cast, stage: Callable[..., Cast]) -> None:
    name = str(uuid4())
    write(cast, request_id=name)
    with pytest.raises(ConflictError, match="used already"):
        write(stage(), request_id=name)


@pytest.mark.parametrize(("first", "second"), [("am", "am"), ("day", "day"), ("day", "pm"), ("am", "day")])
def test_the_same_half_is_not_logged_twice(cast: Cast, first: str, second: str) -> None:
    write(cast, entry(part=first))
    word = {"am": "上午", "day": "全天"}[first]
    assert refused(cast, entry(part=second)) == {"part": f"2026-11-18 {word}已登记过，不能重复登记"}


def test_one_expert_is_not_in_two_places_at_once(cast: Cast, make: Maker) -> None:
    write(cast, entry(part="am"))
    pairing = make.pairing(expert=cast.assignment.expert, state=PairingState.SIGNED)
    other = make.assignment(pairing)

    def elsewhere(part: str) -> ServiceLog:
        given = entry(part=part)
        return service_logs.log(cast.session, other.code, given, by=cast.by("expert"), request_id=None, today=TODAY)

    with pytest.raises(InvalidError, match="in another assignment"):
        elsewhere("day")
    assert elsewhere("pm").days == 0.5


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (None, "请选日期"),
        (date(2026, 11, 21), "以后的日期"),
        (date(2026, 8, 31), "2026-09-01 – 2027-08-31"),
    ],
)
def test_days_outside_are_refused_beside_the_day(cast: Cast, day: date | None, says: str) -> None:
    assert says in refused(cast, entry(day=day))["day"]


def test_every_problem_is_named_at_once(cast: Cast) -> None:
    wrong = refused(cast, entry(day=None, part="night", done=" ", place="长" * 121))
    assert set(wrong) == {"day", "part", "done", "place"}


def test_no_more_is_logged_than_was_promised_for_the_year(stage: Callable[..., Cast]) -> None:
    cast = stage(starts=date(2026, 11, 1), ends=date(2026, 11, 30), days_per_year=1.5)
    write(cast)
    wrong = refused(cast, entry(day=date(2026, 11, 17)))
    assert wrong["day"] == "2026 年约定 1.5 天，已登记 1 天，再登记 1 天就超出了；确需增加，请双方续期"
    write(cast, entry(day=date(2026, 11, 17), part="am"))
    assert "已登记 1.5 天" in refused(cast, entry(day=date(2026, 11, 17), part="pm"))["day"]


def test_days_of_the_team_are_counted_for_each_person(stage: Callable[..., Cast]) -> None:
    cast = stage(starts=date(2026, 11, 1), ends=date(2026, 11, 30), days_per_year=1.0)
    write(cast)
    assert write(cast, who="member").expert.name == "苗团员"


def test_nothing_is_logged_while_suspended_or_for_suspended_days(cast: Cast, order: Orders) -> None:
    code, session = cast.assignment.code, cast.session
    assignment_moves.move(session, code, "suspend", order=order(cast.assignment, "封山"), by=cast.by("employer"))
    with pytest.raises(ConflictError, match="suspended"):
        write(cast)
    assignment_moves.move(session, code, "resume", order=order(cast.assignment), by=cast.by("employer"))
    for change, day in zip(session.scalars(select(StateChange).order_by(StateChange.id)), (10, 18), strict=True):
        change.at = datetime(2026, 11, day, 4, tzinfo=UTC)
    assert refused(cast, entry(day=date(2026, 11, 15))) == {"day": "这一天任务处于暂停中"}
    assert write(cast, entry(day=date(2026, 11, 10))).days == 1.0
    assert write(cast, entry(day=date(2026, 11, 18))).days == 1.0


@pytest.mark.parametrize(
    "state", [state for state in AssignmentState if state not in (AssignmentState.ACTIVE, AssignmentState.SUSPENDED)]
)
def test_days_are_logged_only_while_it_runs(stage: Callable[..., Cast], state: AssignmentState) -> None:
    with pytest.raises(ConflictError):
        write(stage(state=state))


def test_travel_is_logged_only_where_the_mode_counts_it(stage: Callable[..., Cast], make: Maker) -> None:
    counted = stage(make.mode(travel_counts=True))
    assert write(counted, entry(is_travel=True)).is_travel
    assert set(refused(stage(make.mode(travel_counts=False)), entry(is_travel=True))) == {"is_travel"}


def test_hours_become_days_where_the_mode_counts_hours(stage: Callable[..., Cast], make: Maker) -> None:
    cast = stage(make.mode(unit="hour", hours_per_day=8.0))
    row = write(cast, entry(hours=2.0))
    assert (row.hours, row.days) == (2.0, 0.25)
    assert set(refused(cast, entry(hours=1.0))) == {"day"}
    for hours in (None, 0.0, 0.3, 17.0):
        assert set(refused(cast, entry(day=date(2026, 11, 2), hours=hours))) == {"hours"}


def test_members_log_for_themselves_and_the_leader_for_members(cast: Cast) -> None:
    member_id = cast.assignment.pairing.members[0].expert_id
    assert write(cast, expert_id=member_id).expert_id == member_id
    with pytest.raises(NotAllowedError):
        write(cast, who="member", expert_id=cast.assignment.expert_id)
    for who in ("employer", "officer", "manager"):
        with pytest.raises(NotAllowedError):
            write(cast, who=who)
    for who in ("stranger", "other_employer"):
        with pytest.raises(NotFoundError):
            write(cast, who=who)


def test_the_host_confirms_many_at_once_and_only_once(cast: Cast) -> None:
    rows = [write(cast, entry(day=date(2026, 11, day))) for day in (16, 17)]
    seen = {row.id: row.version for row in rows}
    code, by = cast.assignment.code, cast.by("employer")
    assert service_logs.confirm(cast.session, code, seen, by=by) == 2
    assert service_logs.confirm(cast.session, code, seen, by=by) == 0
    assert {(row.state, row.decided_by_id) for row in rows} == {(LogState.CONFIRMED, cast.employer.id)}
    told = cast.session.scalars(select(Notification).where(Notification.user_id == cast.expert.id)).all()
    assert [one.text_zh for one in told] == [f"任务 {code}：用人单位确认了您的 2 条服务记录，共 2 天"]


@pytest.mark.parametrize("who", ["expert", "member", "officer", "manager"])
def test_only_the_host_confirms_and_disputes(cast: Cast, order: Orders, who: str) -> None:
    row = write(cast)
    with pytest.raises(NotAllowedError):
        service_logs.confirm(cast.session, cast.assignment.code, {row.id: row.version}, by=cast.by(who))
    with pytest.raises(NotAllowedError):
        service_logs.dispute(cast.session, cast.assignment.code, row.id, order=order(row, "未到场"), by=cast.by(who))


def test_a_disputed_day_is_amended_and_submitted_again(cast: Cast, order: Orders) -> None:
    row, code = write(cast), cast.assignment.code
    with pytest.raises(InvalidError):
        service_logs.dispute(cast.session, code, row.id, order=order(row), by=cast.by("employer"))
    service_logs.dispute(cast.session, code, row.id, order=order(row, "只到了半天"), by=cast.by("employer"))
    assert (row.state, row.state_note) == (LogState.DISPUTED, "只到了半天")
    with pytest.raises(MoveError):
        service_logs.confirm(cast.session, code, {row.id: row.version}, by=cast.by("employer"))
    given = order(row)
    for _ in range(2):
        service_logs.amend(cast.session, code, row.id, entry(part="am"), order=given, by=cast.by("expert"), today=TODAY)
    assert (row.state, row.days, row.part) == (LogState.SUBMITTED, 0.5, "am")
    assert cast.session.scalar(select(func.count()).where(StateChange.move == "amend")) == 1


@pytest.mark.parametrize(
    ("changes", "field"), [({"part": "day"}, "part"), ({"day": date(2027, 1, 5), "part": "am"}, "day")]
)
def test_no_day_grows_once_it_has_ended(cast: Cast, order: Orders, changes: dict[str, Any], field: str) -> None:
    row, code = write(cast, entry(part="am")), cast.assignment.code
    service_logs.dispute(cast.session, code, row.id, order=order(row, "未到场"), by=cast.by("employer"))
    cast.assignment.state, day = AssignmentState.TERMINATED, date(2027, 2, 1)
    with pytest.raises(InvalidError) as raised:
        service_logs.amend(
            cast.session, code, row.id, entry(**changes), order=order(row), by=cast.by("expert"), today=day
        )
    assert [one.field for one in raised.value.problems] == [field]
    service_logs.amend(cast.session, code, row.id, entry(part="pm"), order=order(row), by=cast.by("expert"), today=day)
    assert row.part == "pm"


def test_nobody_decides_on_days_of_their_own(make: Maker, cast: Cast, order: Orders) -> None:
    row, code = write(cast), cast.assignment.code
    make.grant(cast.expert, Role.EMPLOYER, organisation_id=cast.host.id)
    with pytest.raises(NotAllowedError, match="your own"):
        service_logs.confirm(cast.session, code, {row.id: row.version}, by=cast.by("expert"))
    with pytest.raises(NotAllowedError, match="your own"):
        service_logs.dispute(cast.session, code, row.id, order=order(row, "未到场"), by=cast.by("expert"))
    assert row.state == LogState.SUBMITTED


def test_only_disputed_days_are_amended(cast: Cast, order: Orders) -> None:
    row = write(cast)
    with pytest.raises(MoveError):
        service_logs.amend(
            cast.session, cast.assignment.code, row.id, entry(), order=order(row), by=cast.by("expert"), today=TODAY
        )


def test_a_disputed_day_does_not_come_back_onto_one_that_was_logged_since(cast: Cast, order: Orders) -> None:
    row, code = write(cast), cast.assignment.code
    service_logs.dispute(cast.session, code, row.id, order=order(row, "未到场"), by=cast.by("employer"))
    write(cast, entry(part="am"))
    with pytest.raises(InvalidError, match="the morning"):
        service_logs.amend(cast.session, code, row.id, entry(), order=order(row), by=cast.by("expert"), today=TODAY)


def test_what_was_changed_meanwhile_is_not_confirmed_unseen(cast: Cast, order: Orders) -> None:
    row, code = write(cast), cast.assignment.code
    seen = {row.id: row.version}
    service_logs.dispute(cast.session, code, row.id, order=order(row, "只到了半天"), by=cast.by("employer"))
    service_logs.amend(
        cast.session, code, row.id, entry(part="am"), order=order(row), by=cast.by("expert"), today=TODAY
    )
    with pytest.raises(OvertakenError):
        service_logs.confirm(cast.session, code, seen, by=cast.by("employer"))


def test_days_of_another_assignment_are_not_confirmed(cast: Cast, stage: Callable[..., Cast]) -> None:
    other = write(stage())
    with pytest.raises(NotFoundError):
        service_logs.confirm(cast.session, cast.assignment.code, {other.id: 1}, by=cast.by("employer"))
    assert other.state == LogState.SUBMITTED


def test_the_host_is_told_once_a_day(cast: Cast) -> None:
    for day in (16, 17, 18):
        write(cast, entry(day=date(2026, 11, day)))
    told = cast.session.scalars(select(Notification).where(Notification.user_id == cast.employer.id)).all()
    assert len(told) == 1
