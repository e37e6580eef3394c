"""Every finding of the check, by a record with the fault and the same record without it. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models import Need, Organisation, Task
from models.choices import NeedState, OrganisationKind, Place, Verification
from web.services.check_words import NAMED
from web.services.checks import NeedSurroundings, need_findings
from web.services.findings import Finding, Severity, musts
from web.services.organisation_checks import OrganisationSurroundings, organisation_findings

TODAY = date(2026, 11, 25)
AROUND = NeedSurroundings(TODAY, frozenset({"ningxia"}))
PROVINCES = OrganisationSurroundings(provinces=frozenset({"64", "65", "62"}))


def organisation(**values: Any) -> Organisation:
    """A verified station in 中宁县 with a valid code."""
    sound: dict[str, Any] = {
        "credit_code": "91640521MA76DC000W",
        "name": "中宁县枸杞产业服务站",
        "kind": OrganisationKind.EXTENSION_STATION,
        "region_code": "640521",
        "is_xpcc": False,
        "intro": "管全县枸杞病虫测报和技术推广。",
        "verification": Verification.VERIFIED,
    }
    return Organisation(**{**sound, **values})


def need(**values: Any) -> Need:
    """A need in which the check finds nothing."""
    sound: dict[str, Any] = {
        "code": "XQ2026-0001",
        "organisation": organisation(),
        "state": NeedState.SUBMITTED,
        "title": "枸杞黑果病怎么治",
        "problem": "连阴雨以后枸杞果子上起黑斑，过几天整个变黑发霉，打了几遍药不见好，每亩少收三成。",
        "indicators": "雨后 48 小时内的防治方案，农残不超绿色食品标准。",
        "goal": "黑果率降到一成以内",
        "keywords": ("枸杞", "黑果"),
        "modes": ("technology_deputy", "remote_consulting"),
        "place": Place.ONSITE,
        "region_code": "640521",
        "altitude_m": None,
        "days_per_year": 90.0,
        "starts": date(2027, 1, 1),
        "ends": date(2028, 12, 31),
        "deadline": date(2026, 12, 31),
        "task": Task(code="ningxia-1", programme_code="ningxia"),
        "task_code": "ningxia-1",
        "task_confirmed": True,
    }
    return Need(**{**sound, **values})


def found(values: dict[str, Any], around: NeedSurroundings = AROUND) -> dict[str, Finding]:
    return {finding.key: finding for finding in need_findings(need(**values), around)}


def test_nothing_is_found_in_a_sound_need() -> None:
    assert need_findings(need(), AROUND) == ()


NO_TASK: dict[str, Any] = {"task": None, "task_code": None, "task_confirmed": False}
FAULTS: list[tuple[str, Severity, dict[str, Any]]] = [
    ("organisation_unverified:organisation", Severity.MUST, {"organisation": organisation(verification="pending")}),
    ("organisation_unverified:organisation", Severity.MUST, {"organisation": organisation(verification="returned")}),
    ("goal_missing:goal", Severity.MUST, {"goal": " "}),
    ("indicators_missing:indicators", Severity.LOOK, {"indicators": ""}),
    ("problem_short:problem", Severity.LOOK, {"problem": "黑" * 29}),
    ("many_days:days_per_year", Severity.LOOK, {"days_per_year": 200.5}),
    ("deadline_passed:deadline", Severity.MUST, {"deadline": date(2026, 11, 24)}),
    ("deadline_near:deadline", Severity.LOOK, {"deadline": TODAY}),
    ("deadline_near:deadline", Severity.LOOK, {"deadline": date(2026, 12, 2)}),
    ("period_long:ends", Severity.LOOK, {"ends": date(2029, 1, 31)}),
    ("period_long:ends", Severity.LOOK, {"modes": ("dual_appointment",), "ends": date(2030, 1, 31)}),
    ("altitude_missing:altitude_m", Severity.LOOK, {"region_code": "540121"}),
    ("altitude_unlikely:altitude_m", Severity.LOOK, {"altitude_m": 3001.0}),
    ("task_elsewhere:task_code", Severity.MUST, {"task": Task(code="tibet-1", programme_code="tibet")}),
    ("task_unconfirmed:task_code", Severity.LOOK, {"task_confirmed": False}),
    ("task_unconfirmed:task_code", Severity.LOOK, NO_TASK),
    ("personal_data:title", Severity.MUST, {"title": "枸杞黑果病怎么治 13900001234"}),
    ("personal_data:problem", Severity.MUST, {"problem": need().problem + "请写信 zhan@example.cn"}),
    ("personal_data:indicators", Severity.MUST, {"indicators": "身份证 360426199101010071"}),
    ("personal_data:goal", Severity.MUST, {"goal": "详询 0955-5021234"}),
    ("personal_data:keywords", Severity.MUST, {"keywords": ("枸杞", "微信 ma_zhan_88")}),
]


@pytest.mark.parametrize(("key", "severity", "fault"), FAULTS)
def test_the_fault_and_nothing_else_is_found(key: str, severity: Severity, fault: dict[str, Any]) -> None:
    findings = found(fault)
    assert list(findings) == [key]
    finding = findings[key]
    assert finding.severity == severity
    assert finding.sentence.zh
    assert finding.sentence.en
    assert finding.label == NAMED[finding.code]


SOUND: list[dict[str, Any]] = [
    {"problem": "黑" * 30},
    {"days_per_year": 200.0},
    {"days_per_year": None},
    {"deadline": date(2026, 12, 3)},
    {"deadline": None},
    {"ends": date(2028, 12, 31)},
    {"modes": ("dual_appointment",), "ends": date(2029, 12, 31)},
    {"modes": ("joint_research",), "ends": date(2033, 12, 31)},
    {"region_code": "540121", "altitude_m": 3750.0},
    {"region_code": "540121", "place": Place.REMOTE},
    {"region_code": "630123"},
    {"altitude_m": 3000.0},
    {**NO_TASK, "task_confirmed": True},
    {"goal": "2027-03-01 前黑果率降到 10%，示范 2000-5000 亩"},
]


@pytest.mark.parametrize("values", SOUND)
def test_what_lies_just_within_the_limits_is_not_found(values: dict[str, Any]) -> None:
    assert found(values) == {}


def test_a_province_without_a_programme_asks_for_no_task_and_takes_none() -> None:
    nowhere = replace(AROUND, programmes=frozenset())
    assert found(NO_TASK, nowhere) == {}
    assert list(found({}, nowhere)) == ["task_elsewhere:task_code"]


def test_similar_needs_are_named() -> None:
    finding = found({}, replace(AROUND, alike=("XQ2026-0007",)))["duplicate:title"]
    assert finding.severity == Severity.LOOK
    assert finding.codes == ("XQ2026-0007",)
    assert "XQ2026-0007" in finding.sentence.zh
    assert "XQ2026-0007" in finding.sentence.en


def test_what_must_be_put_right_comes_first() -> None:
    findings = need_findings(need(indicators="", deadline=date(2026, 1, 1), days_per_year=300.0), AROUND)
    assert [finding.severity for finding in findings] == [Severity.MUST, Severity.LOOK, Severity.LOOK]
    assert [finding.code for finding in musts(findings)] == ["deadline_passed"]


def test_only_what_the_poster_can_put_right_is_a_reason_to_return() -> None:
    pending, returned = (found({"organisation": organisation(verification=state)}) for state in ("pending", "returned"))
    assert not pending["organisation_unverified:organisation"].is_theirs
    assert returned["organisation_unverified:organisation"].is_theirs


def test_only_patterns_can_be_overruled() -> None:
    findings = need_findings(need(goal="", title="电话 13900001234", deadline=date(2026, 1, 1)), AROUND)
    assert {one.code: one.can_overrule for one in musts(findings)} == {
        "personal_data": True,
        "deadline_passed": False,
        "goal_missing": False,
    }


def test_a_finding_never_repeats_the_whole_number() -> None:
    finding = found({"goal": "详询 13900001234 或 zhang.san@example.cn"})["personal_data:goal"]
    for sentence in (finding.sentence.zh, finding.sentence.en):
        assert "139****1234" in sentence
        assert "13900001234" not in sentence
        assert "zhang.san" not in sentence


def of_organisation(values: dict[str, Any], around: OrganisationSurroundings = PROVINCES) -> list[str]:
    return [finding.key for finding in organisation_findings(organisation(**values), around)]


def test_nothing_is_found_in_a_sound_organisation() -> None:
    assert of_organisation({}) == []


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("code_wrong:credit_code", {"credit_code": "91640521MA76DC0001"}),
        ("code_elsewhere:region_code", {"region_code": "640522"}),
        ("code_elsewhere:region_code", {"region_code": "620100"}),
        ("code_elsewhere:region_code", {"is_xpcc": True}),
        ("intro_missing:intro", {"intro": ""}),
        ("personal_data:intro", {"intro": "联系马站长 13900001234"}),
    ],
)
def test_the_fault_of_an_organisation_is_found(key: str, fault: dict[str, Any]) -> None:
    assert of_organisation(fault) == [key]


@pytest.mark.parametrize(
    "values",
    [
        {"region_code": "640500"},
        {"region_code": "640000"},
        {"credit_code": "91640000MA76DC000M"},
        {"credit_code": "12100000MA76DC000Q"},
    ],
)
def test_a_code_of_a_place_above_or_below_or_of_the_centre_agrees(values: dict[str, Any]) -> None:
    assert "code_elsewhere:region_code" not in of_organisation(values)


def test_a_unit_of_the_corps_may_be_registered_in_xinjiang() -> None:
    assert "code_elsewhere:region_code" not in of_organisation(
        {"is_xpcc": True, "region_code": "659001", "credit_code": "91652327DC0079191J"}
    )


def test_a_similar_name_is_named() -> None:
    around = replace(PROVINCES, alike=(("91640521MA76DC0026", "中宁县枸杞产业服务中心"),))
    (finding,) = organisation_findings(organisation(), around)
    assert finding.key == "name_alike:name"
    assert finding.codes == ("91640521MA76DC0026",)
    assert "服务中心" in finding.sentence.zh


def test_every_word_for_a_finding_is_used() -> None:
    codes = {key.split(":")[0] for key, _, _ in FAULTS}
    codes |= {"duplicate", "code_wrong", "code_elsewhere", "intro_missing", "name_alike"}
    assert codes == set(NAMED)
