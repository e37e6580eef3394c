"""Who is told of a move of a pairing, and who must act next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import Pairing
from models.choices import Side, Topic
from web.services.access import Actor
from web.services.errors import Sentence
from web.services.journal import notify
from web.services.pairing_waits import awaited
from web.services.pairings import MOVES, people_on

PLAIN = ("revise", "agree", "endorse")
"""Moves within one state: the note that stands on the pairing is an earlier move's."""


def awaited_people(session: Session, pairing: Pairing) -> list[int]:
    """Those who must act next. Where the home institution has no officer yet, the expert must name one."""
    side = awaited(pairing)
    if side is None:
        return []
    return people_on(session, pairing, side) or (
        people_on(session, pairing, Side.EXPERT) if side == Side.INSTITUTION else []
    )


ASKS: dict[Side, Sentence] = {
    Side.EXPERT: Sentence("请您办理", "please act on it"),
    Side.EMPLOYER: Sentence("请贵单位办理", "please act on it"),
    Side.INSTITUTION: Sentence("请派出单位办理同意手续", "the home institution's consent is asked"),
    Side.MANAGER: Sentence("请审批", "please decide"),
}


def tell(session: Session, pairing: Pairing, move: str, *, by: Actor) -> None:
    """Tells the parties what happened, and those who must act next that they must."""
    said, path, title = MOVES[move], f"/pairings/{pairing.code}", pairing.need.title
    reason = "" if move in PLAIN else pairing.state_note
    happened = Sentence(
        f"对接 {pairing.code}（{title}）：{said.zh}{'：' + reason if reason else ''}",
        f"Pairing {pairing.code} ({title}): {said.en}{': ' + reason if reason else ''}",
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
