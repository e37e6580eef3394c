"""“What if”: which open pairings a draft would judge otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Need, Organisation, Pairing, PolicyRule
from models.pairing import OPEN_PAIRINGS
from web.services.access import Actor
from web.services.need_submission import today_in_china
from web.services.policy import Looked, clause_names, concerning, looked, waivers_of
from web.services.policy_choice import standing
from web.services.policy_drafts import draft_of
from web.services.policy_facts import facts_of


@dataclass(frozen=True, slots=True)
class Change:
    """One open pairing that the draft judges otherwise; None: no rule concerns it, before or after."""

    pairing: str
    """Its code: nobody's name is needed here."""
    before: Looked | None
    after: Looked | None

    @property
    def is_newly_stopped(self) -> bool:
        """Whether the draft would stop what nothing of this rule stops now."""
        return (self.after is not None and not self.after.is_passed) and (self.before is None or self.before.is_passed)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The day that was tried, how many open pairings the rule concerns before or after, and those that change."""

    day: date
    tested: int
    changes: Sequence[Change]


def what_if(session: Session, code: str, *, by: Actor, today: date | None = None) -> WhatIf:
    """Every open pairing under the rule as it is and under its draft, on the draft's first day or today.

    Nothing is stored. Raises NotFoundError, NotAllowedError.
    """
    draft = draft_of(session, code, by=by)
    day = max(today or today_in_china(), draft.effective_from)
    family = [rule for rule in standing(session, today=day) if rule.base == draft.base]
    drafted = [*(rule for rule in family if rule.code != draft.code), draft]
    names, tested, changes = clause_names(session), 0, []
    for pairing in _open_pairings(session):
        rules = [_one(concerning(some, pairing, today=day)) for some in (family, drafted)]
        if rules == [None, None]:
            continue
        tested += 1
        if rules[0] is rules[1]:
            continue
        facts, waivers = facts_of(session, pairing, today=day), waivers_of(session, pairing, day)
        before, after = (
            None if rule is None else looked(rule, facts, names, waivers.get((rule.code, rule.version)))
            for rule in rules
        )
        if _verdict(before) != _verdict(after):
            changes.append(Change(pairing.code, before, after))
    return WhatIf(day, tested, changes)


def _open_pairings(session: Session) -> Sequence[Pairing]:
    return session.scalars(
        select(Pairing)
        .where(Pairing.state.in_(OPEN_PAIRINGS))
        .order_by(Pairing.code)
        .options(
            joinedload(Pairing.need)
            .joinedload(Need.organisation)
            .load_only(Organisation.region_code, Organisation.is_xpcc),
            joinedload(Pairing.need).undefer(Need.contact_name),
            joinedload(Pairing.expert),
            joinedload(Pairing.mode),
            selectinload(Pairing.members),
        )
    ).all()


def _one(rules: list[PolicyRule]) -> PolicyRule | None:
    return rules[0] if rules else None


def _verdict(one: Looked | None) -> tuple[object, ...]:
    return (None, True) if one is None else (one.outcome, one.is_passed)
