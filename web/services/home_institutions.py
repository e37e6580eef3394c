"""Which organisation of the service an expert comes from."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Expert, Organisation
from models.choices import Verification


def institution_of(session: Session, expert: Expert) -> Organisation | None:
    """The verified organisation that bears the name of the expert's institution; None while there is none."""
    if not expert.institution.strip():
        return None
    named = select(Organisation).where(
        Organisation.name == expert.institution.strip(), Organisation.verification == Verification.VERIFIED
    )
    return session.scalars(named.order_by(Organisation.id).limit(1)).first()
