"""Policy rules as data: each version of a rule, what it found for a pairing, and the waivers of managers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.account import User
from models.base import Base, Timestamped
from models.choices import Outcome, RuleKind, RuleState, Severity
from models.columns import Facts, NameList, Names, UtcDateTime, choice, utc_now


class PolicyRule(Timestamped, Base):
    """One version of one rule. A published version never changes; a new one takes its place."""

    __tablename__ = "policy_rule"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("effective_to IS NULL OR effective_from <= effective_to", name="effective"),
        Index(
            "ix_policy_rule_published",
            "code",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[RuleState] = mapped_column(choice(RuleState), default=RuleState.DRAFT)
    kind: Mapped[RuleKind] = mapped_column(choice(RuleKind))
    modes: Mapped[Names] = mapped_column(NameList, default=())
    """Codes of the modes that it concerns; none: every mode."""
    region_prefix: Mapped[str] = mapped_column(String(6), default="")
    """The adcode prefix of the hosts that it concerns; "" is national."""
    severity: Mapped[Severity] = mapped_column(choice(Severity))
    parameters: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(160))
    pass_zh: Mapped[str] = mapped_column(Text)
    pass_en: Mapped[str] = mapped_column(Text)
    fail_zh: Mapped[str] = mapped_column(Text)
    fail_en: Mapped[str] = mapped_column(Text)
    citation: Mapped[str] = mapped_column(Text)
    citation_en: Mapped[str] = mapped_column(Text, default="")
    citation_url: Mapped[str] = mapped_column(String(400), default="")
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    """Why this version was made, by who made it."""
    is_shipped: Mapped[bool] = mapped_column(default=False)
    """Came with the service; a later release may bring a next version. An administrator's own version stays."""
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    revision: Mapped[int] = mapped_column(default=1)
    """Counts how often the draft was saved, so that nobody saves or publishes over another's change."""
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    edited_by: Mapped[User | None] = relationship()

    @property
    def citation_zh(self) -> str:
        """The source in Chinese."""
        return self.citation

    @property
    def base(self) -> str:
        """The code without its region: `deputy_days@64` stands in for `deputy_days` where it concerns."""
        return self.code.partition("@")[0]

    def concerns(self, mode: str, adcode: str, day: date) -> bool:
        """Whether it holds for a mode and a host's place on a day."""
        return (
            (not self.modes or mode in self.modes)
            and adcode.startswith(self.region_prefix)
            and self.effective_from <= day
            and (self.effective_to is None or day <= self.effective_to)
        )


class RuleCheck(Base):
    """One evaluation of every rule that concerned a pairing, kept as it was then."""

    __tablename__ = "rule_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(32))
    """The move that it was made for, say `approve`."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    results: Mapped[list[RuleResult]] = relationship(
        order_by="RuleResult.id", back_populates="check", cascade="all, delete-orphan"
    )


class RuleResult(Base):
    """What one version of one rule found, and on which facts."""

    __tablename__ = "rule_result"
    __table_args__ = (
        ForeignKeyConstraint(
            ["rule_code", "rule_version"],
            ["policy_rule.code", "policy_rule.version"],
            name="fk_rule_result_rule_policy_rule",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("rule_check.id", ondelete="CASCADE"), index=True)
    rule_code: Mapped[str] = mapped_column(String(64))
    rule_version: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    severity: Mapped[Severity] = mapped_column(choice(Severity))
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    """What was tested, with the parameters: {"title": "副高", "minimum": "正高"}."""
    sentence_zh: Mapped[str] = mapped_column(Text)
    sentence_en: Mapped[str] = mapped_column(Text)
    waiver_reason: Mapped[str] = mapped_column(Text, default="")
    """Why the manager let it pass all the same; only where the severity is waivable."""

    check: Mapped[RuleCheck] = relationship(back_populates="results")
    rule: Mapped[PolicyRule] = relationship(viewonly=True)


class RuleWaiver(Base):
    """A manager's written reason for letting a waivable rule pass in one pairing, until it is taken back."""

    __tablename__ = "rule_waiver"
    __table_args__ = (
        UniqueConstraint("pairing_id", "rule_code", "rule_version"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairing.id", ondelete="CASCADE"))
    rule_code: Mapped[str] = mapped_column(String(64))
    rule_version: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None]
    """The last day on which it counts; none: as long as the pairing is open."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    by: Mapped[User | None] = relationship()
