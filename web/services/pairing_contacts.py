"""Contact data of a pairing: for the two parties and the responsible manager, once the other side has accepted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Expert, Need, Pairing
from models.choices import Side, Subject
from models.pairing import CONTACT_STATES
from web.services.access import Actor
from web.services.errors import NotAllowedError
from web.services.journal import note_audit
from web.services.pairing_conflicts import conflict_of
from web.services.pairing_deputies import acting_on
from web.services.pairings import find, sides_of

READERS = (Side.EMPLOYER, Side.EXPERT, Side.MANAGER)


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach one party."""

    side: Side
    name: str
    phone: str
    email: str


def can_see_contacts(session: Session, pairing: Pairing, by: Actor) -> bool:
    """Whether this person may ask for contact data now."""
    sides = set(sides_of(pairing, by)).intersection(READERS)
    if not sides or pairing.state not in CONTACT_STATES:
        return False
    return sides != {Side.MANAGER} or conflict_of(session, pairing, by) is None


def contacts(session: Session, code: str, *, by: Actor) -> list[Contact]:
    """The contact data that this person may see: a party the other's, a manager both. Each look is kept.

    Raises NotAllowedError, NotFoundError.
    """
    pairing = find(session, code, by=by)
    if not can_see_contacts(session, pairing, by):
        raise NotAllowedError(
            "联系方式在对方接受之后才能看到，只供双方和负责的管理人员查看",
            "Contact data is shown after acceptance, to the two parties and the responsible manager only",
        )
    sides = sides_of(pairing, by)
    reader = acting_on(session, pairing, by) if Side.MANAGER in sides else by
    note_audit(
        session, action="contact.look", subject=Subject.PAIRING, subject_id=pairing.id, by=reader, detail=pairing.code
    )
    expert = select(Expert.name, Expert.phone, Expert.email).where(Expert.id == pairing.expert_id)
    need = select(Need.contact_name, Need.contact_phone, Need.contact_email).where(Need.id == pairing.need_id)
    known = [
        Contact(Side.EXPERT, *session.execute(expert).one()),
        Contact(Side.EMPLOYER, *session.execute(need).one()),
    ]
    return [one for one in known if one.side not in sides]
