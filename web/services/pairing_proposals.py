"""What one side proposes to the other, and what is wrong with it before any policy rule is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clause, CooperationMode, EnclaveSite, Expert, Need, Pairing
from models.choices import PairingState
from web.services.errors import FieldProblem, Sentence
from web.services.home_institutions import institution_of
from web.services.need_submission import today_in_china
from web.services.pairing_part_problems import detail_problems, leg_problems, team_problems
from web.services.pairing_parts import ExchangeTerm, TeamMember, legs_of, team_of, write_legs, write_team

LONGEST_TERM_DAYS = 3660
MESSAGE_CHARS, CLAUSE_CHARS, POST_CHARS = 1000, 2000, 80


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
    members: tuple[TeamMember, ...] = ()
    legs: tuple[ExchangeTerm, ...] = ()

    @classmethod
    def of(cls, pairing: Pairing) -> Terms:
        """Those that stand."""
        values = {one.name: getattr(pairing, one.name) for one in fields(cls) if one.name not in _READ}
        return cls(mode=pairing.mode_code, members=team_of(pairing), legs=legs_of(pairing), **values)

    def write(self, pairing: Pairing) -> None:
        """Puts them on the pairing."""
        for one in fields(self):
            if one.name not in (*_READ, "clauses", "details"):
                setattr(pairing, one.name, getattr(self, one.name))
        pairing.mode_code = self.mode
        pairing.clauses, pairing.details = dict(self.clauses), dict(self.details)
        write_team(pairing, self.members)
        write_legs(pairing, self.legs)


_READ = ("mode", "members", "legs")
"""Terms that a pairing keeps in another form."""


def offered_modes(need: Need, expert: Expert) -> tuple[str, ...]:
    """Modes that both want; where they have none in common, those of the need, for the expert to judge."""
    return tuple(mode for mode in need.modes if mode in expert.modes) or need.modes


def problems(
    session: Session, terms: Terms, *, need: Need, expert: Expert, standing: str = "", today: date | None = None
) -> list[FieldProblem]:
    """Everything that keeps the terms from being proposed. `standing`: the mode that was agreed on before."""
    modes = {*offered_modes(need, expert), standing}
    found = []
    if terms.mode not in modes or session.get(CooperationMode, terms.mode) is None:
        found.append(_problem("mode", "请从列出的合作方式中选一种", "Choose one of the modes that are listed"))
    today, term = today or today_in_china(), (terms.starts, terms.ends)
    found += [*_of_time(terms, today), *_of_amounts(terms), *_of_texts(terms)]
    found += [*team_problems(terms.members, expert.id), *leg_problems(terms.legs, term)]
    found += detail_problems(terms.details, term, terms.days_per_year or 0.0, today)
    if terms.site_id is not None and not _is_site_of(session, terms.site_id, need):
        found.append(_problem("site_id", "请从本单位的飞地站点中选", "Choose a site of this organisation"))
    return found


def _problem(name: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(name, Sentence(zh, en))


def _of_time(terms: Terms, today: date) -> list[FieldProblem]:
    if terms.starts is None or terms.ends is None:
        name = "starts" if terms.starts is None else "ends"
        return [_problem(name, "请填写起止日期", "Give the first and the last day")]
    if terms.ends < terms.starts:
        return [_problem("ends", "结束日期早于开始日期", "The last day lies before the first")]
    if terms.ends < today:
        return [_problem("ends", "结束日期已经过去", "The last day has passed")]
    if (terms.ends - terms.starts).days > LONGEST_TERM_DAYS:
        return [_problem("ends", "期限超过十年，请核对年份", "The term is over ten years; check the year")]
    return []


def _of_amounts(terms: Terms) -> list[FieldProblem]:
    found = []
    if terms.days_per_year is None or not 0.5 <= terms.days_per_year <= 366:
        found.append(_problem("days_per_year", "“每年天数”填 0.5 至 366", "Days a year: 0.5 to 366"))
    elif (terms.days_per_year * 2) % 1:
        found.append(_problem("days_per_year", "“每年天数”以半天为单位", "Days a year: in half days"))
    if terms.pay is not None and not 0 <= terms.pay <= 100_000:
        found.append(_problem("pay", "“报酬”填 0 至 100000 万元", "Pay a year: CNY 0 to 1,000,000,000"))
    return found


def _of_texts(terms: Terms) -> list[FieldProblem]:
    texts = [("message", terms.message, MESSAGE_CHARS), ("post", terms.post, POST_CHARS)]
    texts += [(f"clause-{code}", words, CLAUSE_CHARS) for code, words in terms.clauses.items()]
    return [
        _problem(name, f"最多 {most} 字，现在 {len(text)} 字", f"At most {most} characters, now {len(text)}")
        for name, text, most in texts
        if len(text) > most
    ]


def _is_site_of(session: Session, site_id: int, need: Need) -> bool:
    owner = session.scalar(select(EnclaveSite.organisation_id).where(EnclaveSite.id == site_id, EnclaveSite.is_open))
    return owner == need.organisation_id


def proposed(need: Need, expert: Expert, *, today: date | None = None) -> Terms:
    """Terms to begin from: the need's dates within the expert's first window that fits, and the lesser days."""
    today = today or today_in_china()
    starts, ends = max(need.starts or today, today), need.ends
    for window in sorted(expert.windows, key=lambda one: one.starts):
        if window.ends >= starts and (ends is None or window.starts <= ends):
            starts, ends = max(starts, window.starts), min(ends or window.ends, window.ends)
            break
    days = [value for value in (need.days_per_year, expert.days_per_year) if value]
    modes = offered_modes(need, expert)
    return Terms(modes[0] if modes else "", starts, ends, min(days) if days else None)


def sites_of(session: Session, need: Need) -> list[EnclaveSite]:
    """The open enclave sites of the need's employer, by name."""
    named = select(EnclaveSite).where(EnclaveSite.organisation_id == need.organisation_id, EnclaveSite.is_open)
    return list(session.scalars(named.order_by(EnclaveSite.name, EnclaveSite.id)))


def clauses_of(session: Session, mode: CooperationMode) -> list[Clause]:
    """The clauses of a mode's agreement, in its order."""
    known = {clause.code: clause for clause in session.scalars(select(Clause).where(Clause.code.in_(mode.clauses)))}
    return [known[code] for code in mode.clauses if code in known]


def draft_pairing(
    session: Session, terms: Terms, *, need: Need, expert: Expert, standing: Pairing | None = None
) -> Pairing | None:
    """A pairing on these terms that is in no session, to look at the rules with; None while terms are missing.

    `standing`: the pairing whose terms they would become.
    """
    mode = session.get(CooperationMode, terms.mode)
    if mode is None or None in (terms.starts, terms.ends, terms.days_per_year):
        return None
    pairing = Pairing(need=need, expert=expert, mode=mode, institution=institution_of(session, expert))
    terms.write(pairing)
    pairing.need_id, pairing.expert_id, pairing.state = need.id, expert.id, PairingState.INVITED
    pairing.site = session.get(EnclaveSite, terms.site_id) if terms.site_id is not None else None
    if standing is not None:
        pairing.id, pairing.state, pairing.renews_id = standing.id, standing.state, standing.renews_id
        pairing.institution = standing.institution
    return pairing
