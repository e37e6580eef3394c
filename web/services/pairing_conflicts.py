"""Nobody decides on a pairing in which they have an interest of their own."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Pairing, Tie
from models.choices import Role
from web.services.access import Actor
from web.services.errors import NotAllowedError, Sentence


def require_unbiased(session: Session, pairing: Pairing, by: Actor) -> None:
    """Raises NotAllowedError, with the reason, for a manager who has a conflict of interest."""
    if (conflict := conflict_of(session, pairing, by)) is not None:
        raise NotAllowedError(f"{conflict.zh}，请由其他管理人员审批", f"{conflict.en}; another manager must decide")


def conflict_of(session: Session, pairing: Pairing, by: Actor) -> Sentence | None:
    """Why this manager may not decide on this pairing; None when there is no reason."""
    if pairing.expert.user_id == by.user_id:
        return Sentence("您就是这位专家", "You are the expert")
    own = by.organisations(Role.EMPLOYER) | by.organisations(Role.INSTITUTION)
    if pairing.need.organisation_id in own or (pairing.institution_id in own):
        return Sentence("您是用人单位或派出单位的人", "You belong to the host or to the home institution")
    ids = [pairing.expert_id, *(member.expert_id for member in pairing.members if member.expert_id)]
    named = session.scalars(select(Tie.counterpart).where(Tie.expert_id.in_(ids)))
    if by.name and by.name in {one.strip() for one in named}:
        return Sentence("专家申报了与您的利益关系", "The expert has declared a tie with you")
    return None
