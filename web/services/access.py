"""Who acts, in which roles and where: the value that every service takes as `by`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delegation, Grant, User
from models.choices import GrantState, Role
from web.services.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class Authority:
    """One active role: an employer's or officer's organisation, or a manager's jurisdiction."""

    role: Role
    organisation_id: int | None = None
    adcode_prefix: str | None = None
    programmes: tuple[str, ...] = ()
    on_behalf_of: int | None = None
    """The absent manager whose jurisdiction it is; None: the person's own."""

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
    deputed: tuple[Authority, ...] = field(default=())
    """Jurisdictions of absent managers, for the approval of pairings alone: nothing else may be done by them."""
    on_behalf_of: int | None = None
    """The absent manager for whom the person acts in the matter at hand."""

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

    def answers_for(self, adcode: str, programme: str | None = None) -> bool:
        """Whether the person may decide on pairings there, in their own right or as a deputy."""
        return any(one.covers(adcode, programme) for one in (*self.authorities, *self.deputed))

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


def actor_for(session: Session, user: User, *, today: date | None = None) -> Actor:
    """The person's active roles, and for a manager those of absent managers whose deputy they are today."""
    grants = session.scalars(select(Grant).where(Grant.user_id == user.id, Grant.state == GrantState.ACTIVE))
    own = tuple(Authority(g.role, g.organisation_id, g.adcode_prefix, g.programmes) for g in grants)
    is_manager = any(authority.role == Role.MANAGER for authority in own)
    deputed = _deputed(session, user.id, today or datetime.now(_CHINA).date()) if is_manager else ()
    return Actor(user.id, user.name, own, deputed)


_CHINA = timezone(timedelta(hours=8))
"""The zone by which days are told."""


def _deputed(session: Session, user_id: int, day: date) -> tuple[Authority, ...]:
    """What absent managers with open accounts hold themselves today; what was lent to them is not lent on."""
    from web.accounts.credential import Credential  # whose module knows who signs in

    held = (
        select(Grant)
        .join(Delegation, Delegation.from_id == Grant.user_id)
        .join(Credential, Credential.user_id == Grant.user_id)
        .where(
            Credential.active.is_(True),
            Delegation.to_id == user_id,
            Delegation.revoked_at.is_(None),
            Delegation.starts <= day,
            Delegation.ends >= day,
            Grant.role == Role.MANAGER,
            Grant.state == GrantState.ACTIVE,
        )
        .order_by(Grant.id)
    )
    return tuple(
        Authority(g.role, None, g.adcode_prefix, g.programmes, on_behalf_of=g.user_id)
        for g in dict.fromkeys(session.scalars(held))
    )
