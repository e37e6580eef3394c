"""What the pages of rules show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import CooperationMode, PolicyRule
from models.choices import Role, RuleKind, RuleState, Severity
from web.services.access import Actor
from web.services.errors import NotFoundError
from web.services.need_submission import today_in_china
from web.services.paging import Page
from web.services.policy_choice import standing

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class WantedRules:
    """Filters of the list; empty ones let everything pass. A region lets the national rules pass too."""

    text: str = ""
    mode: str = ""
    region: str = ""
    severity: Severity | None = None
    kind: RuleKind | None = None
    has_draft: bool = False


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule of the list: the version that holds (else the last one), and its draft."""

    rule: PolicyRule
    draft: PolicyRule | None

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code


def rules_page(session: Session, wanted: WantedRules, *, by: Actor, number: int = 1) -> Page[RuleRow]:
    """A page of all rules by code. Raises NotAllowedError for others than administrators."""
    by.require(Role.ADMINISTRATOR)
    rows = [row for row in _rows(session) if _fits(row, wanted)]
    number = min(max(1, number), max(1, -(-len(rows) // PAGE_SIZE)))
    shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Page(shown, number, PAGE_SIZE, len(rows))


def regions_with_rules(session: Session) -> list[str]:
    """The prefixes of regions that have rules of their own."""
    return sorted({row for row in session.scalars(select(PolicyRule.region_prefix).distinct()) if row})


def versions_of(session: Session, code: str, *, by: Actor) -> Sequence[PolicyRule]:
    """Every version of the rule, the latest first, a draft before them. Raises NotFoundError, NotAllowedError."""
    by.require(Role.ADMINISTRATOR)
    rows = session.scalars(
        select(PolicyRule).where(PolicyRule.code == code).options(joinedload(PolicyRule.edited_by))
    ).all()
    if not rows:
        raise NotFoundError("没有这条规则", "There is no such rule")
    return sorted(rows, key=lambda row: (row.state != RuleState.DRAFT, -row.version))


def all_modes(session: Session) -> Sequence[CooperationMode]:
    """Every mode, in its order."""
    return session.scalars(select(CooperationMode).order_by(CooperationMode.position, CooperationMode.code)).all()


@dataclass(frozen=True, slots=True)
class Chapter:
    """The rules of one mode, or with no mode those that concern every one."""

    mode: CooperationMode | None
    rules: Sequence[PolicyRule]


def published_chapters(session: Session, *, today: date | None = None) -> list[Chapter]:
    """What holds now or will: rules for every mode first, then each mode with its own; the national before regions'."""
    day = today or today_in_china()
    published = session.scalars(select(PolicyRule).where(PolicyRule.state == RuleState.PUBLISHED)).all()
    rows = {row.id: row for row in (*published, *standing(session, today=day))}.values()
    rules = sorted(
        (row for row in rows if row.effective_to is None or row.effective_to >= day),
        key=lambda row: (row.base, row.region_prefix, row.effective_from),
    )
    general = [rule for rule in rules if _is_general(rule)]
    own = [rule for rule in rules if not _is_general(rule)]
    modes = all_modes(session)
    return [
        Chapter(None, general),
        *(Chapter(mode, [rule for rule in own if mode.code in rule.modes]) for mode in modes),
    ]


MANY = 5
"""A rule for so many modes stands with those for every mode."""


def _is_general(rule: PolicyRule) -> bool:
    return not rule.modes or len(rule.modes) >= MANY


def _rows(session: Session) -> list[RuleRow]:
    versions: dict[str, list[PolicyRule]] = {}
    for rule in session.scalars(select(PolicyRule).order_by(PolicyRule.code, PolicyRule.version.desc())):
        versions.setdefault(rule.code, []).append(rule)
    found = []
    for rows in versions.values():
        draft = next((row for row in rows if row.state == RuleState.DRAFT), None)
        published = next((row for row in rows if row.state == RuleState.PUBLISHED), None)
        found.append(RuleRow(published or rows[0], draft))
    return found


def _fits(row: RuleRow, wanted: WantedRules) -> bool:
    rule, text = row.rule, wanted.text.casefold()
    return (
        text in f"{rule.code} {rule.name_zh} {rule.name_en}".casefold()
        and (not wanted.mode or not rule.modes or wanted.mode in rule.modes)
        and (not wanted.region or not rule.region_prefix or wanted.region.startswith(rule.region_prefix))
        and (wanted.severity is None or rule.severity == wanted.severity)
        and (wanted.kind is None or rule.kind == wanted.kind)
        and (not wanted.has_draft or row.draft is not None)
    )
