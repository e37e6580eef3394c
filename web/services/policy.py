"""The policy engine on rows: which rules concern a pairing, what they find, what is waived, what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clause, EnclaveSite, Expert, Pairing, PolicyRule, RuleCheck, RuleResult, RuleWaiver
from models.choices import Outcome, Severity
from models.rules import Finding, PairingFacts, fill, judge
from web.services.access import Actor
from web.services.errors import Sentence
from web.services.need_submission import today_in_china
from web.services.policy_choice import concerning, rules_for
from web.services.policy_facts import facts_of
from web.services.policy_waivers import unwaive, waive

__all__ = [
    "Looked",
    "checks_of",
    "clause_names",
    "concerning",
    "evaluate",
    "look",
    "looked",
    "rules_for",
    "stops",
    "unwaive",
    "waive",
]
MET = (Outcome.PASS, Outcome.NOT_CONCERNED)


@dataclass(frozen=True, slots=True)
class Looked:
    """What one rule finds now. `waiver`: the one that counts today."""

    rule: PolicyRule
    outcome: Outcome
    severity: Severity
    facts: Mapping[str, Any]
    sentence: Sentence
    waiver: RuleWaiver | None = None

    @property
    def is_passed(self) -> bool:
        """Whether it lets an approval through: met, only a warning, or waived. A block is never waived."""
        is_waived = self.severity == Severity.WAIVABLE and self.waiver is not None
        return self.outcome in MET or self.severity == Severity.WARN or is_waived


def look(session: Session, pairing: Pairing, *, today: date | None = None) -> list[Looked]:
    """What every rule that concerns the pairing finds today; nothing is stored."""
    day = today or today_in_china()
    rules = rules_for(session, pairing, today=day)
    facts = facts_of(session, pairing, today=day)
    waivers = waivers_of(session, pairing, day)
    names = clause_names(session)
    return [looked(rule, facts, names, waivers.get((rule.code, rule.version))) for rule in rules]


def evaluate(session: Session, pairing: Pairing, *, purpose: str, by: Actor, today: date | None = None) -> RuleCheck:
    """Stores what every rule finds, with the rule's version, and gives it. Later changes of rules leave it as it is.

    Holds the expert, the team's members and the site until the transaction ends, so that of two pairings that are
    approved at once the second sees the days and places that the first has taken.
    """
    _hold(session, pairing)
    check = RuleCheck(pairing_id=pairing.id, purpose=purpose, by_id=by.user_id)
    for one in look(session, pairing, today=today):
        check.results.append(
            RuleResult(
                rule_code=one.rule.code,
                rule_version=one.rule.version,
                outcome=one.outcome,
                severity=one.severity,
                facts=dict(one.facts),
                sentence_zh=one.sentence.zh,
                sentence_en=one.sentence.en,
                waiver_reason=one.waiver.reason if one.waiver and one.severity == Severity.WAIVABLE else "",
            )
        )
    session.add(check)
    session.flush()
    return check


def stops(results: Sequence[Looked]) -> list[Looked]:
    """Those that forbid an approval: blocks, and waivable ones without a waiver, that fail or are unknown."""
    return [one for one in results if not one.is_passed]


def looked(
    rule: PolicyRule, facts: PairingFacts, names: Mapping[str, Sentence], waiver: RuleWaiver | None = None
) -> Looked:
    """What the rule finds on these facts; `names`: of clauses, by code."""
    finding = judge(rule.kind, facts, rule.parameters)
    known = {**finding.facts, **({"missing": list(finding.missing)} if finding.missing else {})}
    return Looked(rule, finding.outcome, rule.severity, known, sentence_of(rule, finding, names), waiver)


def sentence_of(rule: PolicyRule, finding: Finding, names: Mapping[str, Sentence]) -> Sentence:
    """The rule's sentence for what was found, in both languages."""
    is_pass = finding.outcome == Outcome.PASS
    zh, en = (rule.pass_zh, rule.pass_en) if is_pass else (rule.fail_zh, rule.fail_en)
    return Sentence(
        fill(zh, finding, language="zh", names={code: name.zh for code, name in names.items()}),
        fill(en, finding, language="en", names={code: name.en for code, name in names.items()}),
    )


def clause_names(session: Session) -> dict[str, Sentence]:
    """Code of a clause → its title."""
    rows = session.execute(select(Clause.code, Clause.title_zh, Clause.title_en).order_by(Clause.position))
    return {code: Sentence(zh, en) for code, zh, en in rows}


def waivers_of(session: Session, pairing: Pairing, day: date) -> dict[tuple[str, int], RuleWaiver]:
    """(code, version) of a rule → the waiver that counts on the day. A new version of a rule needs a new waiver."""
    rows = session.scalars(select(RuleWaiver).where(RuleWaiver.pairing_id == pairing.id))
    return {(row.rule_code, row.rule_version): row for row in rows if row.until is None or row.until >= day}


def checks_of(session: Session, pairing: Pairing) -> Sequence[RuleCheck]:
    """Every stored evaluation of the pairing, the latest first."""
    wanted = select(RuleCheck).where(RuleCheck.pairing_id == pairing.id)
    return session.scalars(wanted.order_by(RuleCheck.id.desc())).all()


def _hold(session: Session, pairing: Pairing) -> None:
    ids = {pairing.expert_id, *(one.expert_id for one in pairing.members if one.expert_id is not None)}
    session.execute(select(Expert.id).where(Expert.id.in_(ids)).order_by(Expert.id).with_for_update())
    if pairing.site_id is not None:
        session.execute(select(EnclaveSite.id).where(EnclaveSite.id == pairing.site_id).with_for_update())
