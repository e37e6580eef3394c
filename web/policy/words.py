"""How the parts of rules are called on pages: kinds, severities, outcomes, parameters, facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import PolicyRule
from models.choices import Outcome, RuleKind, RuleState, Severity
from models.rules import KINDS, names_of
from models.rules.parameters import Spec, spec_of
from web.extensions import db
from web.gazetteer import place_name
from web.language import is_chinese, say
from web.services.policy import Looked, clause_names

KIND_NAMES: Mapping[RuleKind, LazyString] = {
    RuleKind.MINIMUM_TITLE: _l("最低职称"),
    RuleKind.MINIMUM_DEGREE: _l("最低学位"),
    RuleKind.AGE_CAP: _l("年龄上限"),
    RuleKind.TERM_CAP: _l("期限上限"),
    RuleKind.RENEWAL_CAP: _l("续签次数上限"),
    RuleKind.MINIMUM_DAYS: _l("每年最少天数"),
    RuleKind.DAY_BUDGET: _l("可服务天数够用"),
    RuleKind.REQUIRED_CONSENT: _l("派出单位同意"),
    RuleKind.PUBLIC_NOTICE: _l("公示"),
    RuleKind.REQUIRED_CLAUSES: _l("必备条款"),
    RuleKind.REQUIRED_DOCUMENTS: _l("必备材料"),
    RuleKind.NO_TIE: _l("利益关系回避"),
    RuleKind.ENCLAVE_SITE: _l("飞地站点条件"),
    RuleKind.MENTOR: _l("导师条件"),
    RuleKind.ALTITUDE_CLEARANCE: _l("高海拔适应"),
    RuleKind.COOLING_OFF: _l("间隔期"),
    RuleKind.CONCURRENT_CAP: _l("同时承担数上限"),
    RuleKind.DATE_OVERLAP: _l("驻点时间不重叠"),
    RuleKind.RECIPROCAL_LEGS: _l("互派双程"),
    RuleKind.EXCLUDED_KIND: _l("不得参加的人员"),
}
SEVERITY_NAMES: Mapping[Severity, LazyString] = {
    Severity.BLOCK: _l("必须满足"),
    Severity.WAIVABLE: _l("可申请豁免"),
    Severity.WARN: _l("仅提示"),
}
OUTCOME_NAMES: Mapping[Outcome, LazyString] = {
    Outcome.PASS: _l("通过"),
    Outcome.FAIL: _l("不通过"),
    Outcome.UNKNOWN: _l("待核实"),
    Outcome.NOT_CONCERNED: _l("不涉及"),
}
STATE_NAMES: Mapping[RuleState, LazyString] = {
    RuleState.DRAFT: _l("草稿"),
    RuleState.PUBLISHED: _l("现行"),
    RuleState.RETIRED: _l("已替换"),
}


def kind_name(rule: PolicyRule) -> str:
    """What kind of rule it is."""
    return str(KIND_NAMES[rule.kind])


def severity_name(severity: Severity) -> str:
    """What a failure does."""
    return str(SEVERITY_NAMES[severity])


def state_name(state: RuleState) -> str:
    """Where a version stands."""
    return str(STATE_NAMES[state])


def verdict(one: Looked | None) -> str:
    """What a rule found, and whether it stands in the way."""
    if one is None:
        return str(_("没有这条规则"))
    stops = "" if one.is_passed else _("，不能批准")
    return f"{OUTCOME_NAMES[one.outcome]}{stops}"


def region_name(prefix: str) -> str:
    """The place that a prefix stands for; the whole country for none."""
    return place_name(prefix.ljust(6, "0")) if prefix else str(_("全国"))


def parameter_rows(rule: PolicyRule) -> list[tuple[str, str]]:
    """(name, value in words) of each parameter."""
    kind = KINDS[rule.kind].parameters
    return [
        (spec_label(spec_of(one)), value_text(one.name, rule.parameters[one.name], spec_of(one)))
        for one in fields(kind)
        if one.name in rule.parameters
    ]


def spec_label(spec: Spec, *, with_unit: bool = False) -> str:
    """What the parameter is called, for a form with its unit."""
    name, unit = (spec.zh, spec.unit_zh) if is_chinese() else (spec.en, spec.unit_en)
    if not with_unit or not unit:
        return name
    return f"{name}（{unit}）" if is_chinese() else f"{name} ({unit})"


def value_text(name: str, value: Any, spec: Spec) -> str:
    """The value in words, with its unit."""
    if spec.type == "flag":
        return str(_("是") if value else _("否"))
    if spec.is_list:
        words = [code_name(name, one) for one in value]
        return ("、" if is_chinese() else ", ").join(words) or str(_("未指定"))
    if spec.type == "choice":
        return code_name(name, value) if value else str(_("未指定"))
    unit = spec.unit_zh if is_chinese() else spec.unit_en
    gap = "" if is_chinese() or unit == "%" else " "
    return f"{value:g}{gap}{unit}".strip()


def code_name(name: str, code: str) -> str:
    """What a code among a parameter's values stands for."""
    if name in ("provinces", "plateau"):
        return region_name(code)
    if name == "clauses":
        titles = clause_names(db.session)
        return say(titles[code]) if code in titles else code
    return names_of("zh" if is_chinese() else "en").get(code, code)


def fact_names(rule: PolicyRule) -> str:
    """The placeholders that its sentences may hold."""
    return " ".join(f"{{{name}}}" for name in KINDS[rule.kind].facts)
