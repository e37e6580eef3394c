"""Who is told of a move of a pairing, and who must act next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import Pairing
from models.choices import PairingState, Side, Topic
from web.services.access import Actor
from web.services.errors import Sentence
from web.services.journal import notify
from web.services.pairings import MOVES, people_on


def awaited(pairing: Pairing) -> Side | None:
    """The side that must act next; None when nobody must."""
    if pairing.state == PairingState.INVITED:
        return Side.EXPERT
    if pairing.state in (PairingState.APPLIED, PairingState.APPROVED):
        return Side.EMPLOYER
    if pairing.state == PairingState.ACCEPTED:
        if not pairing.is_agreed:
            return Side.EMPLOYER if pairing.employer_agreed_at is None else Side.EXPERT
        return Side.INSTITUTION if pairing.mode.needs_consent else Side.MANAGER
    return Side.MANAGER if pairing.state == PairingState.CONSENTED else None


def awaited_people(session: Session, pairing: Pairing) -> list[int]:
    """Those who must act next. Where the home institution has no officer yet, the expert must name one."""
    side = awaited(pairing)
    if side is None:
        return []
    return people_on(session, pairing, side) or (
        people_on(session, pairing, Side.EXPERT) if side == Side.INSTITUTION else []
    )


ASKS: dict[Side, Sentence] = {
    Side.EXPERT: Sentence("请您答复", "please answer"),
    Side.EMPLOYER: Sentence("请贵单位办理", "please act on it"),
    Side.INSTITUTION: Sentence("请派出单位办理同意手续", "the home institution's consent is asked"),
    Side.MANAGER: Sentence("请审批", "please decide"),
}


def tell(session: Session, pairing: Pairing, move: str, *, by: Actor) -> None:
    """Tells the parties what happened, and those who must act next that they must."""
    said, path = MOVES[move], f"/pairings/{pairing.code}"
    title = pairing.need.title
    reason = f"：{pairing.state_note}" if pairing.state_note else ""
    happened = Sentence(
        f"对接 {pairing.code}（{title}）：{said.zh}{reason}",
        f"Pairing {pairing.code} ({title}): {said.en}{': ' + pairing.state_note if pairing.state_note else ''}",
    )
    next_ones = [one for one in awaited_people(session, pairing) if one != by.user_id]
    side = awaited(pairing)
    if side is not None and next_ones:
        ask = Sentence(f"{happened.zh}。{ASKS[side].zh}", f"{happened.en}. {ASKS[side].en.capitalize()}")
        notify(session, next_ones, ask, path=path, topic=Topic.ANSWER)
    sides = [Side.EMPLOYER, Side.EXPERT]
    if move in ("approve", "reject", "return", "withdraw", "expire", "sign"):
        sides.append(Side.INSTITUTION)
    others = [one for one in people_on(session, pairing, *sides) if one != by.user_id and one not in next_ones]
    notify(session, others, happened, path=path, topic=Topic.PROGRESS)
