"""Organisations: western employers and the institutions that experts come from."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.choices import OrganisationKind, Role, Verification
from models.columns import choice
from models.credit_code import is_valid_credit_code
from models.place import Region
from models.state_machine import Machine, Move

VERIFICATION = Machine(
    "verification",
    (
        Move("verify", (Verification.PENDING, Verification.RETURNED), Verification.VERIFIED, (Role.MANAGER,)),
        Move("return", (Verification.PENDING,), Verification.RETURNED, (Role.MANAGER,), needs_reason=True),
        Move(
            "resubmit",
            (Verification.RETURNED, Verification.VERIFIED),
            Verification.PENDING,
            (Role.EMPLOYER, Role.INSTITUTION),
        ),
    ),
)
"""How an organisation is verified. A change of its name or code asks for a new check."""


class Organisation(Timestamped, Base):
    """An organisation, known by its unified social credit code (统一社会信用代码)."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("length(credit_code) = 18", name="credit_code"),
        CheckConstraint("length(intro) <= 500", name="intro"),
        CheckConstraint("name <> ''", name="name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.adcode"), index=True)
    is_xpcc: Mapped[bool] = mapped_column(default=False)
    """A unit of the 新疆生产建设兵团, whose managers answer for it wherever it lies."""
    intro: Mapped[str] = mapped_column(Text, default="")
    verification: Mapped[Verification] = mapped_column(choice(Verification), default=Verification.PENDING, index=True)
    verification_note: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Name, code and pinyin in lower case, for the lists' search box."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    region: Mapped[Region] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it

    @property
    def jurisdiction_code(self) -> str:
        """The adcode by which managers answer for it: its region's, or the Corps'."""
        return "660000" if self.is_xpcc else self.region_code

    def move(self, name: str, *, role: Role, reason: str = "") -> tuple[Verification, Verification]:
        """Moves the verification; gives (before, after). Raises MoveError."""
        before = self.verification
        self.verification = Verification(VERIFICATION.target(before, name, role=role, reason=reason))
        self.verification_note = reason
        return before, self.verification


def checked_credit_code(written: str) -> str:
    """The code in its compact form. Raises ValueError when it is not a valid one."""
    compact = "".join(written.split()).replace("-", "").upper()
    if not is_valid_credit_code(compact):
        raise ValueError(f"not a valid unified social credit code: {written!r}")
    return compact
