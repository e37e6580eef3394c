"""What an agreement says: its parties, terms and clauses, taken from a pairing, and what is still missing for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Organisation, Pairing, Region, StateChange
from models.choices import PairingState, Subject
from web.services.agreement_annexes import Annex, annexes_of, answers_of
from web.services.errors import Sentence
from web.services.need_submission import CHINA
from web.services.pairing_proposals import clauses_of
from web.services.policy_details import is_settled

LINE = "________"
"""Stands in the file for what was never filled in."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something without which no agreement is made; `anchor` is the id of its field in the form of the terms."""

    sentence: Sentence
    anchor: str


@dataclass(frozen=True, slots=True)
class Party:
    """One party: 甲方, its role, and its lines (name of the line, text)."""

    word: str
    role: str
    name: str
    lines: tuple[tuple[str, str], ...]
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class AgreementText:
    """Everything that the file shows, in its order."""

    title: str
    code: str
    parties: tuple[Party, ...]
    terms: tuple[tuple[str, str], ...]
    clauses: tuple[tuple[str, str], ...]
    approval: str
    """Who has approved, and when; empty before."""
    annexes: tuple[Annex, ...] = ()


def missing(session: Session, pairing: Pairing) -> list[Missing]:
    """Everything that keeps an agreement from being made, by its name."""
    found = []

    def lacks(zh: str, en: str, anchor: str) -> None:
        found.append(Missing(Sentence(zh, en), anchor))

    if not pairing.post.strip():
        lacks("岗位没有填写", "The post is not given", "post")
    if pairing.pay is None:
        lacks("报酬没有填写（不付报酬填 0）", "The pay is not given (0 for none)", "pay")
    for clause in clauses_of(session, pairing.mode):
        words = str(pairing.clauses.get(clause.code, "")).strip()
        anchor = f"clause-{clause.code}"
        if not words:
            lacks(f"条款“{clause.title_zh}”没有内容", f"The clause “{clause.title_en}” is empty", anchor)
        elif not is_settled(words):
            lacks(f"条款“{clause.title_zh}”还有空格未填", f"The clause “{clause.title_en}” has blanks", anchor)
    if pairing.mode.needs_consent and pairing.institution is None:
        lacks("派出单位还没有登记", "The home institution is not registered yet", "institution")
    if not pairing.is_agreed:
        lacks("双方还没有都同意现在的条款", "Both parties have yet to agree to these terms", "agree")
    return found


def text_of(session: Session, pairing: Pairing) -> AgreementText:
    """The whole text; a clause that the parties have left empty stands in its model words."""
    words = pairing.clauses
    clauses = [
        (one.title_zh, str(words.get(one.code) or one.text_zh).strip()) for one in clauses_of(session, pairing.mode)
    ]
    return AgreementText(
        title=f"{pairing.mode.name_zh}{'三方' if pairing.mode.needs_consent else ''}协议书",
        code=pairing.code,
        parties=_parties(session, pairing),
        terms=_terms(pairing),
        clauses=tuple(clauses),
        approval=_approval(session, pairing),
        annexes=annexes_of(pairing),
    )


def approved_on(session: Session, pairing: Pairing) -> StateChange | None:
    """The approval that counts now; None before."""
    if pairing.state not in (PairingState.APPROVED, PairingState.SIGNED):
        return None
    moves = (
        StateChange.subject == Subject.PAIRING,
        StateChange.subject_id == pairing.id,
        StateChange.move == "approve",
    )
    return session.scalar(select(StateChange).where(*moves).order_by(StateChange.id.desc()).limit(1))


def _parties(session: Session, pairing: Pairing) -> tuple[Party, ...]:
    expert, host = pairing.expert, pairing.need.organisation
    lines = (("工作单位", expert.institution), ("职称", expert.title), ("学位", expert.degree))
    known = tuple((name, str(text)) for name, text in lines if text)
    parties = (
        _organisation(session, "甲方", "用人单位", host),
        Party("乙方", "专家", expert.name, known, is_person=True),
    )
    if pairing.mode.needs_consent and pairing.institution is not None:
        return (*parties, _organisation(session, "丙方", "派出单位", pairing.institution))
    return parties


def _organisation(session: Session, word: str, role: str, organisation: Organisation) -> Party:
    place = _place(session, organisation.region_code)
    return Party(word, role, organisation.name, (("统一社会信用代码", organisation.credit_code), ("所在地", place)))


def _place(session: Session, adcode: str) -> str:
    names: list[str] = []
    region = session.get(Region, adcode)
    while region is not None:
        names.insert(0, region.name)
        region = session.get(Region, region.parent_code) if region.parent_code else None
    return "".join(names)


def _terms(pairing: Pairing) -> tuple[tuple[str, str], ...]:
    rows = [
        ("合作需求", f"{pairing.need.title}（{pairing.need.code}）"),
        ("合作方式", pairing.mode.name_zh),
        ("聘期", f"{_day(pairing.starts)} 至 {_day(pairing.ends)}"),
        ("岗位", pairing.post or LINE),
        ("每年服务天数", f"{pairing.days_per_year:g} 天"),
        ("报酬", _pay(pairing.pay)),
    ]
    if pairing.site is not None:
        rows.append(("工作地点", f"{pairing.site.name} {pairing.site.address}".strip()))
    return (*rows, *answers_of(pairing))


def _pay(pay: float | None) -> str:
    if pay is None:
        return f"每年人民币 {LINE} 万元"
    return f"每年人民币 {pay:,.10g} 万元" if pay else "不支付报酬"


def _approval(session: Session, pairing: Pairing) -> str:
    change = approved_on(session, pairing)
    if change is None:
        return ""
    who = change.actor.name if change.actor else ""
    return f"本合作经项目管理人员 {who} 于 {_day(change.at.astimezone(CHINA).date())}批准（对接编号 {pairing.code}）。"


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
