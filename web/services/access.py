"""Who acts, in which roles and where: the value that every service takes as `by`."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Grant, User
from models.choices import GrantState, Role
from web.services.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class Authority:
    """One active role: an employer's or officer's organisation, or a manager's jurisdiction."""

    role: Role
    organisation_id: int | None = None
    adcode_prefix: str | None = None
    programmes: tuple[str, ...] = ()

    def covers(self, adcode: str, programme: str | None) -> bool:
        """Whether a manager with this authority answers for a place and, where there is one, a programme."""
        if self.role != Role.MANAGER or self.adcode_prefix is None:
            return False
        return adcode.startswith(self.adcode_prefix) and (
            not self.programmes or programme is None or programme in self.programmes
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the roles that hold now."""

    user_id: int | None
    name: str = ""
    authorities: tuple[Authority, ...] = field(default=())

    def has(self, role: Role) -> bool:
        """Whether the role holds anywhere."""
        return any(authority.role == role for authority in self.authorities)

    def organisations(self, role: Role = Role.EMPLOYER) -> frozenset[int]:
        """The organisations that the person acts for in this role."""
        return frozenset(
            authority.organisation_id
            for authority in self.authorities
            if authority.role == role and authority.organisation_id is not None
        )

    def manages(self, adcode: str, programme: str | None = None) -> bool:
        """Whether the person is a manager who answers for the place and programme."""
        return any(authority.covers(adcode, programme) for authority in self.authorities)

    def require(self, role: Role) -> None:
        """Raises NotAllowedError unless the role holds."""
        if not self.has(role):
            raise NotAllowedError("您没有办理此事的角色", "You do not have the role that this needs")

    def require_employer_of(self, organisation_id: int) -> None:
        """Raises NotAllowedError unless the person acts for the organisation as employer."""
        if organisation_id not in self.organisations(Role.EMPLOYER):
            raise NotAllowedError("该需求属于其他单位", "This belongs to another organisation")

    def require_manager_of(self, adcode: str, programme: str | None = None) -> None:
        """Raises NotAllowedError unless the person is a manager who answers for the place and programme."""
        if not self.manages(adcode, programme):
            raise NotAllowedError("不在您的管辖范围内", "This is outside your jurisdiction")


NOBODY = Actor(None)


def actor_for(session: Session, user: User) -> Actor:
    """The person's active roles."""
    grants = session.scalars(select(Grant).where(Grant.user_id == user.id, Grant.state == GrantState.ACTIVE))
    return Actor(
        user.id,
        user.name,
        tuple(Authority(g.role, g.organisation_id, g.adcode_prefix, g.programmes) for g in grants),
    )
