"""Who is told of what happens to a claimed outcome: whose turn it is, and the expert."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import IndicatorClaim
from models.choices import ClaimState, Side, Topic
from web.services.access import Actor
from web.services.assignment_notices import tell_side
from web.services.errors import Sentence

MOVES: dict[str, Sentence] = {
    "claim": Sentence("申报成果", "outcome claimed"),
    "amend": Sentence("修改成果", "outcome amended"),
    "confirm": Sentence("确认成果", "outcome confirmed"),
    "reject": Sentence("退回成果", "outcome rejected"),
}
"""What each move is called once it is made."""
_TOLD: dict[str, tuple[Side, ...]] = {
    ClaimState.CLAIMED: (Side.EMPLOYER,),
    ClaimState.HOST_CONFIRMED: (Side.MANAGER,),
    ClaimState.CONFIRMED: (Side.EXPERT,),
    ClaimState.REJECTED: (Side.EXPERT,),
}
"""By the state that it has now; the expert is asked only where something was rejected."""


def tell_claim(session: Session, claim: IndicatorClaim, move: str, *, by: Actor) -> None:
    """Tells whoever must act next, or the expert how it ended."""
    assignment, row, said = claim.assignment, claim.indicator, MOVES[move]
    reason = (f"：{claim.state_note}", f": {claim.state_note}") if claim.state_note else ("", "")
    sentence = Sentence(
        f"任务 {assignment.code} {said.zh}：{row.name_zh} {claim.value:g} {row.unit_zh}{reason[0]}",
        f"Assignment {assignment.code}, {said.en}: {row.name_en}, {claim.value:g} {row.unit_en}{reason[1]}",
    )
    topic = Topic.PROGRESS if claim.state == ClaimState.CONFIRMED else Topic.ANSWER
    for side in _TOLD[claim.state]:
        tell_side(session, assignment, side, sentence, by=by, topic=topic)
