"""Which rules concern a pairing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Pairing, PolicyRule
from models.choices import RuleState
from web.services.need_submission import today_in_china


def rules_for(session: Session, pairing: Pairing, *, today: date | None = None) -> list[PolicyRule]:
    """The rules that concern the pairing on the day; a region's own stands in for the general one."""
    return concerning(standing(session, today=today), pairing, today=today)


def standing(session: Session, *, today: date | None = None) -> list[PolicyRule]:
    """Of each rule the published version; before its first day the one that it takes the place of."""
    day = today or today_in_china()
    kept: dict[str, list[PolicyRule]] = {}
    rows = select(PolicyRule).where(PolicyRule.state != RuleState.DRAFT)
    for row in session.scalars(rows.order_by(PolicyRule.code, PolicyRule.version.desc())):
        kept.setdefault(row.code, []).append(row)
    found = []
    for versions in kept.values():
        place = next((n for n, one in enumerate(versions) if one.state == RuleState.PUBLISHED), None)
        if place is not None:
            until_it = versions[place:]
            found.append(next((one for one in until_it if one.effective_from <= day), until_it[0]))
    return found


def concerning(rules: Iterable[PolicyRule], pairing: Pairing, *, today: date | None = None) -> list[PolicyRule]:
    """Those of the rules that concern the pairing; of one base (see `PolicyRule.base`) only the closest region's."""
    day, host = today or today_in_china(), pairing.need.organisation
    places = {host.region_code, host.jurisdiction_code}
    closest: dict[str, PolicyRule] = {}
    for rule in rules:
        if any(rule.concerns(pairing.mode_code, place, day) for place in places):
            known = closest.get(rule.base)
            if known is None or len(rule.region_prefix) > len(known.region_prefix):
                closest[rule.base] = rule
    return [closest[base] for base in sorted(closest)]
