"""Every mode from a published need to an approved pairing by the shipped rules, and what each mode's own rule stops."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from factories import LANZHOU, SHANGHAI, Maker
from pairing_acts import signed_agreement
from pairing_cast import Cast
from sqlalchemy.orm import Session

from models import Assignment, EnclaveSite, Pairing
from models.choices import Direction, ExpertKind, Mode, Outcome, PairingState, Role
from web.services import consents, pairing_approval, pairing_moves, pairing_signing, policy, public_notices
from web.services.access import actor_for
from web.services.need_submission import today_in_china
from web.services.orders import Order
from web.services.pairing_approval import RulesStandInTheWayError
from web.services.pairing_files import Upload
from web.services.pairing_parts import ExchangeTerm, Goal, TeamMember, as_details, goals_of, legs_of, team_of
from web.services.pairing_proposals import Terms

FIRST = date(2027, 3, 1)
LHASA = "540102"
MISSION = Terms("service_mission", FIRST, date(2027, 3, 21), 10.0, details={"is_civil_servant": False})
WORDS = "双方已约定"


def year(mode: str, **values: Any) -> Terms:
    return Terms(mode, FIRST, date(2028, 2, 28), 10.0, **values)


def clauses(*codes: str) -> dict[str, str]:
    return dict.fromkeys(codes, WORDS)


TEAM = (TeamMember("马团长", "中部农科院", True, False), TeamMember("田团员", "中部农科院", False, False))
LEGS = tuple(
    ExchangeTerm(way, name, "某县农技站", FIRST, FIRST + timedelta(days=20))
    for way, name in ((Direction.WEST, "江工"), (Direction.EAST, "马工"))
)
GOALS = as_details((Goal("筛出抗病品系", date(2027, 9, 30), 20.0, "中央引导地方科技发展资金"),))
MENTOR = {"mentor_name": "铁师傅", "enterprise": "某装备厂", "mentor_years": 8.0, "mentor_share": 30.0}


@dataclass(frozen=True)
class Case:
    """What a mode asks for, what its own rule is, and what would break it."""

    terms: Terms
    rule: str
    broken: Mapping[str, Any]
    """Terms that stand in for those above, or what `prepare` is told."""
    host: str = "640521"
    need: Mapping[str, Any] = field(default_factory=dict)
    expert: Mapping[str, Any] = field(default_factory=dict)


CASES: Mapping[str, Case] = {
    "dual_appointment": Case(
        year(
            "dual_appointment",
            post="首席专家",
            pay=12.0,
            details={"has_permanent_post": True, "earlier_terms": 0.0},
            clauses=clauses("term", "pay", "post", "ownership", "revenue", "confidentiality", "ip"),
        ),
        "dual_notice",
        {"notice": False},
    ),
    "talent_enclave": Case(
        replace(year("talent_enclave", details={"west_days": 20.0}), days_per_year=30.0),
        "enclave_site",
        {"site_in": LANZHOU},
    ),
    "technology_deputy": Case(
        replace(year("technology_deputy", details={"institution_ties": []}), days_per_year=90.0),
        "deputy_days",
        {"days_per_year": 60.0},
    ),
    "service_mission": Case(
        replace(MISSION, members=TEAM),
        "mission_civil_servants",
        {"members": (*TEAM, TeamMember("郑科长", "某局", False, True))},
    ),
    "extension_exchange": Case(
        replace(MISSION, mode="extension_exchange", details={}, legs=LEGS), "exchange_legs@64", {"legs": LEGS[:1]}
    ),
    "training": Case(
        replace(
            MISSION,
            mode="training",
            clauses=clauses("training"),
            details={"trainees": 40.0, "certificates_planned": 35.0, "clearance_on": "2026-06-01"},
        ),
        "altitude_clearance@54",
        {"file": False},
        host=LHASA,
        need={"altitude_m": 3650.0},
    ),
    "apprenticeship": Case(
        year("apprenticeship", details=MENTOR),
        "apprentice_mentor",
        {"details": {**MENTOR, "mentor_share": 20.0}},
        expert={"kind": ExpertKind.GRADUATE, "degree": "专科", "title": ""},
    ),
    "joint_research": Case(
        year(
            "joint_research",
            members=TEAM,
            details={"milestones": GOALS},
            clauses=clauses("team", "milestones", "funding", "ip"),
        ),
        "research_clauses",
        {"clauses": clauses("team", "funding", "ip")},
    ),
    "remote_consulting": Case(year("remote_consulting"), "day_budget", {"days_per_year": 200.0}),
}


@dataclass
class Way:
    """One pairing on its way through all who act on it."""

    cast: Cast
    session: Session
    case: Case
    folder: Path

    def order(self, pairing: Pairing) -> Order:
        self.session.flush()
        return Order(pairing.version)

    def invite(self, **broken: Any) -> Pairing:
        """Invited by the employer, accepted by the expert."""
        cast, terms = self.cast, self.case.terms
        if terms.mode == "talent_enclave":
            terms = replace(terms, site_id=self._site(broken.pop("site_in", SHANGHAI)))
        upload = None
        if broken.pop("file", True) and terms.mode == "training":
            upload = Upload(self.folder, "体检.pdf", io.BytesIO(b"%PDF-1.7 fit"))
        terms = replace(terms, **broken)
        employer, expert = actor_for(self.session, cast.employer), actor_for(self.session, cast.expert_user)
        order = Order(0)
        made = pairing_moves.invite(
            self.session, cast.need, cast.expert, terms, by=employer, order=order, upload=upload
        )
        return pairing_moves.accept(self.session, made.code, order=self.order(made), by=expert)

    def consent(self, pairing: Pairing, *, notice: bool = True) -> None:
        """The home institution's notice and consent, where the mode asks for them."""
        if not pairing.mode.needs_consent:
            return
        officer, today = actor_for(self.session, self.cast.officer), today_in_china()
        if notice:
            starts = today - timedelta(days=21)
            public_notices.start(
                self.session, pairing.code, place="公告栏", starts=starts, order=self.order(pairing), by=officer
            )
            public_notices.end(self.session, pairing.code, ends=today, order=self.order(pairing), by=officer)
        consents.consent(self.session, pairing.code, order=self.order(pairing), by=officer)

    def approve(self, pairing: Pairing) -> Pairing:
        manager = actor_for(self.session, self.cast.manager)
        return pairing_approval.approve(self.session, pairing.code, order=self.order(pairing), by=manager)

    def _site(self, region: str) -> int:
        site = EnclaveSite(organisation=self.cast.host, name="驻沪站点", region_code=region, places=2)
        self.session.add(site)
        self.session.flush()
        return site.id


@pytest.fixture
def way(make: Maker, session: Session, tmp_path: Path) -> Callable[[str], Way]:
    """The way of a mode: its host, need and expert, who wants nothing but that mode."""

    def made(mode: str) -> Way:
        case = CASES[mode]
        employer, host = make.employer(make.organisation(region_code=case.host))
        officer, expert_user = make.user(), make.user("菌未霜")
        institution = make.organisation(name="江淮农业大学", region_code="320100")
        make.grant(officer, Role.INSTITUTION, organisation_id=institution.id)
        profile = {"institution": institution.name, "days_per_year": 120.0, "modes": (mode,), "birth_year": 1980}
        expert = make.expert(expert_user, **{**profile, **case.expert})
        need = make.need(host, posted_by=employer, modes=(mode,), **case.need)
        manager = make.manager(case.host[:2])
        stranger = make.user()
        cast = Cast(make, session, employer, host, expert_user, expert, officer, institution, manager, stranger, need)
        return Way(cast, session, case, tmp_path)

    return made


def test_there_is_a_case_for_every_mode() -> None:
    assert set(CASES) == set(Mode)


@pytest.mark.parametrize("mode", list(CASES))
def test_published_need_comes_to_an_approved_pairing(way: Callable[[str], Way], session: Session, mode: str) -> None:
    on = way(mode)
    pairing = on.invite()
    on.consent(pairing)
    found = {one.rule.code: one.outcome for one in policy.look(session, pairing)}
    assert Outcome.UNKNOWN not in found.values(), found
    assert found[CASES[mode].rule] == Outcome.PASS
    assert on.approve(pairing).state == PairingState.APPROVED
    session.expire_all()
    terms = CASES[mode].terms
    assert (team_of(pairing), legs_of(pairing), pairing.details) == (terms.members, terms.legs, dict(terms.details))


@pytest.mark.parametrize("mode", list(CASES))
def test_each_modes_own_rule_stops_what_breaks_it(way: Callable[[str], Way], mode: str) -> None:
    on, broken = way(mode), dict(CASES[mode].broken)
    notice = broken.pop("notice", True)
    pairing = on.invite(**broken)
    on.consent(pairing, notice=notice)
    with pytest.raises(RulesStandInTheWayError) as raised:
        on.approve(pairing)
    assert [(one.rule.code, one.outcome) for one in raised.value.stops] == [(CASES[mode].rule, Outcome.FAIL)]
    assert pairing.state == PairingState.ACCEPTED or pairing.mode.needs_consent


@pytest.mark.parametrize(
    ("mode", "rules"),
    [
        ("talent_enclave", {"enclave_west_days@64"}),
        ("technology_deputy", {"deputy_ties"}),
        ("service_mission", {"mission_civil_servants"}),
        ("apprenticeship", {"apprentice_mentor"}),
    ],
)
def test_what_nobody_has_said_stops_the_approval(way: Callable[[str], Way], mode: str, rules: set[str]) -> None:
    on = way(mode)
    pairing = on.invite(details={})
    with pytest.raises(RulesStandInTheWayError) as raised:
        on.approve(pairing)
    assert {one.rule.code for one in raised.value.stops if one.outcome == Outcome.UNKNOWN} == rules


@pytest.mark.parametrize(
    ("details", "code", "outcome"),
    [
        ({"earlier_terms": 0.0}, "dual_renewal", Outcome.NOT_CONCERNED),
        ({"earlier_terms": 1.0}, "dual_renewal", Outcome.PASS),
        ({"earlier_terms": 2.0}, "dual_renewal", Outcome.FAIL),
        ({"has_permanent_post": False}, "dual_permanent_post", Outcome.FAIL),
        ({"person_ties": []}, "financial_ties", Outcome.PASS),
        ({"person_ties": ["founder"]}, "financial_ties", Outcome.FAIL),
        ({}, "financial_ties", Outcome.UNKNOWN),
        ({"altitude_m": 4500.0}, "altitude_clearance", Outcome.UNKNOWN),
        ({"altitude_m": 4500.0, "altitude_ok": False}, "altitude_clearance", Outcome.FAIL),
        ({"altitude_m": 4500.0, "altitude_ok": True}, "altitude_clearance", Outcome.PASS),
        ({"altitude_m": 2900.0}, "altitude_clearance", Outcome.NOT_CONCERNED),
    ],
)
def test_answers_in_the_terms_decide_what_other_records_leave_open(
    way: Callable[[str], Way], details: dict[str, Any], code: str, outcome: Outcome
) -> None:
    on = way("dual_appointment")
    on.cast.expert.ties_declared, on.cast.expert.altitude_ok = False, None
    pairing = on.invite(details=details)
    found = {one.rule.code: one.outcome for one in policy.look(on.session, pairing)}
    assert found[code] == outcome


def test_signed_milestones_are_those_of_the_assignment(make: Maker, way: Callable[[str], Way]) -> None:
    on = way("joint_research")
    pairing = on.approve(on.invite())
    signed_agreement(make, pairing)
    pairing_signing.sign(on.session, pairing.code, order=on.order(pairing), by=actor_for(on.session, on.cast.employer))
    assignment = on.session.query(Assignment).filter_by(pairing_id=pairing.id).one()
    made = [Goal(one.title, one.due, one.budget, one.source) for one in assignment.milestones]
    assert made == list(goals_of({"milestones": GOALS}))
