"""Parts by mode: milestones, training, legs, messages, documents, renewals, sites."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from assignment_cast import TODAY, Cast
from factories import Maker
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from models import AssignmentMessage, Document, EnclaveSite, ExchangeLeg, Notification, TrainingSession
from models.choices import AssignmentState, PairingState, Role, Subject
from web.services import (
    assignment_documents,
    assignment_messages,
    assignments,
    documents,
    enclave_sites,
    renewals,
    training,
)
from web.services import assignment_milestones as milestones
from web.services.access import actor_for
from web.services.assignment_milestones import Goal
from web.services.enclave_sites import SiteDetails
from web.services.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from web.services.orders import Order
from web.services.training import Course

Orders = Callable[..., Order]
GOAL = Goal("完成病原鉴定", date(2026, 12, 31), budget=12.5, source="中央引导地方科技发展资金")
COURSE = Course("枸杞绿色防控", "west", date(2026, 11, 10), 6.0, 40, 38)


def fields(error: pytest.ExceptionInfo[InvalidError]) -> set[str]:
    return {problem.field for problem in error.value.problems}


def test_milestones_are_added_once_changed_and_reached(stage: Callable[..., Cast], order: Orders) -> None:
    cast = stage("joint_research")
    session, code, given = cast.session, cast.assignment.code, order()
    for _ in range(2):
        milestones.add_milestone(session, code, GOAL, order=given, by=cast.by("expert"))
    (row,) = cast.assignment.milestones
    milestones.change_milestone(
        session, code, row.id, replace(GOAL, budget=10.0), order=order(), by=cast.by("employer")
    )
    assert (row.title, row.budget, row.source) == ("完成病原鉴定", 10.0, "中央引导地方科技发展资金")
    with pytest.raises(NotAllowedError):
        milestones.reach_milestone(session, code, row.id, order=order(), by=cast.by("expert"))
    milestones.reach_milestone(session, code, row.id, order=order(), by=cast.by("employer"), today=TODAY)
    assert row.done_on == TODAY
    with pytest.raises(ConflictError):
        milestones.remove_milestone(session, code, row.id, order=order(), by=cast.by("employer"))


def test_a_milestone_names_every_problem(stage: Callable[..., Cast], order: Orders) -> None:
    cast = stage("joint_research")
    wrong = Goal(" ", date(2030, 1, 1), "长" * 501, -1.0, "源" * 121)
    with pytest.raises(InvalidError) as refused:
        milestones.add_milestone(cast.session, cast.assignment.code, wrong, order=order(), by=cast.by("expert"))
    assert fields(refused) == {"title", "due", "note", "budget", "source"}


def test_milestones_and_training_only_where_the_mode_has_them(cast: Cast, order: Orders) -> None:
    code = cast.assignment.code
    with pytest.raises(ConflictError):
        milestones.add_milestone(cast.session, code, GOAL, order=order(), by=cast.by("expert"))
    with pytest.raises(ConflictError):
        training.add_session(cast.session, code, COURSE, order=order(), by=cast.by("expert"), today=TODAY)


def test_training_is_recorded_once_and_confirmed_by_the_host(
    make: Maker, stage: Callable[..., Cast], order: Orders
) -> None:
    cast = stage("training")
    session, code, given = cast.session, cast.assignment.code, order()
    for _ in range(2):
        training.add_session(session, code, COURSE, order=given, by=cast.by("expert"), today=TODAY)
    row = session.scalars(select(TrainingSession)).one()
    for who in ("expert", "manager", "officer"):
        with pytest.raises(NotAllowedError):
            training.confirm_session(session, code, row.id, order=order(), by=cast.by(who))
    make.grant(cast.expert, Role.EMPLOYER, organisation_id=cast.host.id)
    with pytest.raises(NotAllowedError, match="You are the expert"):
        training.confirm_session(session, code, row.id, order=order(), by=cast.by("expert"))
    training.confirm_session(session, code, row.id, order=order(), by=cast.by("employer"))
    assert (row.headcount, row.certificates, row.confirmed_by_id) == (40, 38, cast.employer.id)


def test_a_training_names_every_problem(stage: Callable[..., Cast], order: Orders) -> None:
    cast = stage("training")
    wrong = [
        (Course("", "north", date(2026, 11, 21), 0.0, 0), {"title", "direction", "held_on", "hours", "headcount"}),
        (replace(COURSE, certificates=41), {"certificates"}),
        (replace(COURSE, held_on=date(2026, 8, 31)), {"held_on"}),
    ]
    for course, names in wrong:
        with pytest.raises(InvalidError) as refused:
            training.add_session(
                cast.session, cast.assignment.code, course, order=order(), by=cast.by("expert"), today=TODAY
            )
        assert fields(refused) == names


def test_both_legs_of_an_exchange_are_confirmed_after_they_were_served(
    stage: Callable[..., Cast], order: Orders
) -> None:
    cast = stage("extension_exchange")
    session, code = cast.session, cast.assignment.code
    dates = {"west": (date(2026, 9, 1), date(2026, 9, 30)), "east": (date(2026, 11, 1), date(2026, 11, 30))}
    for way, (first, last) in dates.items():
        pairing_id = cast.assignment.pairing_id
        session.add(
            ExchangeLeg(pairing_id=pairing_id, direction=way, name="马工", organisation="站", starts=first, ends=last)
        )
    session.flush()
    west, east = training.legs_of(session, cast.assignment)
    by = cast.by("employer")
    training.confirm_leg(session, code, west.id, order=order(), by=by, today=TODAY)
    with pytest.raises(ConflictError, match="2026-11-30"):
        training.confirm_leg(session, code, east.id, order=order(), by=by, today=TODAY)
    with pytest.raises(NotAllowedError):
        training.confirm_leg(session, code, west.id, order=order(), by=cast.by("expert"), today=TODAY)
    assert (west.done_at is not None, east.done_at) == (True, None)


def test_parts_of_other_assignments_are_not_there(stage: Callable[..., Cast], order: Orders) -> None:
    mine, other = stage("joint_research"), stage("joint_research")
    milestones.add_milestone(other.session, other.assignment.code, GOAL, order=order(), by=other.by("expert"))
    (row,) = other.assignment.milestones
    with pytest.raises(NotFoundError):
        milestones.reach_milestone(mine.session, mine.assignment.code, row.id, order=order(), by=mine.by("employer"))


def test_the_parties_write_to_each_other_and_nobody_else_reads(cast: Cast) -> None:
    pairing, name = cast.assignment.pairing, str(uuid4())
    for _ in range(2):
        assignment_messages.write(
            cast.session, pairing, text=" 周一到银川 ", by=cast.by("expert"), request_id=name, path="/x"
        )
    assert [one.text for one in assignment_messages.messages_of(cast.session, pairing, by=cast.by("employer"))] == [
        "周一到银川"
    ]
    told = cast.session.scalars(select(Notification.user_id)).all()
    assert told == [cast.employer.id]
    for who in ("member", "officer", "manager"):
        assert assignment_messages.messages_of(cast.session, pairing, by=cast.by(who)) == ()
        with pytest.raises(NotAllowedError):
            assignment_messages.write(cast.session, pairing, text="x", by=cast.by(who), request_id=None, path="/x")
    for text in ("  ", "长" * 2001):
        with pytest.raises(InvalidError):
            assignment_messages.write(
                cast.session, pairing, text=text, by=cast.by("expert"), request_id=None, path="/x"
            )
    assert cast.session.scalar(select(func.count()).select_from(AssignmentMessage)) == 1


def test_documents_are_added_once_by_the_parties(cast: Cast, order: Orders, tmp_path: Path) -> None:
    given = order()

    def add(who: str, how: Order) -> None:
        upload = FileStorage(io.BytesIO(b"%PDF-1.7 report"), filename="../../总结.exe")
        assignment_documents.add(cast.session, tmp_path, cast.assignment.code, upload, order=how, by=cast.by(who))

    add("expert", given)
    add("expert", given)
    with pytest.raises(NotAllowedError):
        add("officer", order())
    kept = documents.documents_of(cast.session, Subject.ASSIGNMENT, [cast.assignment.id])
    assert [one.name for one in kept] == ["总结.exe.pdf"]
    assert cast.session.scalar(select(func.count()).select_from(Document)) == 1


@pytest.mark.parametrize(("who", "state"), [("employer", PairingState.INVITED), ("expert", PairingState.APPLIED)])
def test_a_renewal_is_a_new_pairing_that_renews(cast: Cast, order: Orders, who: str, state: PairingState) -> None:
    terms, given = renewals.usual_terms(cast.assignment), order()
    assert terms.starts == date(2027, 9, 1)
    first = renewals.propose(cast.session, cast.assignment.code, terms, order=given, by=cast.by(who))
    again = renewals.propose(cast.session, cast.assignment.code, terms, order=given, by=cast.by(who))
    assert again is first
    assert (first.state, first.renews_id, first.days_per_year) == (state, cast.assignment.id, 15.0)
    assert [one.name for one in first.members] == ["苗团员", "只有名字的人"]
    with pytest.raises(ConflictError, match=first.code):
        renewals.propose(cast.session, cast.assignment.code, terms, order=order(), by=cast.by("employer"))
    first.state = PairingState.WITHDRAWN
    cast.session.flush()
    late = renewals.propose(cast.session, cast.assignment.code, terms, order=given, by=cast.by(who))
    assert late is first, "the form that is sent again makes no second one"
    first.state = PairingState.SIGNED
    made = assignments.create_from(cast.session, first, by=cast.by("employer"))
    assert made.renews is cast.assignment


def test_a_renewal_begins_after_the_old_term(cast: Cast, order: Orders) -> None:
    terms = replace(renewals.usual_terms(cast.assignment), starts=date(2027, 8, 31))
    with pytest.raises(InvalidError) as refused:
        renewals.propose(cast.session, cast.assignment.code, terms, order=order(), by=cast.by("employer"))
    assert fields(refused) == {"starts"}


def test_a_renewal_with_fewer_days_has_no_more_of_them_in_the_west(cast: Cast, order: Orders) -> None:
    cast.assignment.pairing.details = {"west_days": 15.0}
    fewer = replace(renewals.usual_terms(cast.assignment), days_per_year=8.0)
    made = renewals.propose(cast.session, cast.assignment.code, fewer, order=order(), by=cast.by("employer"))
    assert (made.days_per_year, made.details) == (8.0, {"west_days": 8.0})


def test_who_and_when_a_renewal_is_proposed(stage: Callable[..., Cast], order: Orders) -> None:
    for state in (AssignmentState.PLANNED, AssignmentState.TERMINATED):
        cast = stage(state=state)
        with pytest.raises(ConflictError):
            terms = renewals.usual_terms(cast.assignment)
            renewals.propose(cast.session, cast.assignment.code, terms, order=order(), by=cast.by("employer"))
    cast = stage()
    for who in ("member", "officer", "manager"):
        with pytest.raises(NotAllowedError):
            terms = renewals.usual_terms(cast.assignment)
            renewals.propose(cast.session, cast.assignment.code, terms, order=order(), by=cast.by(who))


SITE = SiteDetails("上海张江研发中心", "310115", "张江路 1 号", 2)


def test_an_employer_keeps_its_sites(make: Maker, session: Session) -> None:
    user, organisation = make.employer()
    by, other = actor_for(session, user), actor_for(session, make.employer()[0])
    site = enclave_sites.create_site(session, SITE, organisation_id=organisation.id, by=by)
    assert (site.is_open, site.places) == (True, 2)
    enclave_sites.set_open(session, site.id, is_open=False, by=by)
    assert not site.is_open
    with pytest.raises(NotAllowedError):
        enclave_sites.create_site(session, SITE, organisation_id=organisation.id, by=other)
    with pytest.raises(NotFoundError):
        enclave_sites.change_site(session, site.id, SITE, by=other)
    assert [one.id for one in enclave_sites.own_sites(session, by=other)] == []


def test_a_site_lies_in_the_east_and_names_every_problem(make: Maker, session: Session) -> None:
    user, organisation = make.employer()
    by = actor_for(session, user)
    for details, names in (
        (SiteDetails("", "", "长" * 201, 0), {"name", "region_code", "address", "places"}),
        (replace(SITE, region_code="640100"), {"region_code"}),
        (replace(SITE, places=None), {"places"}),
    ):
        with pytest.raises(InvalidError) as refused:
            enclave_sites.create_site(session, details, organisation_id=organisation.id, by=by)
        assert fields(refused) == names


def test_a_site_never_has_fewer_places_than_are_taken(stage: Callable[..., Cast]) -> None:
    cast = stage("talent_enclave")
    site = EnclaveSite(organisation_id=cast.host.id, name="站", region_code="310115", places=3)
    cast.session.add(site)
    cast.assignment.pairing.site = site
    cast.session.flush()
    assert enclave_sites.places_taken(cast.session, [site]) == {site.id: 1}
    enclave_sites.change_site(cast.session, site.id, replace(SITE, places=1), by=cast.by("employer"))
    with pytest.raises(InvalidError):
        enclave_sites.change_site(cast.session, site.id, replace(SITE, places=0), by=cast.by("employer"))
    second = EnclaveSite(organisation_id=cast.host.id, name="二", region_code="310115", places=3)
    cast.session.add(second)
    cast.session.flush()
    assert enclave_sites.places_taken(cast.session, [site, second])[second.id] == 0
