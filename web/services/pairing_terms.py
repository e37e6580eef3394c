"""The terms of a pairing: what is proposed, what is wrong with it, and who has agreed to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import CooperationMode, EnclaveSite, Expert, Need, Pairing
from models.choices import PairingState, Side, Subject, Topic
from models.columns import utc_now
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotAllowedError, Sentence
from web.services.journal import note_move, notify
from web.services.orders import Order, was_done
from web.services.pairings import locked, people_on, require_seen, role_of, sides_of

LONGEST_TERM_DAYS = 3660
MESSAGE_CHARS, CLAUSE_CHARS, POST_CHARS = 1000, 2000, 80
OPEN_TO_REVISE = (PairingState.INVITED, PairingState.APPLIED, PairingState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one side proposes. Days are a year's; `pay` is in 万元 a year; `clauses`: code → words."""

    mode: str
    starts: date | None
    ends: date | None
    days_per_year: float | None
    message: str = ""
    post: str = ""
    pay: float | None = None
    clauses: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)
    site_id: int | None = None

    @classmethod
    def of(cls, pairing: Pairing) -> Terms:
        """Those that stand."""
        values = {one.name: getattr(pairing, one.name) for one in fields(cls) if one.name != "mode"}
        return cls(mode=pairing.mode_code, **values)

    def write(self, pairing: Pairing) -> None:
        """Puts them on the pairing."""
        for one in fields(self):
            if one.name not in ("mode", "clauses", "details"):
                setattr(pairing, one.name, getattr(self, one.name))
        pairing.mode_code = self.mode
        pairing.clauses, pairing.details = dict(self.clauses), dict(self.details)


def problems(session: Session, terms: Terms, *, need: Need, expert: Expert) -> list[FieldProblem]:
    """Everything that keeps the terms from being proposed; policy rules are another matter and come later."""
    found: list[FieldProblem] = []

    def wrong(name: str, zh: str, en: str) -> None:
        found.append(FieldProblem(name, Sentence(zh, en)))

    mode = session.get(CooperationMode, terms.mode)
    if mode is None or (need.modes and terms.mode not in need.modes):
        wrong("mode", "请从需求列出的合作方式中选一种", "Choose one of the modes that the need names")
    if terms.starts is None or terms.ends is None:
        name = "starts" if terms.starts is None else "ends"
        wrong(name, "请填写起止日期", "Give the first and the last day")
    elif terms.ends < terms.starts:
        wrong("ends", "结束日期早于开始日期", "The last day lies before the first")
    elif (terms.ends - terms.starts).days > LONGEST_TERM_DAYS:
        wrong("ends", "期限超过十年，请核对年份", "The term is over ten years; check the year")
    if terms.days_per_year is None or not 0.5 <= terms.days_per_year <= 366:
        wrong("days_per_year", "“每年天数”填 0.5 至 366", "Days a year: 0.5 to 366")
    elif (terms.days_per_year * 2) % 1:
        wrong("days_per_year", "“每年天数”以半天为单位", "Days a year: in half days")
    if terms.pay is not None and not 0 <= terms.pay <= 100_000:
        wrong("pay", "“报酬”填 0 至 100000 万元", "Pay: 0 to 100,000 (in 10,000 yuan)")
    for name, text, most in (("message", terms.message, MESSAGE_CHARS), ("post", terms.post, POST_CHARS)):
        if len(text) > most:
            wrong(name, f"最多 {most} 字，现在 {len(text)} 字", f"At most {most} characters, now {len(text)}")
    for code, words in terms.clauses.items():
        if len(words) > CLAUSE_CHARS:
            wrong(f"clause-{code}", f"最多 {CLAUSE_CHARS} 字", f"At most {CLAUSE_CHARS} characters")
    if terms.site_id is not None and not _is_site_of(session, terms.site_id, need):
        wrong("site_id", "请从本单位的飞地站点中选", "Choose a site of this organisation")
    return found


def _is_site_of(session: Session, site_id: int, need: Need) -> bool:
    owner = session.scalar(select(EnclaveSite.organisation_id).where(EnclaveSite.id == site_id, EnclaveSite.is_open))
    return owner == need.organisation_id


def revise(session: Session, code: str, terms: Terms, *, order: Order, by: Actor) -> Pairing:
    """Changes the terms; the other party must agree anew. Raises InvalidError, OvertakenError, NotAllowedError."""
    pairing = locked(session, code, by=by)
    side = _party(pairing, by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    require_seen(session, pairing, order)
    if pairing.state not in OPEN_TO_REVISE:
        raise ConflictError(
            "现在不能再改条款；如需改动，请项目管理人员退回", "Terms are fixed now; ask the manager to return it"
        )
    if wrong := problems(session, terms, need=pairing.need, expert=pairing.expert):
        raise InvalidError(wrong)
    if Terms.of(pairing) == terms:
        return pairing
    terms.write(pairing)
    _agree_alone(pairing, side)
    _note(session, pairing, "revise", side, order, by)
    other = Side.EXPERT if side == Side.EMPLOYER else Side.EMPLOYER
    sentence = Sentence(
        f"对接 {pairing.code}（{pairing.need.title}）的条款有改动，请确认是否同意",
        f"The terms of pairing {pairing.code} have changed; say whether you agree",
    )
    notify(session, people_on(session, pairing, other), sentence, path=f"/pairings/{pairing.code}", topic=Topic.ANSWER)
    return pairing


def agree(session: Session, code: str, *, order: Order, by: Actor) -> Pairing:
    """One party agrees to the terms as they stand. Raises OvertakenError, NotAllowedError."""
    pairing = locked(session, code, by=by)
    side = _party(pairing, by)
    if was_done(session, order, Subject.PAIRING, pairing.id):
        return pairing
    require_seen(session, pairing, order)
    if pairing.state not in OPEN_TO_REVISE:
        raise ConflictError("现在不需要再确认条款", "There is nothing to agree to now")
    if side == Side.EMPLOYER:
        pairing.employer_agreed_at = utc_now()
    else:
        pairing.expert_agreed_at = utc_now()
    _note(session, pairing, "agree", side, order, by)
    return pairing


def _party(pairing: Pairing, by: Actor) -> Side:
    side = next((one for one in sides_of(pairing, by) if one in (Side.EMPLOYER, Side.EXPERT)), None)
    if side is None:
        raise NotAllowedError("条款由用人单位和专家商定", "Terms are settled by the employer and the expert")
    return side


def _agree_alone(pairing: Pairing, side: Side) -> None:
    now = utc_now()
    pairing.employer_agreed_at = now if side == Side.EMPLOYER else None
    pairing.expert_agreed_at = now if side == Side.EXPERT else None


def _note(session: Session, pairing: Pairing, name: str, side: Side, order: Order, by: Actor) -> None:
    session.flush()
    note_move(
        session,
        subject=Subject.PAIRING,
        subject_id=pairing.id,
        move=name,
        change=(pairing.state, pairing.state),
        by=by,
        role=role_of(side),
        seen_version=order.version,
        request_id=order.request_id,
    )
