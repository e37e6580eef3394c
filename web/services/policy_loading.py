"""Policy rules from `seed_data/policy_rules.yaml` into the database, without touching what is published there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import PolicyRule
from models.choices import RuleKind, RuleState, Severity
from models.columns import utc_now
from models.rules import KINDS, ParameterError, read_parameters
from web.services.errors import FieldProblem, InvalidError, Sentence
from web.services.yaml_files import read_yaml

CONTENT = (
    "kind", "modes", "region_prefix", "severity", "parameters", "name_zh", "name_en", "pass_zh", "pass_en", "fail_zh",
    "fail_en", "citation", "citation_en", "citation_url", "effective_from", "effective_to",
)  # fmt: skip
"""What makes one version of a rule differ from another."""


def load_rules(session: Session, path: Path) -> int:
    """Loads the file; gives how many rules it has.

    A rule that is not there yet is published. Where the published version came with the service and says something
    else, it is retired and the file's content becomes the next version. What an administrator published, and what one
    retired, stays. Raises InvalidError for parameters that their kind does not take.
    """
    rules = read_rules(path)
    kept: dict[str, list[PolicyRule]] = {}
    for row in session.scalars(select(PolicyRule).order_by(PolicyRule.version)):
        kept.setdefault(row.code, []).append(row)
    for rule in rules:
        _load(session, rule, kept.get(rule.code, []))
    session.flush()
    return len(rules)


def _load(session: Session, rule: PolicyRule, versions: list[PolicyRule]) -> None:
    current = next((row for row in versions if row.state == RuleState.PUBLISHED), None)
    was_published = any(row.state != RuleState.DRAFT for row in versions)
    if current is None and was_published:
        return
    if current is not None:
        if not current.is_shipped or content_of(current) == content_of(rule):
            return
        current.state = RuleState.RETIRED
        session.flush()  # before the next one, for only one version may be published
    rule.version = max((row.version for row in versions), default=0) + 1
    rule.state, rule.published_at, rule.is_shipped = RuleState.PUBLISHED, utc_now(), True
    session.add(rule)


def content_of(rule: PolicyRule) -> tuple[Any, ...]:
    """What the version says, to compare it with another."""
    return tuple(getattr(rule, name) for name in CONTENT)


def read_rules(path: Path) -> list[PolicyRule]:
    """The rules of a file, in its order, none of them in a session. Raises InvalidError, KeyError, ValueError."""
    raw = read_yaml(path)
    return [_rule(one, raw["citations"], raw["effective_from"]) for one in raw["rules"]]


def _rule(raw: Mapping[str, Any], citations: Mapping[str, Any], effective_from: date) -> PolicyRule:
    kind, cited = RuleKind(raw["kind"]), citations[raw["cite"]]
    try:
        parameters = read_parameters(KINDS[kind].parameters, raw.get("parameters", {}))
    except ParameterError as error:
        where = Sentence(f"规则 {raw['code']} 的参数 {error.name}：{error.zh}", f"rule {raw['code']}: {error}")
        raise InvalidError([FieldProblem("parameters", where)]) from error
    return PolicyRule(
        code=raw["code"],
        kind=kind,
        modes=tuple(raw.get("modes", ())),
        region_prefix=raw.get("region", ""),
        severity=Severity(raw["severity"]),
        parameters=parameters.as_json(),
        **{f"{name}_{language}": raw[name][language] for name in ("name", "pass", "fail") for language in ("zh", "en")},
        citation=cited["zh"],
        citation_en=cited["en"],
        citation_url=raw.get("url", ""),
        effective_from=raw.get("effective_from", effective_from),
        effective_to=raw.get("effective_to"),
    )
