"""Deputies of absent managers: for whom somebody decides on a pairing, and who is told beside the managers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delegation, Pairing
from web.services.access import Actor
from web.services.errors import NotAllowedError
from web.services.need_submission import today_in_china


def givers_for(pairing: Pairing, by: Actor) -> list[int]:
    """The absent managers in whose place the person may decide on it; none where they do so in their own right."""
    place = pairing.jurisdiction_code, pairing.need.programme_code
    if by.manages(*place):
        return []
    covering = [one.on_behalf_of for one in by.deputed if one.covers(*place)]
    return sorted({giver for giver in covering if giver is not None})


def acting_on(session: Session, pairing: Pairing, by: Actor) -> Actor:
    """The manager as they decide on it: in their own right, or else in the place of one who is absent.

    Of several absent managers it is the first without an interest in the pairing. Raises NotAllowedError outside the
    jurisdiction of all.
    """
    from web.services.pairing_conflicts import conflict_of_giver

    if by.manages(pairing.jurisdiction_code, pairing.need.programme_code):
        return by
    givers = givers_for(pairing, by)
    if not givers:
        raise NotAllowedError("不在您的管辖范围内", "This is outside your jurisdiction")
    free = [giver for giver in givers if conflict_of_giver(session, pairing, giver) is None]
    return replace(by, on_behalf_of=(free or givers)[0])


def with_deputies(session: Session, managers: Iterable[int], *, today: date | None = None) -> list[int]:
    """The managers and those who stand in for them today."""
    ids, day = list(managers), today or today_in_china()
    deputies = select(Delegation.to_id).where(
        Delegation.from_id.in_(ids),
        Delegation.revoked_at.is_(None),
        Delegation.starts <= day,
        Delegation.ends >= day,
    )
    return list(dict.fromkeys([*ids, *session.scalars(deputies.order_by(Delegation.id))]))
