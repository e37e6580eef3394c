"""The annexes of an agreement: the team, the legs of an exchange, the milestones, as tables that are part of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models import Pairing
from web.services.pairing_parts import goals_of, legs_of
from web.services.policy_details import DETAILS

Row = tuple[str, ...]
_IN_TERMS = ("site", "mentor", "trainees")
"""Parts of a mode whose answers stand among the terms, not in a table of their own."""
_WAYS = {"west": "东部到西部", "east": "西部到东部"}


@dataclass(frozen=True, slots=True)
class Annex:
    """One table: its name, the words over its columns, and its rows."""

    name: str
    head: Row
    rows: tuple[Row, ...]


def annexes_of(pairing: Pairing) -> tuple[Annex, ...]:
    """The annexes that this pairing has, in the order in which the agreement numbers them."""
    return tuple(one for one in (_team(pairing), _legs(pairing), _milestones(pairing)) if one.rows)


def answers_of(pairing: Pairing) -> Iterator[tuple[str, str]]:
    """(question, answer) of what was agreed on the site, the mentor and the trainees."""
    details = pairing.details or {}
    for one in DETAILS:
        answer = details.get(one.key)
        if one.part in _IN_TERMS and one.part in pairing.mode.parts and answer not in (None, ""):
            is_number = isinstance(answer, int | float)
            yield (
                one.question.zh,
                f"{answer:g}{'' if one.unit.zh == '%' else ' '}{one.unit.zh}" if is_number else str(answer),
            )


def _team(pairing: Pairing) -> Annex:
    led_by_others = any(member.is_leader for member in pairing.members)
    own = (pairing.expert.name, pairing.expert.institution, "团员" if led_by_others else "团长")
    others = tuple((one.name, one.institution, "团长" if one.is_leader else "团员") for one in pairing.members)
    return Annex("团队成员", ("姓名", "工作单位", "分工"), (own, *others) if others else ())


def _legs(pairing: Pairing) -> Annex:
    rows = tuple(
        (_WAYS.get(one.direction, ""), one.name, one.organisation, f"{_day(one.starts)} 至 {_day(one.ends)}")
        for one in legs_of(pairing)
    )
    return Annex("互派人员和时间", ("方向", "姓名", "派出的单位", "起止日期"), rows)


def _milestones(pairing: Pairing) -> Annex:
    rows = tuple(
        (one.title, _day(one.due), "" if one.budget is None else f"{one.budget:,.10g}", one.source)
        for one in goals_of(pairing.details or {})
    )
    return Annex("节点和经费", ("节点", "完成日期", "经费（万元）", "经费来源"), rows)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
