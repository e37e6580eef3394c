"""Which organisation of the service an expert comes from."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Expert, Organisation, Pairing
from models.choices import Verification
from models.pairing import OPEN_PAIRINGS


def institution_of(session: Session, expert: Expert) -> Organisation | None:
    """The verified organisation that bears the name of the expert's institution; None while there is none."""
    if not expert.institution.strip():
        return None
    named = select(Organisation).where(
        Organisation.name == expert.institution.strip(), Organisation.verification == Verification.VERIFIED
    )
    return session.scalars(named.order_by(Organisation.id).limit(1)).first()


def adopt(session: Session, organisation: Organisation) -> int:
    """Makes a newly verified institution known to the open pairings of its experts that have none; gives how many."""
    waiting = (
        select(Pairing)
        .join(Pairing.expert)
        .where(
            Pairing.institution_id.is_(None),
            Pairing.state.in_(OPEN_PAIRINGS),
            Expert.institution == organisation.name,
        )
    )
    rows = session.scalars(waiting).all()
    for pairing in rows:
        pairing.institution_id = organisation.id
    return len(rows)
