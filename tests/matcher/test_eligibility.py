from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.eligibility import HIGH_ALTITUDE_M, EligibilityTable, NeedEligibilityTable, check, is_eligible
from matcher.types import Expert, Need, RuleResult
from matcher.vocabulary import MODES

EXPERT = Expert(
    "e1",
    title="副教授",
    degree="博士",
    institution="江南大学",
    modes=("training", "remote_consulting"),
    days_per_year=20,
    available_from=date(2026, 3, 1),
    available_to=date(2026, 8, 31),
    altitude_ok=True,
    regions=("63", "6405"),
)
NEED = Need(
    "n1",
    modes=("training",),
    days_per_year=20,
    starts=date(2026, 8, 31),
    ends=date(2026, 12, 31),
    min_title="副高",
    min_degree="硕士",
    altitude_m=3650,
    exclude_institutions=("华东大学",),
    places=("640521",),
)
RULES = ("mode", "dates", "region", "days_per_year", "min_title", "min_degree", "altitude", "excluded_institution")


def only(need: Need, expert: Expert) -> RuleResult:
    (result,) = check(need, expert)
    return result


def names_all(result: RuleResult, *facts: str) -> bool:
    return all(fact in result.zh and fact in result.en for fact in facts)


def test_a_fitting_expert_passes_every_rule_in_a_fixed_order() -> None:
    results = check(NEED, EXPERT)
    assert [(result.rule, result.outcome) for result in results] == [(rule, "pass") for rule in RULES]
    assert is_eligible(results)


def test_a_need_without_conditions_sets_no_rules() -> None:
    assert check(Need("n1"), EXPERT) == ()


def test_what_a_profile_does_not_state_is_unknown_and_never_excludes() -> None:
    results = check(NEED, Expert("e2"))
    # No region named means anywhere, so that is no open question.
    assert [(result.rule, result.outcome) for result in results] == [(r, "unknown") for r in RULES if r != "region"]
    assert is_eligible(results)
    assert all("请核实" in result.zh and "please check" in result.en for result in results)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"modes": ("dual_appointment",)}, "mode"),
        ({"available_to": date(2026, 8, 30)}, "dates"),
        ({"days_per_year": 19.5}, "days_per_year"),
        ({"title": "讲师"}, "min_title"),
        ({"degree": "本科"}, "min_degree"),
        ({"altitude_ok": False}, "altitude"),
        ({"regions": ("65", "640522")}, "region"),
        ({"windows": ((date(2026, 1, 1), date(2026, 8, 30)), (date(2027, 1, 1), date(2027, 6, 30)))}, "dates"),
        ({"institution": "华东大学附属医院"}, "excluded_institution"),
        ({"kind": "graduate"}, "kind"),
    ],
)
def test_one_failed_rule_excludes_and_is_the_only_one_that_failed(change: dict[str, object], rule: str) -> None:
    results = check(NEED, replace(EXPERT, **change))
    assert [result.rule for result in results if result.outcome == "fail"] == [rule]
    assert not is_eligible(results)


def test_a_graduate_is_matched_with_apprenticeships_only() -> None:
    graduate = Expert("g1", kind="graduate", modes=("training", "apprenticeship"))
    refused, _ = check(Need("n1", modes=("training",)), graduate)
    assert (refused.rule, refused.outcome) == ("kind", "fail")
    assert "现代学徒制" in refused.zh and "apprenticeships only" in refused.en
    allowed, _ = check(Need("n1", modes=("training", "apprenticeship")), graduate)
    assert (allowed.rule, allowed.outcome) == ("kind", "pass")
    assert only(Need("n1"), graduate).outcome == "fail"


def test_modes_are_named_as_people_know_them() -> None:
    need = Need("n1", modes=("joint_research", "training"))
    both = only(need, EXPERT)
    assert (both.zh, both.en) == ("双方都接受：人才培训", "both accept: training")
    neither = only(need, Expert("e1", modes=("talent_enclave",)))
    assert neither.outcome == "fail"
    assert all(name in neither.zh for name in ("联合攻关", "人才培训", "人才飞地"))
    assert all(name in neither.en for name in ("joint research", "training", "talent enclave"))


@pytest.mark.parametrize(
    ("available", "wanted", "outcome"),
    [
        (("2026-03-01", "2026-08-31"), ("2026-08-31", None), "pass"),
        (("2026-03-01", "2026-08-31"), ("2026-09-01", None), "fail"),
        (("2026-03-01", "2026-08-31"), (None, "2026-03-01"), "pass"),
        (("2026-03-01", "2026-08-31"), (None, "2026-02-28"), "fail"),
        ((None, "2026-08-31"), ("2026-08-01", "2026-12-31"), "pass"),
        ((None, "2026-08-31"), ("2026-09-01", "2026-12-31"), "fail"),
        (("2026-03-01", None), ("2030-01-01", "2030-12-31"), "pass"),
        ((None, None), ("2030-01-01", "2030-12-31"), "unknown"),
    ],
)
def test_the_expert_must_be_there_on_one_day_of_the_need(
    available: tuple[str | None, str | None], wanted: tuple[str | None, str | None], outcome: str
) -> None:
    first, last, starts, ends = (day and date.fromisoformat(day) for day in (*available, *wanted))
    result = only(Need("n1", starts=starts, ends=ends), Expert("e1", available_from=first, available_to=last))
    assert (result.rule, result.outcome) == ("dates", outcome)
    if outcome != "unknown":
        assert names_all(result, *(day for day in (*available, *wanted) if day))


@pytest.mark.parametrize(("given_days", "outcome"), [(30, "pass"), (30.5, "pass"), (29.5, "fail"), (None, "unknown")])
def test_the_expert_gives_at_least_the_days_asked_for(given_days: float | None, outcome: str) -> None:
    result = only(Need("n1", days_per_year=30), Expert("e1", days_per_year=given_days))
    assert (result.rule, result.outcome) == ("days_per_year", outcome)
    if given_days:
        assert names_all(result, "30", f"{given_days:g}")


@pytest.mark.parametrize(
    ("asked", "held", "outcome", "zh", "en"),
    [
        ("副高", "教授", "pass", ("副高", "教授", "正高"), "rank 3 or higher, the expert's is rank 4 (教授)"),
        ("副高", "副研究员", "pass", ("副高", "副研究员"), "rank 3 or higher, the expert's is rank 3 (副研究员)"),
        ("副高", "工程师", "fail", ("副高", "工程师", "中级"), "rank 3 or higher, the expert's is rank 2 (工程师)"),
        ("副高", "", "unknown", ("专家未填写职称",), "does not state the title"),
        ("副高", "处长", "unknown", ("专家职称“处长”无法识别",), "the expert's title (处长) is not recognised"),
        ("行家", "教授", "unknown", ("需求要求的职称“行家”无法识别",), "the title asked for (行家) is not recognised"),
    ],
)
def test_a_title_is_at_least_of_the_rank_asked_for(
    asked: str, held: str, outcome: str, zh: tuple[str, ...], en: str
) -> None:
    result = only(Need("n1", min_title=asked), Expert("e1", title=held))
    assert (result.rule, result.outcome) == ("min_title", outcome)
    assert all(fact in result.zh for fact in zh)
    assert en in result.en


@pytest.mark.parametrize(
    ("asked", "held", "outcome", "zh", "en"),
    [
        ("硕士", "博士", "pass", ("硕士", "博士"), "rank 3 or higher, the expert's is rank 4 (博士)"),
        ("博士", "博士在读", "fail", ("博士在读", "硕士"), "rank 4 or higher, the expert's is rank 3 (博士在读)"),
        ("硕士", "", "unknown", ("专家未填写学位",), "does not state the degree"),
        ("硕士", "高中", "unknown", ("专家学位“高中”无法识别",), "the expert's degree (高中) is not recognised"),
        ("高学历", "博士", "unknown", ("需求要求的学位“高学历”无法识别",), "the degree asked for (高学历)"),
    ],
)
def test_a_degree_is_at_least_the_one_asked_for(
    asked: str, held: str, outcome: str, zh: tuple[str, ...], en: str
) -> None:
    result = only(Need("n1", min_degree=asked), Expert("e1", degree=held))
    assert (result.rule, result.outcome) == ("min_degree", outcome)
    assert all(fact in result.zh for fact in zh)
    assert en in result.en


@pytest.mark.parametrize(("fit", "outcome"), [(True, "pass"), (False, "fail"), (None, "unknown")])
def test_a_post_above_3000_metres_needs_an_expert_fit_for_it(fit: bool | None, outcome: str) -> None:
    result = only(Need("n1", altitude_m=4500), Expert("e1", altitude_ok=fit))
    assert (result.rule, result.outcome) == ("altitude", outcome)
    assert names_all(result, "4500")


def test_a_post_at_3000_metres_asks_nothing() -> None:
    assert check(Need("n1", altitude_m=HIGH_ALTITUDE_M), Expert("e1", altitude_ok=False)) == ()


@pytest.mark.parametrize(
    ("institution", "outcome"),
    [
        ("江南大学", "fail"),
        (" 江南 大学食品学院", "fail"),
        ("江北大学", "pass"),
        ("", "unknown"),
    ],
)
def test_an_institution_kept_out_is_kept_out_with_its_parts(institution: str, outcome: str) -> None:
    result = only(Need("n1", exclude_institutions=("", "江南大学")), Expert("e1", institution=institution))
    assert (result.rule, result.outcome) == ("excluded_institution", outcome)
    if outcome == "fail":
        assert names_all(result, "江南大学")
    if outcome == "pass":
        assert names_all(result, institution)


def test_institutions_are_compared_without_case_and_width() -> None:
    result = only(Need("n1", exclude_institutions=("ACME Ltd",)), Expert("e1", institution="ａｃｍｅＬＴＤ"))
    assert result.outcome == "fail"


FIRST_DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 6))
DAYS = st.none() | FIRST_DAYS
MODE_LISTS = st.lists(st.sampled_from([*[*MODES][:4], "apprenticeship"]), max_size=3).map(tuple)
TITLES = st.sampled_from(["", "教授", "副教授", "讲师", "助教", "处长", "Engineer"])
DEGREES = st.sampled_from(["", "博士", "硕士", "本科", "大专", "高中"])
AMOUNTS = st.none() | st.sampled_from([0.5, 10, 10.5, 30])
INSTITUTIONS = st.sampled_from(["", " ", "江南大学", "江南 大学食品学院", "华东大学", "ACME", "acme Ltd"])

NEEDS = st.builds(
    Need,
    id=st.just("n"),
    modes=MODE_LISTS,
    days_per_year=AMOUNTS,
    starts=DAYS,
    ends=DAYS,
    min_title=TITLES,
    min_degree=DEGREES,
    altitude_m=st.none() | st.sampled_from([-100, HIGH_ALTITUDE_M, 3000.5, 5000]),
    exclude_institutions=st.lists(INSTITUTIONS, max_size=2).map(tuple),
    places=st.lists(st.sampled_from(["640521", "659001", "660000"]), max_size=2).map(tuple),
)
EXPERTS = st.builds(
    Expert,
    id=st.just("e"),
    kind=st.sampled_from(["expert", "expert", "graduate"]),
    title=TITLES,
    degree=DEGREES,
    institution=INSTITUTIONS,
    modes=MODE_LISTS,
    days_per_year=AMOUNTS,
    available_from=DAYS,
    available_to=DAYS,
    altitude_ok=st.sampled_from([None, True, False]),
    windows=st.lists(st.tuples(FIRST_DAYS, FIRST_DAYS).map(lambda pair: (min(pair), max(pair))), max_size=2).map(tuple),
    regions=st.lists(st.sampled_from(["64", "6405", "65", "66"]), max_size=2).map(tuple),
)


@given(needs=st.lists(NEEDS, min_size=1, max_size=4), experts=st.lists(EXPERTS, max_size=12))
@settings(max_examples=200, deadline=None)
def test_the_mask_says_the_same_as_the_rules(needs: list[Need], experts: list[Expert]) -> None:
    table = EligibilityTable(experts)
    assert len(table) == len(experts)
    for need in needs:
        assert table.mask(need).tolist() == [is_eligible(check(need, expert)) for expert in experts]


@given(needs=st.lists(NEEDS, max_size=12), experts=st.lists(EXPERTS, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_the_mask_from_the_experts_side_says_the_same_as_the_rules(needs: list[Need], experts: list[Expert]) -> None:
    table = NeedEligibilityTable(needs)
    assert len(table) == len(needs)
    for expert in experts:
        assert table.mask(expert).tolist() == [is_eligible(check(need, expert)) for need in needs]


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        (("remote_consulting",), ("joint_research", "joint_research")),
        (("service_mission", "service_mission"), ("extension_exchange",)),
    ],
)
def test_a_mode_written_twice_is_still_that_mode(asked: tuple[str, ...], offered: tuple[str, ...]) -> None:
    need, expert = Need("n1", modes=asked), Expert("e1", modes=offered)
    assert EligibilityTable([expert]).mask(need).tolist() == [is_eligible(check(need, expert))] == [False]


@pytest.mark.parametrize(
    ("excluded", "institution", "outcome"),
    [
        ("浙江大学", "浙江大学", "fail"),
        ("浙江大学", "浙江大学医学院附属第一医院", "fail"),
        ("河南大学", "河南科技大学", "pass"),
        ("农业大学", "合肥包河农业大学", "pass"),
        ("Nanjing University", "Nanjing University of Science and Technology", "pass"),
        ("Nanjing University", "nanjing  university, School of Medicine", "fail"),
    ],
)
def test_an_institution_is_kept_out_with_its_parts_but_not_with_its_namesakes(
    excluded: str, institution: str, outcome: str
) -> None:
    need, expert = Need("n", exclude_institutions=(excluded,)), Expert("e", institution=institution)
    assert [result.outcome for result in check(need, expert)] == [outcome]
    assert EligibilityTable([expert]).mask(need).tolist() == [outcome == "pass"]
