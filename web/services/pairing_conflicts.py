"""Nobody decides on a pairing in which they have an interest, nor a deputy where the absent manager has one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Expert, Pairing, Tie, User
from models.choices import Role
from web.services.access import Actor, actor_for
from web.services.errors import NotAllowedError, Sentence
from web.services.interests import counted_ties, means
from web.services.pairing_deputies import givers_for
from web.services.pairings import serves
from web.services.tie_dismissals import is_dismissed


def require_unbiased(session: Session, pairing: Pairing, by: Actor) -> None:
    """Raises NotAllowedError, with the reason, for a manager who has a conflict of interest."""
    if (conflict := conflict_of(session, pairing, by)) is not None:
        raise NotAllowedError(f"{conflict.zh}，请由其他管理人员审批", f"{conflict.en}; another manager must decide")


def conflict_of(session: Session, pairing: Pairing, by: Actor) -> Sentence | None:
    """Why this manager may not decide on this pairing; None when there is no reason.

    A deputy may not where every absent manager in whose place they could do so has an interest.
    """
    if (own := _own_conflict(session, pairing, by)) is not None:
        return own
    found = [conflict_of_giver(session, pairing, giver) for giver in givers_for(pairing, by)]
    return found[0] if found and None not in found else None


def conflict_of_giver(session: Session, pairing: Pairing, user_id: int) -> Sentence | None:
    """Why an absent manager could not decide on it, as a deputy is told."""
    giver = session.get_one(User, user_id)
    conflict = _own_conflict(session, pairing, actor_for(session, giver))
    if conflict is None:
        return None
    return Sentence(
        f"您所代的管理人员 {giver.name} 与这次对接有利益关系",
        f"{giver.name}, for whom you act, has an interest in this pairing",
    )


def _own_conflict(session: Session, pairing: Pairing, by: Actor) -> Sentence | None:
    if pairing.expert.user_id is not None and pairing.expert.user_id == by.user_id:
        return Sentence("您就是这位专家", "You are the expert")
    if serves(pairing, by):
        return Sentence("您是这个团队的成员", "You are a member of the team")
    own = by.organisations(Role.EMPLOYER) | by.organisations(Role.INSTITUTION)
    if pairing.need.organisation_id in own or (pairing.institution_id in own):
        return Sentence("您是用人单位或派出单位的人", "You belong to the host or to the home institution")
    if _is_named_by_experts(session, pairing, by):
        return Sentence("专家申报了与您的利益关系", "The expert has declared a tie with you")
    return _declared(session, pairing, by)


def _is_named_by_experts(session: Session, pairing: Pairing, by: Actor) -> bool:
    ties = session.scalars(select(Tie).where(Tie.expert_id.in_(_expert_ids(pairing)))).all()
    named = [tie for tie in ties if by.name and tie.counterpart.strip() == by.name]
    return any(not is_dismissed(session, tie, host_id=pairing.need.organisation_id) for tie in named)


def _declared(session: Session, pairing: Pairing, by: Actor) -> Sentence | None:
    """The manager's own declaration, where it means the host, the home institution or somebody who would go."""
    ties = counted_ties(session, by.user_id) if by.user_id is not None else []
    if not ties:
        return None
    host, home = pairing.need.organisation, pairing.institution
    names = {host.name, host.name_en, pairing.expert.institution, *(one.institution for one in pairing.members)}
    names |= {home.name, home.name_en} if home is not None else set()
    people = set(session.scalars(select(Expert.name).where(Expert.id.in_(_expert_ids(pairing)))))
    people |= {one.name for one in pairing.members}
    for tie in ties:
        if means(tie.counterpart, organisations=names, people=people):
            name = tie.counterpart
            return Sentence(f"您申报了与“{name}”的利益关系", f"You have declared an interest in “{name}”")
    return None


def _expert_ids(pairing: Pairing) -> list[int]:
    return [pairing.expert_id, *(member.expert_id for member in pairing.members if member.expert_id)]
