"""Everybody who has a part in a pairing, for tests of its services and pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from factories import Maker
from sqlalchemy.orm import Session

from models import Expert, Need, Organisation, Pairing, User
from models.choices import PairingState, Role, Side
from models.columns import utc_now
from web.services.access import Actor, actor_for
from web.services.pairing_proposals import Terms

TERMS = Terms("service_mission", date(2027, 3, 1), date(2027, 12, 31), 10.0)


@dataclass
class Cast:
    """Everybody who has a part in a pairing, and a stranger."""

    make: Maker
    session: Session
    employer: User
    host: Organisation
    expert_user: User
    expert: Expert
    officer: User
    institution: Organisation
    manager: User
    stranger: User
    need: Need

    def pairing(self, state: PairingState = PairingState.INVITED, **values: Any) -> Pairing:
        """A pairing of the two; `needs_consent` makes it one of a mode that does, or not."""
        needs_consent = values.pop("needs_consent", None)
        if needs_consent is not None:
            values["mode"] = self.make.mode(needs_consent=needs_consent)
        given = {"state": state, "institution": self.institution, "state_since": utc_now(), **values}
        return self.make.pairing(self.need, self.expert, **given)

    def by(self, side: Side | None) -> Actor:
        """Who acts on that side; None is the stranger."""
        people = {
            Side.EMPLOYER: self.employer,
            Side.EXPERT: self.expert_user,
            Side.INSTITUTION: self.officer,
            Side.MANAGER: self.manager,
            None: self.stranger,
        }
        return actor_for(self.session, people[side])


def make_cast(make: Maker, session: Session) -> Cast:
    """A new cast."""
    employer, host = make.employer()
    expert_user, officer, stranger = make.user("菌未霜"), make.user(), make.user()
    institution = make.organisation(region_code="320100", name="江淮农业大学")
    make.grant(officer, Role.INSTITUTION, organisation_id=institution.id)
    make.grant(stranger, Role.EMPLOYER, organisation_id=make.organisation().id)
    make.expert(stranger)
    expert = make.expert(expert_user, institution="江淮农业大学", phone="19912345678", email="jun@example.org")
    need = make.need(host, posted_by=employer, contact_phone="19987654321", contact_name="马站长")
    manager = make.manager("64")
    return Cast(make, session, employer, host, expert_user, expert, officer, institution, manager, stranger, need)
