"""People around a pairing that needs the home institution's consent."""

from __future__ import annotations

from dataclasses import dataclass

from factories import NANJING, Maker
from sqlalchemy.orm import Session

from models import Expert, Organisation, Pairing, User
from models.choices import OrganisationKind, PairingState, Role
from web.services.access import Actor, actor_for
from web.services.orders import Order
from web.services.pairing_proposals import clauses_of

INSTITUTION = "江淮农业大学"


@dataclass
class Cast:
    """An accepted pairing on agreed terms, and everybody on its sides."""

    session: Session
    institution: Organisation
    officer: User
    expert: Expert
    employer: User
    host: Organisation
    manager: User
    pairing: Pairing

    @property
    def code(self) -> str:
        return self.pairing.code

    def by(self, user: User) -> Actor:
        """The person as services take them."""
        return actor_for(self.session, user)

    def order(self, reason: str = "", request_id: str | None = None) -> Order:
        """A form on the pairing as it is now."""
        self.session.flush()
        self.session.refresh(self.pairing)
        return Order(self.pairing.version, request_id, reason)

    @property
    def expert_user(self) -> User:
        assert self.expert.user is not None
        return self.expert.user


def cast_of(make: Maker, session: Session, *, has_institution: bool = True, **values: object) -> Cast:
    """The cast; without `has_institution` nobody has registered it yet."""
    institution = make.organisation(name=INSTITUTION, kind=OrganisationKind.UNIVERSITY, region_code=NANJING)
    officer = make.user("周处长")
    make.grant(officer, Role.INSTITUTION, organisation_id=institution.id)
    employer, host = make.employer()
    expert = make.expert(make.user("菌未霜"), institution=INSTITUTION if has_institution else "江淮畜牧学院")
    need = make.need(host, modes=("dual_appointment",))
    mode = make.mode("dual_appointment")
    words = {one.code: f"{one.title_zh}：双方约定第 {n} 款。" for n, one in enumerate(clauses_of(session, mode), 1)}
    defaults: dict[str, object] = {
        "mode": mode,
        "state": PairingState.ACCEPTED,
        "institution": institution if has_institution else None,
        "post": "首席植保专家",
        "pay": 12.5,
        "clauses": words,
    }
    pairing = make.pairing(need, expert, **{**defaults, **values})
    return Cast(session, institution, officer, expert, employer, host, make.manager("64"), pairing)
