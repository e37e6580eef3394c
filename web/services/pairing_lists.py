"""Lists of pairings: those of a need, and all in which a person takes part, what waits for them first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from models import Expert, Need, Pairing
from models.choices import PairingState, Role, Side
from models.pairing import OPEN_PAIRINGS
from web.services.access import Actor
from web.services.paging import Page, page_of
from web.services.pairing_waits import awaiting, on_side
from web.services.pairings import parts
from web.services.searching import matches


@dataclass(frozen=True, slots=True)
class PairingFilter:
    """Which pairings: in these states (none: all), with these words, only those that wait for the reader."""

    q: str = ""
    states: tuple[PairingState, ...] = ()
    waits: bool = False


def pairings_on(
    session: Session, side: Side, wanted: PairingFilter, *, by: Actor, number: int = 1, need: Need | None = None
) -> Page[Pairing]:
    """A page of the pairings on whose side the person stands: what waits for that side first, then the latest."""
    statement = select(Pairing).where(*_conditions(side, wanted, by))
    if need is not None:
        statement = statement.where(Pairing.need_id == need.id)
    order = (awaiting(side).desc(), Pairing.state_since.desc(), Pairing.id.desc())
    return page_of(session, statement.options(*parts()).order_by(*order), number=number)


def state_counts(session: Session, side: Side, wanted: PairingFilter, *, by: Actor) -> Counter[PairingState]:
    """How many there are in each state, whichever states are asked for."""
    anywhere = PairingFilter(q=wanted.q, waits=wanted.waits)
    counted = select(Pairing.state, func.count(Pairing.id)).where(*_conditions(side, anywhere, by))
    return Counter(dict(session.execute(counted.group_by(Pairing.state)).all()))


def open_codes(session: Session, need: Need, experts: Iterable[Expert]) -> Mapping[int, str]:
    """The codes of the need's open pairings with these experts, by the expert's id."""
    ids = [expert.id for expert in experts]
    rows = session.execute(
        select(Pairing.expert_id, Pairing.code).where(
            Pairing.need_id == need.id, Pairing.expert_id.in_(ids), Pairing.state.in_(OPEN_PAIRINGS)
        )
    )
    return dict(rows.all())


def own_expert(session: Session, *, by: Actor) -> Expert | None:
    """The person's own profile without personal data; None where there is none, or no such role."""
    if not by.has(Role.EXPERT):
        return None
    return session.scalar(select(Expert).where(Expert.user_id == by.user_id))


def count_of_need(session: Session, need: Need) -> int:
    """How many pairings the need has ever had."""
    return session.scalar(select(func.count(Pairing.id)).where(Pairing.need_id == need.id)) or 0


def _conditions(side: Side, wanted: PairingFilter, by: Actor) -> list[ColumnElement[bool]]:
    conditions = [on_side(side, by)]
    if wanted.states:
        conditions.append(Pairing.state.in_(wanted.states))
    if wanted.waits:
        conditions.append(awaiting(side))
    return [*conditions, _has_words(wanted.q, side)] if wanted.q else conditions


def _has_words(q: str, side: Side) -> ColumnElement[bool]:
    """By code or need; by the expert's name too, but for an employer who asked for codes until acceptance."""
    named = Pairing.expert.has(matches(Expert.search_text, q))
    if side == Side.EMPLOYER:
        named = named & ~(Pairing.need.has(Need.hides_names.is_(True)))
    return or_(Pairing.code.contains(q, autoescape=True), Pairing.need.has(matches(Need.search_text, q)), named)
