"""Pairings (对接): a match that somebody acted on, its terms, and the only moves that it can make."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.account import User
from models.base import Base, Timestamped
from models.choices import PairingState, Role
from models.columns import Facts, UtcDateTime, choice, utc_now
from models.enclave import EnclaveSite
from models.expert import Expert
from models.mode import CooperationMode
from models.need import Need
from models.organisation import Organisation
from models.state_machine import Machine, Move, MoveError

_S = PairingState
OPEN_PAIRINGS = (_S.INVITED, _S.APPLIED, _S.ACCEPTED, _S.CONSENTED, _S.APPROVED)
"""States from which either party may still withdraw."""
CONTACT_STATES = (_S.ACCEPTED, _S.CONSENTED, _S.APPROVED, _S.SIGNED)
"""States in which the two parties and the responsible manager may see each other's contact data."""
WAITING_PAIRINGS = (_S.INVITED, _S.APPLIED, _S.ACCEPTED, _S.CONSENTED)
"""States in which time passes: reminders, then expiry."""

PAIRING_STATES = Machine(
    "pairing",
    (
        Move("invite", (), _S.INVITED, (Role.EMPLOYER, Role.MANAGER)),
        Move("apply", (), _S.APPLIED, (Role.EXPERT,)),
        Move("accept", (_S.INVITED,), _S.ACCEPTED, (Role.EXPERT,)),
        Move("decline", (_S.INVITED,), _S.DECLINED, (Role.EXPERT,), needs_reason=True),
        Move("accept", (_S.APPLIED,), _S.ACCEPTED, (Role.EMPLOYER,)),
        Move("decline", (_S.APPLIED,), _S.DECLINED, (Role.EMPLOYER,), needs_reason=True),
        Move("consent", (_S.ACCEPTED,), _S.CONSENTED, (Role.INSTITUTION,)),
        Move("refuse", (_S.ACCEPTED,), _S.REFUSED, (Role.INSTITUTION,), needs_reason=True),
        Move("approve", (_S.ACCEPTED, _S.CONSENTED), _S.APPROVED, (Role.MANAGER,)),
        Move("reject", (_S.ACCEPTED, _S.CONSENTED), _S.REJECTED, (Role.MANAGER,), needs_reason=True),
        Move("return", (_S.ACCEPTED, _S.CONSENTED), _S.ACCEPTED, (Role.MANAGER,), needs_reason=True),
        Move("sign", (_S.APPROVED,), _S.SIGNED, (Role.EMPLOYER,)),
        Move("withdraw", OPEN_PAIRINGS, _S.WITHDRAWN, (Role.EMPLOYER, Role.EXPERT), needs_reason=True),
        Move("expire", WAITING_PAIRINGS, _S.EXPIRED, ()),
    ),
)
"""DOMAIN 4."""

_OPEN = ", ".join(f"'{state.value}'" for state in OPEN_PAIRINGS)


class Pairing(Timestamped, Base):
    """One attempt to bring one expert to one need. At most one open attempt for a need and an expert."""

    __tablename__ = "pairing"
    __table_args__ = (
        CheckConstraint("starts <= ends", name="period"),
        CheckConstraint("days_per_year BETWEEN 0.5 AND 366", name="days_per_year"),
        CheckConstraint("pay IS NULL OR pay BETWEEN 0 AND 100000", name="pay"),
        CheckConstraint("length(message) <= 1000", name="message"),
        Index("ix_pairing_state_since", "state", "state_since"),
        Index(
            "ix_pairing_open",
            "need_id",
            "expert_id",
            unique=True,
            sqlite_where=text(f"state IN ({_OPEN})"),
            postgresql_where=text(f"state IN ({_OPEN})"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    mode_code: Mapped[str] = mapped_column(ForeignKey("cooperation_mode.code"), index=True)
    state: Mapped[PairingState] = mapped_column(choice(PairingState))
    state_note: Mapped[str] = mapped_column(Text, default="")
    """The reason of the last move, where it has one."""
    state_since: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    """Since when it waits as it does: its last move, or the last change of its terms or who agrees to them."""
    reminders: Mapped[int] = mapped_column(default=0)
    """How many of the reminders are given since then."""
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id", ondelete="SET NULL", use_alter=True))
    """The assignment that this pairing would renew."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    message: Mapped[str] = mapped_column(Text, default="")
    starts: Mapped[date]
    ends: Mapped[date]
    days_per_year: Mapped[float]
    post: Mapped[str] = mapped_column(String(80), default="")
    """岗位 at the host."""
    pay: Mapped[float | None]
    """万元 a year."""
    clauses: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    """Code of a clause → what the parties have agreed in it."""
    details: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    """Facts of the mode's own parts that stand on no table of their own, say the mentor's share of the teaching."""
    site_id: Mapped[int | None] = mapped_column(ForeignKey("enclave_site.id"))
    employer_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expert_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When each party last agreed to the terms as they stand; a change by one takes back the other's."""

    institution_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The home institution, once it is known to the service."""
    endorsed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    """The first of two approvers, where the programme asks for two."""
    endorsed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    need: Mapped[Need] = relationship()
    expert: Mapped[Expert] = relationship()
    mode: Mapped[CooperationMode] = relationship()
    site: Mapped[EnclaveSite | None] = relationship()
    institution: Mapped[Organisation | None] = relationship()
    members: Mapped[list[PairingMember]] = relationship(
        order_by="PairingMember.position", back_populates="pairing", cascade="all, delete-orphan"
    )
    legs: Mapped[list[ExchangeLeg]] = relationship(order_by="ExchangeLeg.id", cascade="all, delete-orphan")
    notices: Mapped[list[PublicNotice]] = relationship(
        order_by="PublicNotice.id", back_populates="pairing", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it

    @property
    def jurisdiction_code(self) -> str:
        """The adcode by which managers answer for it: the host's."""
        return self.need.jurisdiction_code

    @property
    def is_open(self) -> bool:
        """Whether it can still come to something or be withdrawn."""
        return self.state in OPEN_PAIRINGS

    @property
    def is_agreed(self) -> bool:
        """Whether both parties have agreed to the terms as they stand."""
        return self.employer_agreed_at is not None and self.expert_agreed_at is not None

    @property
    def waits_for_consent(self) -> bool:
        """Whether the home institution must consent before a manager may approve."""
        return self.state == PairingState.ACCEPTED and self.mode.needs_consent

    def target(self, name: str, *, role: Role | None, reason: str = "") -> PairingState:
        """The state that the move would lead to. Raises MoveError, by code also `consent`, `terms`."""
        after = PairingState(PAIRING_STATES.target(self.state, name, role=role, reason=reason))
        if name == "approve" and self.waits_for_consent:
            raise MoveError("consent", machine="pairing", move=name, state=self.state)
        if name in ("consent", "refuse") and not self.mode.needs_consent:
            raise MoveError("consent", machine="pairing", move=name, state=self.state)
        if name in ("consent", "approve") and not self.is_agreed:
            raise MoveError("terms", machine="pairing", move=name, state=self.state)
        return after

    def move(self, name: str, *, role: Role | None, reason: str = "", at: datetime | None = None) -> tuple[str, str]:
        """Moves the state; gives (before, after). Raises as `target`."""
        before, after = self.state, self.target(name, role=role, reason=reason)
        self.state, self.state_note = after, reason
        self.wait_anew(at)
        if name == "return":
            self.endorsed_by_id = self.endorsed_at = None
        return before, after

    def wait_anew(self, at: datetime | None = None) -> None:
        """Somebody acted: the days until reminders and expiry count from now."""
        self.state_since, self.reminders = at or utc_now(), 0


class PairingMember(Base):
    """One person of a team: the leader (团长) or a member (团员), on the service or only by name."""

    __tablename__ = "pairing_member"
    __table_args__ = (CheckConstraint("name <> ''", name="name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("expert.id"))
    name: Mapped[str] = mapped_column(String(80))
    institution: Mapped[str] = mapped_column(String(120), default="")
    is_leader: Mapped[bool] = mapped_column(default=False)
    is_civil_servant: Mapped[bool] = mapped_column(default=False)

    pairing: Mapped[Pairing] = relationship(back_populates="members")
    expert: Mapped[Expert | None] = relationship()


class ExchangeLeg(Base):
    """One leg of a reciprocal exchange: who goes which way, from when to when."""

    __tablename__ = "exchange_leg"
    __table_args__ = (CheckConstraint("starts <= ends", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), index=True)
    direction: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(80))
    organisation: Mapped[str] = mapped_column(String(120))
    """Where the person comes from."""
    starts: Mapped[date]
    ends: Mapped[date]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the host confirmed that the leg was served."""


class PublicNotice(Base):
    """公示 inside the home institution: its days and how it ended."""

    __tablename__ = "public_notice"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR starts <= ends", name="period"),
        CheckConstraint("length(place) <= 200", name="place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    """Its last day; none while it is open."""
    place: Mapped[str] = mapped_column(Text, default="")
    """Where it was shown, say the notice board of the personnel office."""
    is_superseded: Mapped[bool] = mapped_column(default=False)
    """The terms were changed after it was shown: it counts for nothing."""
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    pairing: Mapped[Pairing] = relationship(back_populates="notices")
    objections: Mapped[list[Objection]] = relationship(
        order_by="Objection.id", back_populates="notice", cascade="all, delete-orphan"
    )


class Objection(Base):
    """An objection during a public notice and what became of it."""

    __tablename__ = "objection"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id", ondelete="CASCADE"), index=True)
    received_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    settled_on: Mapped[date | None]
    settlement: Mapped[str] = mapped_column(Text, default="")
    is_upheld: Mapped[bool] = mapped_column(default=False)

    notice: Mapped[PublicNotice] = relationship(back_populates="objections")

    @property
    def is_settled(self) -> bool:
        """Whether it was answered."""
        return self.settled_on is not None


class OfficerInvitation(Timestamped, Base):
    """A signed link by which an expert's institution names its officer. Only the link's digest is kept."""

    __tablename__ = "officer_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), index=True)
    institution: Mapped[str] = mapped_column(String(120))
    officer_name: Mapped[str] = mapped_column(String(80))
    email_digest: Mapped[str] = mapped_column(String(64))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    pairing: Mapped[Pairing] = relationship()


class Agreement(Timestamped, Base):
    """The three-party agreement of a pairing: what was generated, what was signed, and when by whom."""

    __tablename__ = "agreement"
    __table_args__ = (CheckConstraint("length(signed_sha256) IN (0, 64)", name="signed_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), unique=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    signed_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    signed_sha256: Mapped[str] = mapped_column(String(64), default="")
    employer_signed_on: Mapped[date | None]
    expert_signed_on: Mapped[date | None]
    institution_signed_on: Mapped[date | None]

    pairing: Mapped[Pairing] = relationship()


class Delegation(Timestamped, Base):
    """A manager's work done by another one while absent."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("starts <= ends", name="period"),
        CheckConstraint("from_id <> to_id", name="other"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    starts: Mapped[date]
    ends: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    giver: Mapped[User] = relationship(foreign_keys=[from_id])
    taker: Mapped[User] = relationship(foreign_keys=[to_id])
