"""Rule results of many pairings in a word each, from their last stored check: as many queries for one as for fifty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import PolicyRule, RuleCheck, RuleResult, RuleWaiver
from models.choices import Outcome, Severity
from web.services.errors import Sentence
from web.services.need_submission import today_in_china


class Verdict(StrEnum):
    """What the last check says of an approval."""

    PASSES = "passes"
    WARNED = "warned"
    WAIVABLE = "waivable"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Summary:
    """The verdict, when it was made, and the names of the rules that stand in the way."""

    verdict: Verdict
    at: datetime
    stops: tuple[Sentence, ...] = ()


def summaries(session: Session, pairing_ids: Iterable[int], *, today: date | None = None) -> Mapping[int, Summary]:
    """The pairing's id → its summary; a pairing that was never tested has none. Waivers count as they stand today."""
    ids = list(pairing_ids)
    last = select(func.max(RuleCheck.id)).where(RuleCheck.pairing_id.in_(ids)).group_by(RuleCheck.pairing_id)
    checks = session.execute(
        select(RuleCheck.id, RuleCheck.pairing_id, RuleCheck.at).where(RuleCheck.id.in_(last))
    ).all()
    waived = _waived(session, ids, today or today_in_china())
    stops = _stops(session, [one.id for one in checks])
    found = {}
    for check in checks:
        standing = [
            (severity, name)
            for severity, rule, name in stops[check.id]
            if severity != Severity.WAIVABLE or (check.pairing_id, *rule) not in waived
        ]
        found[check.pairing_id] = Summary(_verdict(standing), check.at, tuple(name for _severity, name in standing))
    return found


Stop = tuple[Severity, tuple[str, int], Sentence]


def _stops(session: Session, check_ids: list[int]) -> Mapping[int, list[Stop]]:
    """A check's id → what is not met in it, warnings too."""
    rows = session.execute(
        select(
            RuleResult.check_id,
            RuleResult.severity,
            RuleResult.rule_code,
            RuleResult.rule_version,
            PolicyRule.name_zh,
            PolicyRule.name_en,
        )
        .join(RuleResult.rule)
        .where(
            RuleResult.check_id.in_(check_ids),
            RuleResult.outcome.in_((Outcome.FAIL, Outcome.UNKNOWN)),
        )
        .order_by(RuleResult.id)
    )
    found: dict[int, list[Stop]] = defaultdict(list)
    for check_id, severity, code, version, zh, en in rows:
        found[check_id].append((severity, (code, version), Sentence(zh, en)))
    return found


def _waived(session: Session, ids: list[int], day: date) -> set[tuple[int, str, int]]:
    rows = session.execute(
        select(RuleWaiver.pairing_id, RuleWaiver.rule_code, RuleWaiver.rule_version, RuleWaiver.until).where(
            RuleWaiver.pairing_id.in_(ids)
        )
    )
    return {(number, code, version) for number, code, version, until in rows if until is None or until >= day}


def _verdict(standing: list[tuple[Severity, Sentence]]) -> Verdict:
    if not standing:
        return Verdict.PASSES
    severities = {severity for severity, _name in standing}
    if Severity.BLOCK in severities:
        return Verdict.BLOCKED
    return Verdict.WAIVABLE if Severity.WAIVABLE in severities else Verdict.WARNED
