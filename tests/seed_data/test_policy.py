"""The modes, clauses and rules that come with the project: whole, in both languages, and filled from their facts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from models import PolicyRule
from models.choices import Mode, Outcome
from models.mode import PARTS, UNITS
from models.rules import KINDS, Finding, fill, placeholders, read_parameters
from web.services.policy_loading import read_rules

SEED = Path(__file__).parents[2] / "seed_data"
PLAN = SEED / "programmes.yaml"
RULES = read_rules(SEED / "policy_rules.yaml")
HAN = re.compile(r"[㐀-鿿]")
TEXTS = ("pass_zh", "pass_en", "fail_zh", "fail_en")


def listed(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((SEED / f"{name}.yaml").read_text("utf-8"))[name])


def test_there_are_the_nine_modes_with_known_parts_and_clauses() -> None:
    modes, clauses = listed("modes"), {clause["code"] for clause in listed("clauses")}
    assert [mode["code"] for mode in modes] == [mode.value for mode in Mode]
    for mode in modes:
        assert set(mode["parts"]) <= set(PARTS) and mode["unit"] in UNITS
        assert set(mode["clauses"]) <= clauses and len(mode["clauses"]) >= 3
        assert HAN.search(mode["summary_zh"]) and not HAN.search(mode["summary_en"] + mode["name_en"])
    assert {clause for mode in modes for clause in mode["clauses"]} == clauses


def test_every_clause_has_blanks_in_both_languages() -> None:
    for clause in listed("clauses"):
        assert "____" in clause["text_zh"] and "____" in clause["text_en"]
        assert HAN.search(clause["title_zh"]) and not HAN.search(clause["title_en"] + clause["text_en"])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_whole(rule: PolicyRule) -> None:
    kind = KINDS[rule.kind]
    assert read_parameters(kind.parameters, rule.parameters).as_json() == rule.parameters
    assert set(rule.modes) <= {mode.value for mode in Mode}
    assert HAN.search(rule.name_zh + rule.citation) and HAN.search(rule.pass_zh) and HAN.search(rule.fail_zh)
    assert not HAN.search(rule.name_en + rule.pass_en + rule.fail_en + rule.citation_en)
    assert rule.pass_en and rule.fail_en and rule.citation_en
    for name in TEXTS:
        assert set(placeholders(getattr(rule, name))) <= set(kind.facts), name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rules_sentences_are_filled_in_both_languages(rule: PolicyRule) -> None:
    finding = Finding(Outcome.FAIL, {name: ["equity", "site_full"] for name in KINDS[rule.kind].facts})
    for name in TEXTS:
        text = fill(getattr(rule, name), finding, language=name[-2:])
        assert "{" not in text and (name.endswith("zh") or not HAN.search(text))
    unknown = Finding(Outcome.UNKNOWN, {}, ("title",))
    assert "职称" in fill(rule.pass_zh, unknown, language="zh") and "title" in fill(
        rule.pass_en, unknown, language="en"
    )


def test_codes_are_unique_and_a_regional_rule_names_its_region() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    for rule in RULES:
        assert rule.code.partition("@")[2] == rule.region_prefix


@pytest.mark.parametrize("mode", list(Mode)[:-1])
def test_every_mode_with_particular_rules_has_them(mode: Mode) -> None:
    assert any(rule.modes == (mode.value,) or (mode.value in rule.modes and len(rule.modes) < 4) for rule in RULES)


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [
        ("dual_notice", "working_days", 5),
        ("dual_term", "months", 36),
        ("dual_renewal", "most", 1),
        ("deputy_days", "days", 90.0),
        ("deputy_term", "months", 24),
        ("deputy_ties", "holders", ["person", "institution"]),
        ("apprentice_mentor", "years", 3.0),
        ("apprentice_mentor", "share", 25.0),
        ("altitude_clearance", "above_m", 3000.0),
        ("mission_civil_servants", "excluded", ["civil_servant"]),
        ("dual_clauses", "clauses", ["term", "pay", "post", "ownership", "revenue", "confidentiality", "ip"]),
        ("altitude_clearance@54", "needs_document", True),
    ],
)
def test_the_numbers_of_the_design(code: str, name: str, value: object) -> None:
    rule = next(rule for rule in RULES if rule.code == code)
    assert rule.parameters[name] == value


def test_what_is_quoted_from_the_plan_stands_in_it() -> None:
    """Quotations in citations are compared with the plan's own words in the tasks of `programmes.yaml`."""
    programmes = yaml.safe_load(PLAN.read_text("utf-8"))["programmes"]
    plan = "".join(task["text_zh"] for one in programmes for task in one["tasks"])
    plan += "".join(task["title_zh"] for one in programmes for task in one["tasks"])
    plain = re.sub(r"[“”‘’，。、；]", "", plan)
    general = "按规定通过中央引导地方科技发展资金支持东西部科技合作相关工作"
    for rule in RULES:
        for quoted in re.findall(r"：“(.+?)”(?:；|$|“)", rule.citation):
            words = re.sub(r"[“”‘’，。、；]", "", quoted)
            assert words in plain or words == general, rule.code
